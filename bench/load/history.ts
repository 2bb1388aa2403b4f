/** The readings of a town, in batches as the projector makes them. */

import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import type { Position } from '../../src/domain/position.ts'
import type { Reading } from '../../src/domain/reading.ts'
import { durationUs, later, MINUTE, MS, timeUs } from '../../src/domain/time.ts'
import type { ReadingsOfRecord } from '../../src/store/reading-store.ts'

export interface Town {
  /** A multiple of 100. */
  readonly points: number
  readonly days: number
}

export interface Batch {
  readonly kind: 'small' | 'large'
  readonly records: readonly ReadingsOfRecord[]
  readonly readings: number
  readonly cursor: Position
}

export const organisation = 'bench' as OrganisationId
export const START = timeUs(1_790_000_000_000_000)
export const TICKS_A_DAY = 96
const TICK = durationUs(15 * MINUTE)

/**
 * The projector takes up to 5,000 messages or 16 MiB at a time: 5,000 small ones, or 1,600 of 100
 * readings.
 */
const kinds = {
  small: { readings: 10, records: 5_000 },
  large: { readings: 100, records: 1_600 },
} as const

/** A tick of every point each 15 minutes; the first tenth of the days in small messages. */
export function* history(town: Town): Generator<Batch> {
  const small = Math.ceil(town.days / 10)
  yield* batches(town, 'small', { firstDay: 0, days: small })
  yield* batches(town, 'large', { firstDay: small, days: town.days - small })
}

function* batches(
  { points }: Town,
  kind: Batch['kind'],
  { firstDay, days }: { readonly firstDay: number; readonly days: number },
): Generator<Batch> {
  const { readings, records: most } = kinds[kind]
  const perDay = (points * TICKS_A_DAY) / readings
  const end = days * perDay
  for (let first = 0; first < end; first += most) {
    const length = Math.min(most, end - first)
    const records = Array.from({ length }, (_, n) => {
      const reading = (firstDay * perDay + first + n) * readings
      return recordAt({ points, kind, firstDay }, reading)
    })
    const cursor = records.at(-1)?.position
    if (cursor !== undefined) yield { kind, records, readings: length * readings, cursor }
  }
}

/** The readings of neighbours at one tick: noisy waves with two decimals. */
function recordAt(
  { points, kind, firstDay }: { points: number; kind: Batch['kind']; firstDay: number },
  number: number,
): ReadingsOfRecord {
  const { readings: length } = kinds[kind]
  const firstPoint = number % points
  const tick = Math.floor(number / points)
  const measured = later(START, durationUs(tick * TICK + firstPoint * 80 * MS))
  const ingest = later(measured, durationUs((20 + (number % 97)) * MS))
  const readings = Array.from({ length }, (_, n): Reading => {
    const wave = 5 * Math.sin(firstPoint + n + tick / TICKS_A_DAY)
    return {
      point: (1 + firstPoint + n) as PointId,
      value: Math.round((20 + wave + Math.random() * 9) * 100) / 100,
      quality: 'good',
      code: 'ok',
      effective: measured,
      source: measured,
      ingest,
      flags: 0,
      typeVersion: 1,
    }
  })
  return { organisation, position: positionOf(number / length, firstDay), readings }
}

/** Ten records a commit; days in other messages come in later commits. */
function positionOf(record: number, firstDay: number): Position {
  const sequence = 1 + Math.floor(record / 10) + firstDay * 1_000_000
  return { epoch: 'bench', partition: 0, sequence, index: record % 10 }
}
