import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readStoredSet } from '../../src/configuration/stored.ts'
import type { Database } from '../../src/database/database.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { edit, look } from './look.ts'
import { applyTown, changesOf, minuteUs, townFile } from './town.ts'

let database: Database
beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
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
    await edit(database, { kind: 'unit', slug: 'light' }, { name: 'Renamed at the screen' })
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
    expect(await look(database).versions()).toHaveLength(1)
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
    expect(await look(database).versions()).toHaveLength(1)
  })

  it('of different files: the second sees what the first did', async () => {
    await applyTown(database)
    const results = await Promise.all(
      [6, 7, 8].map((limit) =>
        applyTown(database, townFile('rules/lights.yaml', 'below: 5', `below: ${limit}`)),
      ),
    )
    expect(new Set(results.map(({ version }) => version))).toEqual(new Set([2, 3, 4]))
    expect((await readStoredSet(database, north)).get('rule')?.size).toBe(2)
  })
})

/** Two users with the addresses `a@…` and `b@…`. */
function users(a: string, b: string) {
  return {
    'users.yaml': `users:
  a: { name: A, email: ${a}@north.example, roles: [auditor], language: sv }
  b: { name: B, email: ${b}@north.example, roles: [auditor], language: sv }
`,
  }
}
