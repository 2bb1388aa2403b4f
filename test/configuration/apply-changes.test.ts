import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readStoredSet } from '../../src/configuration/stored.ts'
import type { Database } from '../../src/database/database.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { look } from './look.ts'
import { applyTown, changesOf, minuteUs, townFile } from './town.ts'

let database: Database
beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
})

describe('a rename', () => {
  const files = {
    ...townFile(
      'devices.yaml',
      'slc-1: { type: acme/slc@1.0.0, asset: lamp-1 }',
      'slc-one: { was: slc-1, type: acme/slc@1.0.0, asset: lamp-one }',
    ),
    ...townFile('assets.yaml', 'lamp-1:', 'lamp-one:\n    was: lamp-1'),
  }

  it('keeps the ids of objects and points, and no binding or edge ends', async () => {
    await applyTown(database)
    const before = {
      points: await look(database).points(),
      bindings: await look(database).bindings(),
    }
    const result = await applyTown(database, files, { minute: 1 })
    expect(changesOf(result)).toEqual([
      'rename asset lamp-one',
      'rename device slc-one asset',
    ])
    expect({
      points: await look(database).points(),
      bindings: await look(database).bindings(),
    }).toEqual(before)
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
    expect(await look(database).bindings()).toEqual([
      { asset: 'lamp-1', role: 'level', device: 'slc-1', ...ended },
      { asset: 'lamp-1', role: 'level', device: 'slc-9', ...open },
      { asset: 'lamp-1', role: 'power', device: 'slc-1', ...ended },
      { asset: 'lamp-1', role: 'power', device: 'slc-9', ...open },
      { asset: 'lamp-2', role: 'watts', device: 'slc-2', ...ended },
    ])
  })

  it('gets its old points again when it comes back', async () => {
    await applyTown(database)
    const before = await look(database).points()
    const none = { 'devices.yaml': 'devices: {}\n' }
    await applyTown(database, none, { minute: 1, prune: true })
    await applyTown(database, {}, { minute: 2 })
    expect(await look(database).points()).toEqual(before)
    expect(
      (await look(database).bindings()).filter(({ valid_to }) => valid_to === null),
    ).toHaveLength(3)
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
