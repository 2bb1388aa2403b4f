import { expect, it } from 'vitest'
import { LETTERS_KNOWN, oldLetters } from '../../src/delivery/forget-letters.ts'
import { startForgetting } from '../../src/forgetting/start-forgetting.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { until } from '../support/until.ts'
import { forgetAll } from '../support/forget-all.ts'
import { openFixture, type Fixture } from './fixture.ts'

interface Window {
  readonly id: string
  readonly receiver: string
  readonly openedAt: TimeUs
  /** Left out: it has no row, and says that a receiver is told no more. */
  readonly row?: 'delivered' | 'failed' | 'waiting'
}

async function put(fixture: Fixture, windows: readonly Window[]): Promise<void> {
  const { database, clock } = fixture
  await database.write(north, 'normal', async ({ query }) => {
    await query
      .insertInto('letter_window')
      .values(
        windows.map(({ id, receiver, openedAt }) => ({
          organisation: north,
          id,
          receiver,
          case: 'case-1',
          from_sequence: 1,
          opened_at: openedAt,
        })),
      )
      .execute()
  })
  for (const { id, row } of windows) {
    if (row === undefined) continue
    await fixture.put(id)
    if (row === 'waiting') continue
    const at = clock.now()
    const set = row === 'failed' ? { failed_at: at } : { delivered_at: at }
    await database.write(north, 'normal', ({ query }) =>
      query.updateTable('outbox').set(set).where('id', '=', id).execute(),
    )
  }
}

async function left({ database }: Fixture) {
  const query = database.read(north)
  const windows = await query
    .selectFrom('letter_window')
    .select('id')
    .orderBy('id')
    .execute()
  const rows = await query.selectFrom('outbox').select('id').orderBy('id').execute()
  return { windows: windows.map(({ id }) => id), rows: rows.map(({ id }) => id) }
}

it('forgets letters after 400 days, unless one still waits for its receiver', async () => {
  await using fixture = await openFixture()
  const { clock, database } = fixture
  const old = earlier(clock.now(), durationUs(LETTERS_KNOWN + 1))
  const known = earlier(clock.now(), LETTERS_KNOWN)
  await put(fixture, [
    { id: 'a1', receiver: 'a', openedAt: old, row: 'delivered' },
    { id: 'a2', receiver: 'a', openedAt: old, row: 'failed' },
    { id: 'a3', receiver: 'a', openedAt: old },
    { id: 'a4', receiver: 'a', openedAt: known, row: 'delivered' },
    { id: 'b1', receiver: 'b', openedAt: old, row: 'delivered' },
    { id: 'b2', receiver: 'b', openedAt: old, row: 'waiting' },
    { id: 'b3', receiver: 'b', openedAt: old },
  ])
  expect(await forgetAll(oldLetters, database, clock.now())).toBe(3)
  expect(await left(fixture)).toEqual({
    windows: ['a4', 'b1', 'b2', 'b3'],
    // Deliveries like any other from now on.
    rows: ['a1', 'a2', 'a4', 'b1', 'b2'],
  })
  expect(await forgetAll(oldLetters, database, clock.now())).toBe(0)
})

it('walks over any number of them', async () => {
  await using fixture = await openFixture()
  const { clock, database } = fixture
  const old = earlier(clock.now(), durationUs(LETTERS_KNOWN + 1))
  const windows = (from: number): Window[] =>
    Array.from({ length: 900 }, (_, at) => ({
      id: `w${from + at}`,
      receiver: `r${at}`,
      openedAt: at % 3 === 0 ? clock.now() : old,
    }))
  for (const from of [0, 900, 1_800]) await put(fixture, windows(from))
  expect(await forgetAll(oldLetters, database, clock.now())).toBe(1_800)
  expect((await left(fixture)).windows).toHaveLength(900)
})

it('runs by itself, one organisation after another, once a day', async () => {
  await using fixture = await openFixture()
  const { clock, database } = fixture
  const failures: unknown[] = []
  let asked = 0
  await using _ = startForgetting({
    database,
    clock,
    organisations: () => {
      asked += 1
      return Promise.resolve([north])
    },
    tables: [oldLetters],
    failed: (error) => failures.push(error),
  })
  const old = earlier(clock.now(), durationUs(LETTERS_KNOWN + 1))
  await put(fixture, [{ id: 'a1', receiver: 'a', openedAt: old, row: 'delivered' }])
  for (let hour = 0; hour < 26; hour += 1) {
    clock.advance(HOUR)
    await until(() => clock.pending() > 0)
  }
  expect((await left(fixture)).windows).toEqual([])
  expect(asked).toBe(2)
  expect(failures).toEqual([])
})
