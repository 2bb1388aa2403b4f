import { createDecodedLog } from '../../src/ingest/decoded-log.ts'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import type { Consumer } from '../../src/ingest/consumer.ts'
import { startProblems } from '../../src/ingest/problems.ts'
import { startProjector } from '../../src/ingest/projector.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import type { ReadingStore } from '../../src/store/reading-store.ts'
import { north } from '../support/database.ts'
import { refusalOf } from '../support/problems.ts'
import { openField, openLogIn, said, saidRaw, startLamps, type Field } from './field.ts'

function openStore({ folder }: Field): Promise<ReadingStore> {
  return openDuckdbStore({ file: join(folder, 'readings.duckdb') })
}

async function project(field: Field, store: ReadingStore) {
  const problems = startProblems({ ...field, counted: () => undefined })
  const projector = await startProjector({
    ...field,
    decoded: createDecodedLog(field.log, field.configurations),
    store,
    problems,
  })
  return {
    projector,
    problems,
    async [Symbol.asyncDispose]() {
      await projector[Symbol.asyncDispose]()
      await problems[Symbol.asyncDispose]()
    },
  }
}

/** Lets time pass until the projector has caught up. */
async function caughtUp(field: Field, projector: Consumer): Promise<void> {
  await vi.waitUntil(
    () => {
      field.clock.advance(durationUs(SECOND))
      return projector.atHead()
    },
    { interval: 1, timeout: 10_000 },
  )
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

it('says why when history is away, and catches up when it is back', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await using store = await openStore(field)
  let away = true
  const shaky: ReadingStore = {
    ...store,
    cursor: () => store.cursor(),
    write: (readings, cursor) =>
      away
        ? Promise.reject(new Error('the disk of the store is gone'))
        : store.write(readings, cursor),
  }
  await say(field, 10, 20)
  await using work = await project(field, shaky)
  await vi.waitUntil(() => work.projector.failure() !== undefined, { interval: 1 })
  expect(work.projector.failure()).toBe('the disk of the store is gone')
  away = false
  await caughtUp(field, work.projector)
  expect(work.projector.failure()).toBeUndefined()
  expect(await store.totals(north, await powerOf(field))).toEqual({ count: 2, sum: 30 })
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
