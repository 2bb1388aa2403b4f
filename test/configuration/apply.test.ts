import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import type { Database } from '../../src/database/database.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { edit, look } from './look.ts'
import { applyTown, changesOf, minuteUs, parseTown, sound, townFile } from './town.ts'

let database: Database
beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
})

describe('the first apply', () => {
  it('makes version 1, with author and time, not yet activated', async () => {
    const result = await applyTown(database, {}, { comment: 'the beginning' })
    expect(result).toMatchObject({ version: 1, outcome: 'applied' })
    expect(await look(database).versions()).toEqual([
      {
        organisation: north,
        version: 1,
        created_at: minuteUs(0),
        author: 'user:ada',
        comment: 'the beginning',
        activated_sequence: null,
        activated_index: null,
      },
    ])
  })

  it('fills the tables that others join with', async () => {
    await applyTown(database)
    const read = database.read(north)
    expect(
      await read.selectFrom('asset').selectAll().where('id', '=', 'lamp-1').execute(),
    ).toEqual([
      {
        organisation: north,
        id: 'lamp-1',
        slug: 'lamp-1',
        name: 'Lamp 1, Åsgatan',
        type: 'Streetlight',
        lat: 58.35,
        lon: 11.43,
        owner: 'The County',
        maintainer: 'Light & Road Ltd',
        public: 1,
        retired: 0,
        search: 'lamp 1, åsgatan lamp-1 streetlight the county light & road ltd',
        valid_from: minuteUs(0),
      },
    ])
    expect(await read.selectFrom('user').selectAll().execute()).toEqual([
      {
        organisation: north,
        id: 'ada',
        email: 'ada@north.example',
        name: 'Ada',
        roles: '["administrator"]',
        language: 'sv',
        password_hash: null,
        disabled: 0,
        created_at: minuteUs(0),
      },
    ])
    const edges = await read
      .selectFrom('edge')
      .select(['kind', 'parent', 'child'])
      .execute()
    expect(edges).toEqual([
      { kind: 'FEEDS', parent: 'cabinet-1', child: 'lamp-1' },
      { kind: 'FEEDS', parent: 'cabinet-1', child: 'lamp-2' },
    ])
    const own = await read.selectFrom('organisation').selectAll().executeTakeFirstOrThrow()
    expect(own).toMatchObject({ name: 'North', languages: '["sv","en"]' })
  })

  it('issues a point for every value a device has, and binds those it measures', async () => {
    await applyTown(database)
    expect(
      (await look(database).points()).map(({ device, key }) => `${device} ${key}`),
    ).toEqual(['slc-1 power', 'slc-1 level', 'slc-2 power', 'slc-2 level'])
    expect(
      (await look(database).bindings()).map(({ asset, role }) => `${asset} ${role}`),
    ).toEqual(['lamp-1 level', 'lamp-1 power', 'lamp-2 watts'])
  })

  it('tells those who follow', async () => {
    const told: string[] = []
    const stop = database.onFeed((organisation) => told.push(organisation))
    await applyTown(database)
    // A server tells of its commits after them.
    await expect.poll(() => told).toEqual([north])
    stop()
    const feed = database.read(north).selectFrom('feed').select(['kind', 'subject'])
    expect(await feed.execute()).toEqual([{ kind: 'configuration', subject: '1' }])
  })
})

describe('a later apply', () => {
  it('of the same files makes no version', async () => {
    await applyTown(database)
    const again = await applyTown(database, {}, { minute: 1 })
    expect(again).toMatchObject({ version: null, outcome: 'unchanged' })
    expect(await look(database).versions()).toHaveLength(1)
  })

  it('says what it would do and writes nothing when dry', async () => {
    await applyTown(database)
    const files = townFile('rules/lights.yaml', 'below: 5', 'below: 6')
    const dry = await applyTown(database, files, { dryRun: true })
    expect(dry).toMatchObject({ version: null, outcome: 'dry_run' })
    expect(changesOf(dry)).toEqual(['update rule dark condition'])
    expect(await look(database).versions()).toHaveLength(1)
  })

  it('is later than the one before, even when the clock went back', async () => {
    await applyTown(database, {}, { minute: 5 })
    await applyTown(database, townFile('cases.yaml', 'order: 20', 'order: 30'), {
      minute: 1,
    })
    expect((await look(database).versions()).map((version) => version.created_at)).toEqual([
      minuteUs(5),
      minuteUs(5) + 1,
    ])
  })

  it('keeps every version of an object with its time', async () => {
    await applyTown(database)
    await applyTown(database, townFile('cases.yaml', 'name: Light,', 'name: Lights,'), {
      minute: 1,
    })
    const rows = await database
      .read(north)
      .selectFrom('configuration_object')
      .select(['since_version', 'until_version', 'valid_from', 'valid_to'])
      .where('kind', '=', 'unit')
      .orderBy('since_version')
      .execute()
    expect(rows).toEqual([
      {
        since_version: 1,
        until_version: 2,
        valid_from: minuteUs(0),
        valid_to: minuteUs(1),
      },
      { since_version: 2, until_version: null, valid_from: minuteUs(1), valid_to: null },
    ])
  })

  it('refuses to leave a device without its asset', async () => {
    await applyTown(database)
    await edit(database, { kind: 'device', slug: 'slc-1' }, { params: { a: 1 } })
    const files = {
      'assets.yaml': 'assets: {}\n',
      'devices.yaml': undefined,
      'rules/lights.yaml': undefined,
    }
    const applying = applyTown(database, files, { prune: true, take: 'database' })
    await expect(applying).rejects.toThrow('The objects would not fit together afterwards.')
    expect(await look(database).versions()).toHaveLength(1)
  })
})

describe('an organisation that is not there yet', () => {
  const organisation = organisationId.parse('west')
  const request = { author: 'local', now: timeUs(minuteUs(0)) }

  it('is made by its first apply', async () => {
    const configuration = { ...sound(parseTown()), organisation }
    expect(await applyConfiguration(database, { ...request, configuration })).toMatchObject(
      {
        version: 1,
      },
    )
  })

  it('cannot be applied to', async () => {
    const configuration = { organisation, objects: [] }
    await expect(
      applyConfiguration(database, { ...request, configuration }),
    ).rejects.toThrow('There is no organisation west.')
  })
})
