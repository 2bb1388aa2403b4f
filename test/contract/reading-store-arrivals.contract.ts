import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { comparePositions, partitionOf } from '../../src/domain/position.ts'
import { qualities } from '../../src/domain/reading.ts'
import { timeUs } from '../../src/domain/time.ts'
import type {
  ColumnScanRequest,
  ReadingStore,
  StoredColumns,
  StoredReading,
} from '../../src/store/reading-store.ts'
import {
  bad,
  gata,
  type OpenOwn,
  position,
  power,
  reading,
  recordsOf,
  second,
  vatten,
  write,
} from './reading-store.fixtures.ts'

const ever = { organisation: gata, from: timeUs(0), to: timeUs(9e15) }

/** The part of the contract about what arrived, in the order in which it did. */
export function arrivalsContract(open: OpenOwn): void {
  it('gives what arrived as columns, in the order of the log', async () => {
    await using store = await open()
    const [a, b] = [3, 12] as [PointId, PointId]
    const readings = [
      reading(1, 5, 'öppen', { point: b, native: 7 }),
      reading(1, 2, true, { point: b, server: second(3) }),
      reading(2, 4, null, { point: a, ...bad }),
      reading(3, 1, 1.5, { point: a, source: second(0), flags: 9 }),
      reading(3, 9, 7, { point: a, quality: 'bad', code: 'stale', native: 3 }),
      reading(3, 10, '', { point: b, quality: 'uncertain' }),
      reading(4, 11, false, { point: b, quality: 'bad', code: 'stale' }),
    ]
    const at = { ...position(4), partition: partitionOf(vatten) }
    const theirs = reading(4, 4, 8, { organisation: vatten, position: at })
    await write(store, [...readings, theirs], position(4))
    const exact = await store.keepsArrivals(ever)
    const expectArrivals = async (
      wanted: readonly StoredReading[],
      range: Partial<ColumnScanRequest> = {},
    ): Promise<void> => {
      const found = await arrivals(store, range)
      expect(told(found, exact)).toEqual(told(wanted.map(arrivalOf), exact))
    }
    await expectArrivals(readings)
    // The range is that of hearing, which is a second after measuring here.
    const range = { from: second(3), to: second(10) }
    const heard = readings.filter(({ ingest }) => ingest >= range.from && ingest < range.to)
    await expectArrivals(heard, range)
    const ofA = readings.filter(({ point }) => point === a)
    await expectArrivals(ofA, { points: [a] })
    expect(await arrivals(store, { points: [] })).toEqual([])
    expect(await arrivals(store, { organisation: vatten })).toEqual([arrivalOf(theirs)])
    expect(await arrivals(store, { organisation: 'okänd' as OrganisationId })).toEqual([])
  })

  it('gives every arrival once, or says that it may not', async () => {
    let round = 0
    await using store = await open()
    let from = 1
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            point: fc.integer({ min: 1, max: 3 }),
            at: fc.integer({ min: 0, max: 5 }),
            value: fc.integer({ min: 0, max: 9 }),
            next: fc.integer({ min: 0, max: 2 }),
            commit: fc.boolean(),
          }),
          { maxLength: 30 },
        ),
        async (steps) => {
          round++
          const base = round * 1_000
          let sequence = from
          let batch: StoredReading[] = []
          const all: StoredReading[] = []
          for (const { point, at, value, next, commit } of steps) {
            sequence += next
            if (commit && next > 0 && batch.length > 0) {
              await write(store, batch, batch.at(-1)?.position ?? position(sequence))
              batch = []
            }
            const one = reading(sequence, base + at, value, {
              point: point as PointId,
              ingest: second(base + sequence - from + 10),
            })
            // A record says one thing of one moment once; who keeps series by their time has no room
            // for the same line twice, and nothing is lost by it.
            if (isIn(arrivalOf(one), all.map(arrivalOf))) continue
            batch.push(one)
            all.push(one)
          }
          await write(store, batch, position(sequence))
          from = sequence + 1
          const range = { from: second(base), to: second(base + 1_000) }
          const found = await arrivals(store, range)
          const exact = await store.keepsArrivals({ ...ever, ...range })
          const expected = all.map(arrivalOf)
          // What was lost can only be missing.
          const wanted = exact ? expected : expected.filter((one) => isIn(one, found))
          expect(told(found, exact)).toEqual(told(wanted, exact))
        },
      ),
      { numRuns: 15 },
    )
  })

  it('says so where what it has is not what arrived', async () => {
    await using store = await open()
    const first = [1, 2, 3].map((n) => reading(n, n, n))
    await write(store, first, position(3))
    await store.rewrite(recordsOf([reading(2, 2, 20, { typeVersion: 2 })]))
    expect(await store.keepsArrivals({ ...ever, from: second(0) })).toBe(false)
    const found = await arrivals(store)
    expect(found.map(({ value }) => value)).toEqual([1, 20, 3])
    await store.retain({ organisation: gata, points: [power], rawSince: second(2) })
    expect(await store.keepsArrivals({ ...ever, to: second(3) })).toBe(false)
  })

  it('gives a lot in pieces, and ends when nobody wants more', async () => {
    await using store = await open()
    let at = 0
    for (let sequence = 1; sequence <= 3; sequence++) {
      const batch = Array.from({ length: 5_000 }, () => reading(sequence, at++, at))
      await write(store, batch, position(sequence))
    }
    const found = await arrivals(store)
    expect(found).toHaveLength(15_000)
    for await (const columns of store.scanColumns(ever)) {
      expect(columns.length).toBeGreaterThan(0)
      break
    }
    await write(store, [reading(4, at, 1)], position(4))
  })
}

/** What the columns say of one reading. */
interface Arrival {
  readonly position: StoredReading['position']
  readonly point: number
  readonly value: StoredReading['value']
  readonly quality: StoredReading['quality']
  readonly effective: number
  readonly ingest: number
  readonly flags: number
}

/** Who does not keep all arrivals does not know the order within a record either. */
function told(all: readonly Arrival[], exact: boolean): readonly Arrival[] {
  if (exact) return all
  return all.toSorted(
    (a, b) =>
      comparePositions(a.position, b.position) ||
      a.point - b.point ||
      a.effective - b.effective,
  )
}

function isIn(one: Arrival, found: readonly Arrival[]): boolean {
  return found.some((other) => JSON.stringify(other) === JSON.stringify(one))
}

function arrivalOf(one: StoredReading): Arrival {
  const { position: at, point, value, quality, effective, ingest, flags } = one
  return { position: at, point, value, quality, effective, ingest, flags }
}

async function arrivals(
  store: ReadingStore,
  request: Partial<ColumnScanRequest> = {},
): Promise<Arrival[]> {
  const found: Arrival[] = []
  for await (const columns of store.scanColumns({ ...ever, ...request })) {
    for (let row = 0; row < columns.length; row++) found.push(arrivalAt(columns, row))
  }
  for (const [n, one] of found.entries()) {
    const before = found[n - 1] ?? one
    expect(comparePositions(before.position, one.position)).toBeLessThanOrEqual(0)
  }
  return found
}

function arrivalAt(columns: StoredColumns, row: number): Arrival {
  return {
    position: {
      epoch: columns.epoch,
      partition: columns.partition,
      sequence: columns.sequence[row] ?? 0,
      index: columns.index[row] ?? 0,
    },
    point: columns.point[row] ?? 0,
    value: valueAt(columns, row),
    quality: qualities[columns.quality[row] ?? 2] ?? 'bad',
    effective: columns.effective[row] ?? 0,
    ingest: columns.ingest[row] ?? 0,
    flags: columns.flags[row] ?? 0,
  }
}

function valueAt({ value, texts, boolean }: StoredColumns, row: number): Arrival['value'] {
  const text = texts.get(row)
  const number = value[row] ?? Number.NaN
  if (text !== undefined || Number.isNaN(number)) return text ?? null
  return boolean[row] === 1 ? number === 1 : number
}
