import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/configuration/json.ts'
import { readStoredSet } from '../../src/configuration/stored.ts'
import type { Database } from '../../src/database/database.ts'
import { Problem } from '../../src/domain/problem.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { applyTown, changesOf, minuteUs, town, townFile } from './town.ts'

let database: Database
beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
})

const points = () =>
  database
    .read(north)
    .selectFrom('point')
    .select(['id', 'device', 'key'])
    .orderBy('id')
    .execute()
const bindings = () =>
  database
    .read(north)
    .selectFrom('binding')
    .select(['asset', 'role', 'device', 'valid_from', 'valid_to'])
    .orderBy('asset')
    .orderBy('role')
    .orderBy('valid_from')
    .execute()
const versions = () =>
  database
    .read(north)
    .selectFrom('configuration_version')
    .selectAll()
    .orderBy('version')
    .execute()

/** What the console does: a new row by hand, which remembers what was applied. */
async function edit(kind: string, slug: string, change: object): Promise<void> {
  await database.write(north, 'normal', async ({ query }) => {
    const row = await query
      .selectFrom('configuration_object')
      .selectAll()
      .where('kind', '=', kind)
      .where('slug', '=', slug)
      .where('until_version', 'is', null)
      .executeTakeFirstOrThrow()
    const document = canonicalJson({ ...JSON.parse(row.document), ...change })
    await query
      .updateTable('configuration_object')
      .set({ document, origin: 'database' })
      .where('kind', '=', kind)
      .where('id', '=', row.id)
      .where('until_version', 'is', null)
      .execute()
  })
}

describe('the first apply', () => {
  it('makes version 1, with author and time, not yet activated', async () => {
    const result = await applyTown(database, {}, { comment: 'the beginning' })
    expect(result).toMatchObject({ version: 1, outcome: 'applied' })
    expect(await versions()).toEqual([
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
    expect((await points()).map(({ device, key }) => `${device} ${key}`)).toEqual([
      'slc-1 power',
      'slc-1 level',
      'slc-2 power',
      'slc-2 level',
    ])
    expect((await bindings()).map(({ asset, role }) => `${asset} ${role}`)).toEqual([
      'lamp-1 level',
      'lamp-1 power',
      'lamp-2 watts',
    ])
  })

  it('tells those who follow', async () => {
    const told: string[] = []
    const stop = database.onFeed((organisation) => told.push(organisation))
    await applyTown(database)
    stop()
    expect(told).toEqual([north])
    const feed = database.read(north).selectFrom('feed').select(['kind', 'subject'])
    expect(await feed.execute()).toEqual([{ kind: 'configuration', subject: '1' }])
  })
})

describe('a later apply', () => {
  it('of the same files makes no version', async () => {
    await applyTown(database)
    const again = await applyTown(database, {}, { minute: 1 })
    expect(again).toMatchObject({ version: null, outcome: 'unchanged' })
    expect(await versions()).toHaveLength(1)
  })

  it('says what it would do and writes nothing when dry', async () => {
    await applyTown(database)
    const files = townFile('rules/lights.yaml', 'below: 5', 'below: 6')
    const dry = await applyTown(database, files, { dryRun: true })
    expect(dry).toMatchObject({ version: null, outcome: 'dry_run' })
    expect(changesOf(dry)).toEqual(['update rule dark condition'])
    expect(await versions()).toHaveLength(1)
  })

  it('is later than the one before, even when the clock went back', async () => {
    await applyTown(database, {}, { minute: 5 })
    await applyTown(database, townFile('cases.yaml', 'order: 20', 'order: 30'), {
      minute: 1,
    })
    expect((await versions()).map((version) => version.created_at)).toEqual([
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
    const noLamp = applyTown(
      database,
      {
        'assets.yaml':
          'assets:\n  cabinet-1: { name: C, type: StreetlightControlCabinet }\n',
        'devices.yaml': undefined,
        'rules/lights.yaml': undefined,
      },
      { prune: true, take: 'database' },
    )
    expect((await noLamp).outcome).toBe('applied')
    const type = applyTown(database, {
      ...townFile(
        'device-types/acme-slc/type.yaml',
        /points:[^]*/,
        'points:\n  p: { path: $.p }\n',
      ),
      'rules/lights.yaml': undefined,
      'devices.yaml': 'devices:\n  slc-1: { type: acme/slc@1.0.0, asset: lamp-1 }\n',
    })
    await expect(type).resolves.toMatchObject({ outcome: 'applied' })
  })
})

describe('a rename', () => {
  const renamed = {
    ...townFile('devices.yaml', '  slc-1: {', '  slc-one:\n    { was: slc-1,'),
    'assets.yaml': (town['assets.yaml'] ?? '').replace(
      'lamp-1:',
      'lamp-one:\n    was: lamp-1',
    ),
  }
  const files = {
    ...renamed,
    'devices.yaml': renamed['devices.yaml']?.replace('asset: lamp-1', 'asset: lamp-one'),
  }

  it('keeps the ids of objects and points, and no binding or edge ends', async () => {
    await applyTown(database)
    const before = { points: await points(), bindings: await bindings() }
    const result = await applyTown(database, files, { minute: 1 })
    expect(changesOf(result)).toEqual([
      'rename asset lamp-one',
      'rename device slc-one asset',
    ])
    expect({ points: await points(), bindings: await bindings() }).toEqual(before)
    const read = database.read(north)
    const lamp = read
      .selectFrom('asset')
      .select(['id', 'slug'])
      .where('slug', '=', 'lamp-one')
    expect(await lamp.execute()).toEqual([{ id: 'lamp-1', slug: 'lamp-one' }])
    const ended = read.selectFrom('edge').selectAll().where('valid_to', 'is not', null)
    expect(await ended.execute()).toEqual([])
  })

  it('says nothing new the next time', async () => {
    await applyTown(database)
    await applyTown(database, files)
    expect((await applyTown(database, files)).outcome).toBe('unchanged')
  })

  it('leaves the old slug to a new object with an id of its own', async () => {
    await applyTown(database)
    await applyTown(database, files, { minute: 1 })
    const more = {
      ...files,
      'more.yaml': 'assets:\n  lamp-1: { name: New, type: Streetlight }\n',
    }
    await applyTown(database, more, { minute: 2 })
    const assets = database
      .read(north)
      .selectFrom('asset')
      .select(['id', 'slug'])
      .orderBy('id')
    expect(await assets.execute()).toEqual([
      { id: 'cabinet-1', slug: 'cabinet-1' },
      { id: 'lamp-1', slug: 'lamp-one' },
      { id: 'lamp-1~3', slug: 'lamp-1' },
      { id: 'lamp-2', slug: 'lamp-2' },
    ])
  })
})

describe('a swapped controller', () => {
  it('ends the bindings of the old one and begins those of the new one', async () => {
    await applyTown(database)
    const files = {
      'devices.yaml': 'devices:\n  slc-9: { type: acme/slc@1.0.0, asset: lamp-1 }\n',
    }
    await applyTown(database, files, { minute: 1, prune: true })
    const open = { valid_from: minuteUs(1), valid_to: null }
    const ended = { valid_from: minuteUs(0), valid_to: minuteUs(1) }
    expect(await bindings()).toEqual([
      { asset: 'lamp-1', role: 'level', device: 'slc-1', ...ended },
      { asset: 'lamp-1', role: 'level', device: 'slc-9', ...open },
      { asset: 'lamp-1', role: 'power', device: 'slc-1', ...ended },
      { asset: 'lamp-1', role: 'power', device: 'slc-9', ...open },
      { asset: 'lamp-2', role: 'watts', device: 'slc-2', ...ended },
    ])
  })

  it('gets its old points again when it comes back', async () => {
    await applyTown(database)
    const before = await points()
    const none = { 'devices.yaml': 'devices: {}\n' }
    await applyTown(database, none, { minute: 1, prune: true })
    await applyTown(database, {}, { minute: 2 })
    expect(await points()).toEqual(before)
    expect((await bindings()).filter(({ valid_to }) => valid_to === null)).toHaveLength(3)
  })
})

describe('pruning', () => {
  it('retires and never deletes', async () => {
    await applyTown(database)
    const files = { 'rules/lights.yaml': undefined, 'users.yaml': undefined }
    const result = await applyTown(database, files, { minute: 1, prune: true })
    expect(changesOf(result)).toEqual([
      'retire rule dark',
      'retire rule silent',
      'retire user ada',
    ])
    expect((await readStoredSet(database, north)).get('rule')?.size).toBe(0)
    const rows = database.read(north).selectFrom('configuration_object').select('retired')
    expect(await rows.where('kind', '=', 'rule').orderBy('retired').execute()).toEqual([
      { retired: 0 },
      { retired: 0 },
      { retired: 1 },
      { retired: 1 },
    ])
    const user = database.read(north).selectFrom('user').select(['email', 'disabled'])
    expect(await user.execute()).toEqual([{ email: '~ada', disabled: 1 }])
  })
})

describe('users', () => {
  it('keep their passwords, and stay disabled when a person disabled them', async () => {
    await applyTown(database)
    await database.write(north, 'normal', async ({ query }) => {
      await query.updateTable('user').set({ password_hash: 'x', disabled: 1 }).execute()
    })
    await applyTown(database, townFile('users.yaml', 'name: Ada', 'name: Ada L'), {
      minute: 1,
    })
    const user = database.read(north).selectFrom('user').selectAll()
    expect(await user.executeTakeFirstOrThrow()).toMatchObject({
      name: 'Ada L',
      password_hash: 'x',
      disabled: 1,
      created_at: timeUs(minuteUs(0)),
    })
  })

  it('can exchange their addresses', async () => {
    const users = (a: string, b: string) => ({
      'users.yaml': `users:
  a: { name: A, email: ${a}@north.example, roles: [auditor], language: sv }
  b: { name: B, email: ${b}@north.example, roles: [auditor], language: sv }
`,
    })
    await applyTown(database, users('x', 'y'))
    await applyTown(database, users('y', 'x'), { minute: 1 })
    const read = database
      .read(north)
      .selectFrom('user')
      .select(['id', 'email'])
      .orderBy('id')
    expect(await read.execute()).toEqual([
      { id: 'a', email: 'y@north.example' },
      { id: 'b', email: 'x@north.example' },
    ])
  })
})

describe('a conflict', () => {
  it('writes nothing at all, and says where', async () => {
    await applyTown(database)
    await edit('unit', 'light', { name: 'Renamed at the screen' })
    const files = {
      ...townFile('cases.yaml', 'name: Light,', 'name: Lights,'),
      ...townFile('rules/lights.yaml', 'below: 5', 'below: 6'),
    }
    const result = await applyTown(database, files)
    expect(result).toMatchObject({ version: null, outcome: 'conflict' })
    expect(changesOf(result)).toEqual([
      'conflict unit light name',
      'update rule dark condition',
    ])
    expect(await versions()).toHaveLength(1)
    const taken = await applyTown(database, files, { take: 'database' })
    expect(changesOf(taken)).toEqual(['update rule dark condition'])
    const yaml = await applyTown(database, files, { take: 'yaml' })
    expect(changesOf(yaml)).toEqual(['update unit light name'])
    expect((await applyTown(database, files)).outcome).toBe('unchanged')
  })
})

describe('two applies at once', () => {
  it('of the same files make one version', async () => {
    const results = await Promise.all([applyTown(database), applyTown(database)])
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual([
      'applied',
      'unchanged',
    ])
    expect(await versions()).toHaveLength(1)
  })

  it('of different files: the second sees what the first did', async () => {
    await applyTown(database)
    const results = await Promise.all(
      [6, 7, 8].map((limit) =>
        applyTown(database, townFile('rules/lights.yaml', 'below: 5', `below: ${limit}`)),
      ),
    )
    expect(results.map(({ version }) => version).toSorted()).toEqual([2, 3, 4])
    expect((await readStoredSet(database, north)).get('rule')?.size).toBe(2)
  })
})

it('makes an organisation that is not there yet, and refuses objects without one', async () => {
  const { sound, parseTown } = await import('./town.ts')
  const { applyConfiguration } = await import('../../src/configuration/apply.ts')
  const { organisationId } = await import('../../src/domain/ids.ts')
  const organisation = organisationId.parse('west')
  const { objects } = sound(parseTown())
  const request = { author: 'local', now: timeUs(minuteUs(0)) }
  const without = objects.filter(({ kind }) => kind !== 'organisation')
  await expect(
    applyConfiguration(database, {
      ...request,
      configuration: { organisation, objects: without },
    }),
  ).rejects.toThrow(Problem)
  const made = { organisation, objects }
  expect(
    (await applyConfiguration(database, { ...request, configuration: made })).version,
  ).toBe(1)
})
