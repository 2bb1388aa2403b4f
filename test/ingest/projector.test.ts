import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, HOUR, later, SECOND } from '../../src/domain/time.ts'
import type { Consumer } from '../../src/ingest/consumer.ts'
import { createDecodedLog } from '../../src/ingest/decoded-log.ts'
import { startProblems } from '../../src/ingest/problems.ts'
import { startProjector } from '../../src/ingest/projector.ts'
import { listQuarantine } from '../../src/ingest/quarantine.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import type { ReadingsOfRecord, ReadingStore } from '../../src/store/reading-store.ts'
import { north } from '../support/database.ts'
import { refusalOf } from '../support/problems.ts'
import {
  openField,
  openLogIn,
  said,
  saidRaw,
  second,
  startLamps,
  type Field,
} from './field.ts'
import { until } from '../support/until.ts'

function openStore({ folder }: Field): Promise<ReadingStore> {
  return openDuckdbStore({ file: join(folder, 'readings.duckdb') })
}

async function project(field: Field, store: ReadingStore) {
  const problems = startProblems({ ...field, counted: () => undefined })
  const strangers: string[] = []
  const projector = await startProjector({
    ...field,
    decoded: createDecodedLog(field.log, field.configurations),
    store,
    problems,
    unknown: (stranger) => strangers.push(stranger.identity),
  })
  return {
    projector,
    strangers,
    problems,
    async [Symbol.asyncDispose]() {
      await projector[Symbol.asyncDispose]()
      await problems[Symbol.asyncDispose]()
    },
  }
}

/** Lets time pass until the projector has caught up. */
async function caughtUp(field: Field, projector: Consumer): Promise<void> {
  await until(() => {
    field.clock.advance(durationUs(SECOND))
    return projector.atHead()
  })
}

async function powerOf(field: Field): Promise<PointId> {
  const configuration = await field.configurations.current(north)
  return configuration?.assetPoints.get('lamp-1')?.[0]?.point ?? (0 as PointId)
}

async function say(field: Field, ...powers: readonly number[]): Promise<void> {
  for (const power of powers) {
    await field.log.append(said({ at: power, power, organisation: north }))
  }
}

it('writes every reading of the log into history, once through restarts', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await using store = await openStore(field)
  for (const powers of [[10, 20], [30], []]) {
    await say(field, ...powers)
    await using work = await project(field, store)
    await caughtUp(field, work.projector)
  }
  expect(await store.totals(north, await powerOf(field))).toEqual({ count: 3, sum: 60 })
  expect(await store.cursor()).toEqual(field.log.head())
})

it('keeps what was not understood where the integrator sees it, and goes on', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await using store = await openStore(field)
  await using work = await project(field, store)
  const from = { heard: 5, device: 'lamp-1', organisation: north }
  await field.log.append(saidRaw('not JSON', from))
  await say(field, 10)
  await caughtUp(field, work.projector)
  await work.problems.flush()
  const rows = await field.database
    .read(north)
    .selectFrom('ingest_problem')
    .selectAll()
    .limit(10)
    .execute()
  expect(rows).toMatchObject([
    { source: 'mqtt:north/lamp-1', count: 1, sample: 'not JSON' },
  ])
  expect(await store.totals(north, await powerOf(field))).toMatchObject({ sum: 10 })
})

it('lets the log forget only what history holds', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await using store = await openStore(field)
  await say(field, 10)
  const everything = { maxAge: durationUs(0) }
  const now = field.clock.now()
  expect(await field.log.retain(everything, now)).toMatchObject({ deletedCommits: 0 })
  await using work = await project(field, store)
  await caughtUp(field, work.projector)
  await say(field, 20)
  await caughtUp(field, work.projector)
  expect(await field.log.retain(everything, field.clock.now())).toMatchObject({
    slowest: 'projector',
  })
})

/** The real store behind something that may fail or refuse before it is asked. */
function behind(
  store: ReadingStore,
  check: (records: readonly ReadingsOfRecord[]) => void,
) {
  const shaky: ReadingStore = {
    ...store,
    cursor: () => store.cursor(),
    latest: (organisation) => store.latest(organisation),
    async write(records, cursor) {
      check(records)
      await store.write(records, cursor)
    },
    async rewrite(records) {
      check(records)
      await store.rewrite(records)
    },
  }
  return shaky
}

it('loses nothing while history is away for a day, says why, and catches up when it is back', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await using store = await openStore(field)
  let away = true
  const shaky = behind(store, () => {
    if (away) throw new Error('the disk of the store is gone')
  })
  await say(field, 1)
  await using work = await project(field, shaky)
  // The log's commits come in real time, the day passes on the clock of the test.
  for (let hour = 2; hour <= 24; hour++) {
    await say(field, hour)
    for (let step = 0; step < 60; step++) {
      field.clock.advance(durationUs(HOUR / 60))
      await setImmediate()
    }
  }
  await until(() => {
    field.clock.advance(durationUs(SECOND))
    return work.projector.circuit().state === 'open'
  })
  expect(work.projector.failure()).toMatch(
    /^history waits since .*: the disk of the store is gone; readings are kept in the log$/,
  )
  expect(work.projector.position()).toBeUndefined()
  const now = later(field.clock.now(), durationUs(HOUR))
  expect(await field.log.retain({ maxAge: durationUs(0) }, now)).toMatchObject({
    deletedCommits: 0,
  })
  away = false
  await caughtUp(field, work.projector)
  expect(work.projector.failure()).toBeUndefined()
  expect(await store.totals(north, await powerOf(field))).toEqual({ count: 24, sum: 300 })
})

it('puts a reading that the store never takes into quarantine, and goes on', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await using store = await openStore(field)
  const shaky = behind(store, (records) => {
    if (records.some(({ readings }) => readings.some(({ value }) => value === 13))) {
      throw new Problem({ kind: 'invalid', what: 'partial write', why: '13 is refused' })
    }
  })
  await say(field, 11, 12, 13, 14)
  await using work = await project(field, shaky)
  await caughtUp(field, work.projector)
  await work.problems.flush()
  const power = await powerOf(field)
  expect(await store.totals(north, power)).toEqual({ count: 3, sum: 37 })
  expect(work.projector.failure()).toBeUndefined()
  const { rows } = await listQuarantine(field.database, { organisation: north, limit: 10 })
  expect(rows).toMatchObject([
    {
      kind: 'reading',
      reason: 'partial write: 13 is refused',
      reading: { point: power, value: 13, effective: second(13) },
    },
  ])
  const problems = field.database.read(north).selectFrom('ingest_problem').selectAll()
  expect(await problems.limit(10).execute()).toMatchObject([
    { source: `history:north/point ${power}`, reason: 'refused_by_store', count: 1 },
  ])
})

it('refuses to write the history of another log', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await using store = await openStore(field)
  await say(field, 10)
  {
    await using work = await project(field, store)
    await caughtUp(field, work.projector)
  }
  await using other = await openLogIn(field.folder, 'other')
  const problem = await refusalOf(project({ ...field, log: other }, store))
  expect(problem.what).toBe(
    'the projector has read another reading log than the one that is here',
  )
})
