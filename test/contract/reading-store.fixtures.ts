import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { comparePositions, partitionOf, type Position } from '../../src/domain/position.ts'
import type { Value } from '../../src/domain/reading.ts'
import { timeUs } from '../../src/domain/time.ts'
import type {
  ReadingsOfRecord,
  ReadingStore,
  ScanRequest,
  Series,
  StoredReading,
} from '../../src/store/reading-store.ts'

/**
 * Opens the store of this name: new and empty when the name was never heard, else with all that was
 * written to it. Names are small letters, digits and underscores.
 */
export type OpenStore = (name: string) => Promise<ReadingStore>

/** Opens the store of the running test; again when called again. */
export type OpenOwn = () => Promise<ReadingStore>

export const gata = 'gata' as OrganisationId
export const vatten = 'vatten' as OrganisationId
export const power = 17 as PointId

/** Position of record `index` of commit `sequence` in the log of these tests, or another. */
export function position(sequence: number, index = 0, epoch = 'log-1'): Position {
  return { epoch, partition: partitionOf(gata), sequence, index }
}

/** A good reading of `power` at second `at`, that came in commit `sequence`. */
export function reading(
  sequence: number,
  at: number,
  value: Value,
  other: Partial<StoredReading> = {},
): StoredReading {
  return {
    organisation: gata,
    position: position(sequence),
    point: power,
    value,
    quality: 'good',
    code: 'ok',
    effective: second(at),
    ingest: second(at + 1),
    flags: 0,
    typeVersion: 1,
    ...other,
  }
}

export const bad = { quality: 'bad', code: 'comm_fault' } as const

/** Writes readings that are in the order of their positions. */
export function write(
  store: ReadingStore,
  readings: readonly StoredReading[],
  cursor: Position,
): Promise<void> {
  return store.write(recordsOf(readings), cursor)
}

/** Neighbours of one organisation and position are one record. */
export function recordsOf(readings: readonly StoredReading[]): ReadingsOfRecord[] {
  const records: (ReadingsOfRecord & { readings: StoredReading[] })[] = []
  for (const one of readings) {
    const { organisation, position: at } = one
    const last = records.at(-1)
    const same =
      last?.organisation === organisation && comparePositions(last.position, at) === 0
    if (same) last.readings.push(one)
    else records.push({ organisation, position: at, readings: [one] })
  }
  return records
}

/** The series of `power` over all time, or what `request` says instead. */
export function all(
  store: ReadingStore,
  request: Partial<Parameters<ReadingStore['series']>[0]> = {},
): Promise<Series> {
  const everything = { from: timeUs(0), to: timeUs(9e15), limit: 2_000 }
  return store.series({ organisation: gata, point: power, ...everything, ...request })
}

/** Everything a scan over all time gives, or over what `request` says instead. */
export async function scanned(
  store: ReadingStore,
  request: Partial<ScanRequest> = {},
): Promise<StoredReading[]> {
  const everything = { organisation: gata, from: timeUs(0), to: timeUs(9e15) }
  return (await pagesOf(store.scan({ ...everything, ...request }))).flat()
}

export async function pagesOf(
  pages: ReturnType<ReadingStore['scan']>,
): Promise<(readonly StoredReading[])[]> {
  const heard = []
  for await (const page of pages) heard.push(page)
  return heard
}

/** The newest reading of each point of `gata`, in the order of points. */
export async function latest(
  store: ReadingStore,
  organisation = gata,
): Promise<StoredReading[]> {
  return (await store.latest(organisation)).toSorted((a, b) => a.point - b.point)
}

export function values(series: Series): Value[] {
  return series.samples.map(({ value }) => value)
}

export function second(at: number): ReturnType<typeof timeUs> {
  return timeUs(1_795_000_000_000_000 + at * 1_000_000)
}
