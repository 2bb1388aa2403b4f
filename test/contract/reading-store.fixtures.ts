import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { partitionOf, type Position } from '../../src/domain/position.ts'
import type { Value } from '../../src/domain/reading.ts'
import { timeUs } from '../../src/domain/time.ts'
import type { ReadingStore, Series, StoredReading } from '../../src/store/reading-store.ts'

export const gata = 'gata' as OrganisationId
export const vatten = 'vatten' as OrganisationId
export const power = 17 as PointId

/** Position of record `index` of commit `sequence` in the one log of these tests. */
export function position(sequence: number, index = 0): Position {
  return { epoch: 'log-1', partition: partitionOf(gata), sequence, index }
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

/** The series of `power` over all time, or what `request` says instead. */
export function all(
  store: ReadingStore,
  request: Partial<Parameters<ReadingStore['series']>[0]> = {},
): Promise<Series> {
  const everything = { from: timeUs(0), to: timeUs(9e15), limit: 2_000 }
  return store.series({ organisation: gata, point: power, ...everything, ...request })
}

export function values(series: Series): Value[] {
  return series.samples.map(({ value }) => value)
}

export function second(at: number): ReturnType<typeof timeUs> {
  return timeUs(1_795_000_000_000_000 + at * 1_000_000)
}
