import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { durationUs, MS } from '../../src/domain/time.ts'
import { startLive } from '../../src/ingest/live.ts'
import { startProblems } from '../../src/ingest/problems.ts'
import { startProjector } from '../../src/ingest/projector.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import type { ReadingStore } from '../../src/store/reading-store.ts'
import { range } from '../contract/reading-log.contract.ts'
import { north, south } from '../support/database.ts'
import { openField, said, saidRaw, second, startLamps, type Field } from './field.ts'

const coalesce = durationUs(250 * MS)

interface Viewed extends Field {
  readonly store: ReadingStore
}

async function openViewed(): Promise<Viewed> {
  await using opening = new AsyncDisposableStack()
  const field = opening.use(await openField())
  const file = join(field.folder, 'readings.duckdb')
  const store = opening.use(await openDuckdbStore({ file }))
  const all = opening.move()
  return { ...field, store, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

async function pointOf(field: Field, organisation = north): Promise<PointId> {
  const configuration = await field.configurations.current(organisation)
  const point = configuration?.assetPoints
    .get('lamp-1')
    ?.find(({ role }) => role === 'power')
  if (point === undefined) throw new Error('lamp-1 has no power')
  return point.point
}

async function say(field: Field, at: number, power: number, heard = at) {
  await field.log.append(said({ at, heard, power, organisation: north }))
}

it('shows the newest value by the time it was measured, and of two at once the later one', async () => {
  await using field = await openViewed()
  await startLamps(field, north)
  const power = await pointOf(field)
  await using live = await startLive(field)
  expect(live.lastValues.of(power)).toBeUndefined()
  const shown = async () => {
    await live.settled()
    const { value, effective } = live.lastValues.of(power) ?? {}
    return [value, effective]
  }
  await say(field, 10, 60)
  expect(await shown()).toEqual([60, second(10)])
  await say(field, 5, 50, 11)
  expect(await shown()).toEqual([60, second(10)])
  await say(field, 10, 61, 12)
  expect(await shown()).toEqual([61, second(10)])
  await say(field, 20, 62)
  expect(await shown()).toEqual([62, second(20)])
})

it('knows after a restart what the store knows and what the log has beyond it', async () => {
  await using field = await openViewed()
  await startLamps(field, north)
  const power = await pointOf(field)
  const problems = startProblems({ ...field, counted: () => undefined })
  await using _ = problems
  await say(field, 10, 60)
  {
    await using projector = await startProjector({
      ...field,
      problems,
      unknown: () => undefined,
    })
    field.clock.advance(coalesce)
    await projector.settled()
  }
  {
    await using live = await startLive(field)
    expect(live.lastValues.of(power)).toMatchObject({ value: 60 })
  }
  await say(field, 20, 70)
  await using live = await startLive(field)
  await live.settled()
  expect(live.lastValues.of(power)).toMatchObject({ value: 70 })
})

it('tells those who look of what changed at most every 250 ms, and each point once', async () => {
  await using field = await openViewed()
  await startLamps(field, north)
  await startLamps(field, south)
  const power = await pointOf(field)
  await using live = await startLive(field)
  await live.settled()
  const told: (readonly PointId[])[] = []
  const elsewhere: (readonly PointId[])[] = []
  const stop = live.lastValues.onChange(north, (points) => told.push(points))
  live.lastValues.onChange(south, (points) => elsewhere.push(points))
  for (const at of range(5)) await say(field, at, 60 + at)
  await live.settled()
  field.clock.advance(durationUs(coalesce - 1))
  expect(told).toEqual([])
  field.clock.advance(durationUs(1))
  expect(told).toEqual([[power]])
  field.clock.advance(coalesce)
  expect(told).toHaveLength(1)

  await say(field, 10, 60)
  await live.settled()
  stop()
  field.clock.advance(coalesce)
  expect(told).toHaveLength(1)
  expect(elsewhere).toEqual([])
})

it('tells of a flood in calls of 1,000 points at most, and of all of it', async () => {
  await using field = await openViewed()
  await startLamps(field, north, { lamps: 12, extraPoints: 199 })
  await using live = await startLive(field)
  await live.settled()
  const told: (readonly PointId[])[] = []
  live.lastValues.onChange(north, (points) => told.push(points))
  const text = JSON.stringify({ ts: second(1) / 1_000_000, p: 1, x: range(199) })
  for (const lamp of range(12)) {
    const device = `lamp-${lamp + 1}`
    await field.log.append(saidRaw(text, { heard: 1, device, organisation: north }))
  }
  await live.settled()
  for (const _ of range(4)) field.clock.advance(coalesce)
  expect(told.map(({ length }) => length)).toEqual([1_000, 1_000, 400])
  expect(new Set(told.flat()).size).toBe(2_400)
})

it('tells nobody anything once it is stopped', async () => {
  await using field = await openViewed()
  await startLamps(field, north)
  const told: (readonly PointId[])[] = []
  {
    await using live = await startLive(field)
    live.lastValues.onChange(north, (points) => told.push(points))
    await say(field, 1, 60)
    await live.settled()
  }
  expect(field.clock.pending()).toBe(0)
  field.clock.advance(coalesce)
  expect(told).toEqual([])
})
