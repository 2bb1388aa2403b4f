import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import {
  durationUs,
  SECOND,
  timeUs,
  type DurationUs,
  type TimeUs,
} from '../../domain/time.ts'
import { measurements, windowFields } from './measurement.ts'
import type { Table } from './pages.ts'
import { numberIn, positionIn, textIn, timeIn, type Row } from './rows.ts'

/** A value with when it was. */
export interface Held {
  readonly value: number
  readonly at: TimeUs
}

/** What stays of the counted readings of one point in a window. */
export interface RolledWindow {
  readonly organisation: OrganisationId
  readonly point: PointId
  readonly start: TimeUs
  readonly width: DurationUs
  /** At least 1. */
  readonly count: number
  readonly sum: number
  readonly min: Held
  readonly max: Held
  readonly last: Held
  /**
   * With `through`, which of the readings that are still stored it holds: those before `until` that
   * do not come after `through` in its log. A process that died before it deleted them finds them
   * again and adds nothing twice.
   */
  readonly until: TimeUs
  readonly through: Position
}

/** Rolled-up windows with every field. */
export const allOfWindows: Table = {
  measurement: measurements.rolledUp,
  counted: 'count',
  fields: ['width', ...windowFields],
}

export function rolledWindow(
  row: Row,
  organisation: OrganisationId,
  point: PointId,
): RolledWindow {
  const held = (name: string): Held => ({
    value: numberIn(row, name),
    at: timeIn(row, `${name}_at`),
  })
  return {
    organisation,
    point,
    start: timeIn(row),
    width: durationUs(Number(textIn(row, 'width')) * SECOND),
    count: numberIn(row, 'count'),
    sum: numberIn(row, 'sum'),
    min: held('min'),
    max: held('max'),
    last: held('last'),
    until: timeIn(row, 'until'),
    through: positionIn(row, organisation),
  }
}

/** A counted reading. */
export interface Counted extends Held {
  readonly position: Position
}

/** Whether the window holds this reading already. */
export function holds(
  { until, through }: RolledWindow,
  { at, position }: Pick<Counted, 'at' | 'position'>,
): boolean {
  if (at >= until || position.epoch !== through.epoch) return false
  return (position.sequence - through.sequence || position.index - through.index) <= 0
}

/** A window that holds one reading, of a roll-up that has seen everything before `until`. */
export function windowOf(
  { value, at, position }: Counted,
  place: Pick<RolledWindow, 'organisation' | 'point' | 'width'> & {
    readonly until: TimeUs
  },
): RolledWindow {
  const { width } = place
  const start = timeUs(Math.floor(at / width) * width)
  const held = { value, at }
  return {
    ...place,
    start,
    until: timeUs(Math.min(place.until, start + width)),
    count: 1,
    sum: value,
    min: held,
    max: held,
    last: held,
    through: position,
  }
}

/** The window that holds what both hold; `b` is of the later roll-up. */
export function merge(a: RolledWindow, b: RolledWindow): RolledWindow {
  const sum = a.sum + b.sum
  return {
    ...a,
    count: a.count + b.count,
    // Beyond the largest number InfluxDB would refuse the window, and every one after it.
    sum: Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum)),
    min: b.min.value < a.min.value ? b.min : a.min,
    max: b.max.value > a.max.value ? b.max : a.max,
    last: b.last.at >= a.last.at ? b.last : a.last,
    until: b.until,
    through: laterOf(a.through, b.through),
  }
}

/** Of two logs the second is the one that follows. */
function laterOf(a: Position, b: Position): Position {
  if (a.epoch !== b.epoch) return b
  return (b.sequence - a.sequence || b.index - a.index) > 0 ? b : a
}
