/** Conditions in InfluxQL. Text from outside is always a bound parameter; numbers are checked. */

import type { OrganisationId, PointId } from '../../domain/ids.ts'
import { idPattern } from './id-pattern.ts'
import type { Question } from './influx-server.ts'

/** Points whose rows one statement asks for at most. */
export const pointsAStatement = 5_000

export interface Selection {
  readonly organisation: OrganisationId
  /** Left out: all. */
  readonly points?: readonly PointId[]
  /** Inclusive; left out: from the beginning. */
  readonly from?: number
  /** Exclusive; left out: without end, also in the future. */
  readonly to?: number
}

const always = Number.MAX_SAFE_INTEGER

/** `WHERE …` for the selection; `more` is joined to it with AND. */
export function where(selection: Selection, ...more: readonly string[]): string {
  const { points, from = -always, to = always } = selection
  const conditions = [
    '"organisation" = $organisation',
    ...(points === undefined ? [] : [oneOf(points)]),
    `time >= ${at(from)}`,
    `time < ${at(to)}`,
    ...more,
  ]
  return `WHERE ${conditions.join(' AND ')}`
}

/** `GROUP BY time(…)` for windows of equal width, one of which begins at `start`. */
export function byTime(width: number, start: number): string {
  return `time(${at(width)}, ${at(((start % width) + width) % width)})`
}

export function parametersOf({ organisation }: Selection): Question['parameters'] {
  return { organisation }
}

/** The items in groups of at most `size`. */
export function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  )
}

function oneOf(points: readonly PointId[]): string {
  const ids = points.map((point) => checked(point))
  return ids.length === 1 ? `"point" = '${ids[0]}'` : `"point" =~ /^${idPattern(ids)}$/`
}

function at(time: number): string {
  return `${checked(Math.max(-always, Math.min(always, time)))}u`
}

function checked(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`)
  return value
}
