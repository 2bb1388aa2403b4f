import { expect, it } from 'vitest'
import type { Refusal } from '../../src/adapters/adapter.ts'
import type { Database } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { startProblems } from '../../src/ingest/problems.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { range } from '../contract/reading-log.contract.ts'
import { second } from './field.ts'
import { quietLogger } from './quiet-logger.ts'

const seconds = (count: number) => durationUs(count * SECOND)

async function desk() {
  await using opening = new AsyncDisposableStack()
  const clock = createManualClock(second(0))
  const database = opening.use(await openTestDatabase(clock))
  const logger = quietLogger()
  const counted: string[] = []
  const problems = startProblems({
    database,
    clock,
    logger,
    counted: (reason) => counted.push(reason),
  })
  opening.use(problems)
  const all = opening.move()
  return {
    clock,
    database,
    logger,
    counted,
    problems,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function refusal(changes: Partial<Refusal> = {}): Refusal {
  return {
    organisation: north,
    source: 'mqtt:lamp-17',
    reason: 'not_json',
    detail: 'the payload is not JSON',
    ...changes,
  }
}

async function listed(database: Database, organisation: OrganisationId = north) {
  return database
    .read(organisation)
    .selectFrom('ingest_problem')
    .selectAll()
    .orderBy('source')
    .orderBy('reason')
    .limit(3_000)
    .execute()
}

it('folds what repeats into one line with its count, its first and last time, and the newest detail', async () => {
  await using field = await desk()
  const { problems, clock, database } = field
  problems.note(refusal({ sample: new TextEncoder().encode('{"p":') }))
  clock.advance(seconds(0.5))
  problems.note(refusal({ detail: 'still not JSON', sample: Uint8Array.of(0, 255, 65) }))
  problems.note(refusal({ reason: 'too_large' }))
  problems.note(refusal({ organisation: south }))
  await problems.flush()
  expect(await listed(database)).toMatchObject([
    {
      source: 'mqtt:lamp-17',
      reason: 'not_json',
      count: 2,
      first_at: second(0),
      last_at: second(0.5),
      detail: 'still not JSON',
      sample: '·�A',
    },
    { reason: 'too_large', count: 1 },
  ])
  expect(await listed(database, south)).toMatchObject([{ count: 1 }])

  clock.advance(seconds(60))
  problems.note(refusal({ detail: 'again' }))
  await problems.flush()
  expect(await listed(database)).toMatchObject([
    { count: 3, first_at: second(0), last_at: second(60.5), detail: 'again' },
    { reason: 'too_large' },
  ])
  expect(field.counted).toEqual([
    'not_json',
    'not_json',
    'too_large',
    'not_json',
    'not_json',
  ])
})

it('writes once a second by itself, and what is left when it is stopped', async () => {
  await using field = await desk()
  const { problems, clock, database } = field
  problems.note(refusal())
  problems.note(refusal())
  expect(clock.pending()).toBe(1)
  clock.advance(seconds(1))
  await problems.flush()
  expect(await listed(database)).toMatchObject([{ count: 2 }])
  problems.note(refusal())
  await problems[Symbol.asyncDispose]()
  expect(await listed(database)).toMatchObject([{ count: 3 }])
  expect(clock.pending()).toBe(0)
})

it('holds 2,000 kinds at most, counts the rest under one name, and goes on counting those it knows', async () => {
  await using field = await desk()
  for (const number of range(2_100))
    field.problems.note(refusal({ source: `mqtt:${number}` }))
  field.problems.note(refusal({ source: 'mqtt:7' }))
  await field.problems.flush()
  const rows = await listed(field.database)
  expect(rows).toHaveLength(2_001)
  expect(rows.find(({ source }) => source === 'others')).toMatchObject({ count: 100 })
  expect(rows.find(({ source }) => source === 'mqtt:7')).toMatchObject({ count: 2 })
})

it('keeps no more than 500 characters of a detail and of a payload', async () => {
  await using field = await desk()
  const sample = new TextEncoder().encode('å'.repeat(5_000))
  field.problems.note(refusal({ detail: 'x'.repeat(5_000), sample }))
  await field.problems.flush()
  const [row] = await listed(field.database)
  expect(row?.detail).toHaveLength(500)
  expect(row?.sample).toBe('å'.repeat(500))
})

it('leaves what nobody answers for to the log of the service', async () => {
  await using field = await desk()
  const { organisation: _, ...unknown } = refusal({ reason: 'bad_credentials' })
  field.problems.note(unknown)
  await field.problems.flush()
  expect(await listed(field.database)).toEqual([])
  expect(field.logger.lines).toMatchObject([
    { reason: 'bad_credentials', source: 'mqtt:lamp-17', msg: 'refused' },
  ])
  expect(field.counted).toEqual(['bad_credentials'])
})

it('says in the log what it could not write, and stops all the same', async () => {
  await using field = await desk()
  await field.database[Symbol.asyncDispose]()
  field.problems.note(refusal())
  await field.problems.flush()
  field.problems.note(refusal())
  await field.problems[Symbol.asyncDispose]()
  expect(field.logger.lines).toMatchObject([
    { lost: 1, msg: 'refusals could not be written down' },
    { lost: 1 },
  ])
})
