/** Windows from rows: for what InfluxQL cannot do, and for readings that windows may hold already. */

import type { PointId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'
import { parametersOf, where } from './influxql.ts'
import { measurements } from './measurement.ts'
import { rowPagesOf, type PageRequest, type PointRow, type Table } from './pages.ts'
import type { Asks } from './points.ts'
import { holds as holdsReading, type RolledWindow } from './rolled-window.ts'
import { numberIn, pointOf, positionIn, rowsOf, timeIn, type Row } from './rows.ts'
import type { WindowTable } from './window-table.ts'

/** Readings of some points in a range. */
export interface Part extends PageRequest {
  readonly from: number
  readonly to: number
  /** Windows that may hold some of them already. */
  readonly held?: readonly RolledWindow[]
}

const values: Table = {
  measurement: measurements.reading,
  counted: 'flags',
  fields: ['counts', 'number'],
}
const valuesWithPosition: Table = {
  ...values,
  fields: [...values.fields, 'epoch', 'sequence', 'idx'],
}

/** Adds the counted readings of the part to the windows of their times, without those that are held. */
export async function addReadings(
  server: Asks,
  part: Part,
  table: WindowTable,
): Promise<void> {
  for await (const page of readingsOf(server, part)) {
    for (const { point, row, fresh } of page) if (fresh) addReading(point, row, table)
  }
}

interface Holding {
  /** One after the other in time. */
  readonly parts: readonly Part[]
  readonly range: Part
  readonly holds: number | undefined
}

/** A value that holds since a time; NaN after a reading that ended it. */
interface Running {
  readonly value: number
  readonly since: number
}

/** As `addReadings`, and lets each value hold until the next reading of its point or for `holds`. */
export async function addHeldValues(
  server: Asks,
  { parts, range, holds = Infinity }: Holding,
  table: WindowTable,
): Promise<void> {
  const running = await valuesBefore(server, range, holds)
  const end = (point: PointId, to: number): void => {
    const { value, since } = running.get(point) ?? { value: Number.NaN, since: to }
    if (Number.isNaN(value)) return
    table.hold(point, value, { from: since, to: Math.min(to, since + holds) })
  }
  const take = ({ point, row, fresh }: Found): void => {
    const at = timeIn(row)
    end(point, at)
    running.set(point, { value: valueOf(row), since: at })
    if (fresh) addReading(point, row, table)
  }
  for (const part of parts) {
    for await (const page of readingsOf(server, part)) page.forEach(take)
  }
  for (const point of range.points) end(point, range.to)
}

/** The newest value of each point before the range, if it can hold into it. */
async function valuesBefore(
  server: Asks,
  { organisation, points, from }: Part,
  holds: number,
): Promise<Map<PointId, Running>> {
  const before = {
    organisation,
    points,
    to: from,
    ...(holds !== Infinity && { from: from - holds }),
  }
  const [series = []] = await server.ask({
    statements: [
      `SELECT "counts", "number" FROM "${measurements.reading}" ${where(before)} ` +
        'GROUP BY "point" ORDER BY time DESC LIMIT 1',
    ],
    parameters: parametersOf(before),
  })
  return new Map(
    series.flatMap((one) =>
      rowsOf(one).map((row) => [pointOf(one), { value: valueOf(row), since: timeIn(row) }]),
    ),
  )
}

interface Found extends PointRow {
  /** No window holds it. */
  readonly fresh: boolean
}

async function* readingsOf(server: Asks, part: Part): AsyncGenerator<readonly Found[]> {
  const { held = [], organisation } = part
  if (part.points.length === 0 || part.from >= part.to) return
  const known = Map.groupBy(held, ({ point, start }) => `${point} ${start}`)
  const widths = [...new Set(held.map(({ width }) => width))]
  const table = held.length === 0 ? values : valuesWithPosition
  const isFresh = ({ point, row }: PointRow): boolean => {
    const at = timeIn(row)
    const reading = { at, position: positionIn(row, organisation) }
    return !widths
      .flatMap((width) => known.get(`${point} ${startOf(at, width)}`) ?? [])
      .some((window) => holdsReading(window, reading))
  }
  for await (const page of rowPagesOf(server, table, part)) {
    yield page.map(({ point, row }) => ({ point, row, fresh: isFresh({ point, row }) }))
  }
}

function addReading(point: PointId, row: Row, table: WindowTable): void {
  const value = valueOf(row)
  const at = timeIn(row)
  const window = table.windowAt(at)
  if (window === undefined || Number.isNaN(value)) return
  table.add(point, window, {
    count: 1,
    sum: value,
    min: value,
    max: value,
    last: value,
    lastAt: at,
  })
}

/** NaN where the reading does not count. */
function valueOf(row: Row): number {
  return row['counts'] === true ? numberIn(row, 'number') : Number.NaN
}

function startOf(at: TimeUs, width: number): number {
  return Math.floor(at / width) * width
}
