import type { PointId } from '../../domain/ids.ts'
import {
  groupsOf,
  parametersOf,
  pointsAStatement,
  where,
  type Selection,
} from './influxql.ts'
import type { AnswerSeries } from './influx-server.ts'
import type { Asks } from './points.ts'
import { numberIn, pointOf, rowsOf, timeIn, type Row } from './rows.ts'

/** Rows a page holds at most, as `ReadingStore.scan` has it. */
const rowsAPage = 10_000

/** Rows of one point in the order of time. */
export interface PointRows {
  readonly point: PointId
  readonly rows: readonly Row[]
}

/** What to read. */
export interface Table {
  readonly measurement: string
  /** A field that every point of the measurement has; for counting. */
  readonly counted: string
  readonly fields: readonly string[]
}

export interface PageRequest extends Selection {
  /** Ascending. */
  readonly points: readonly PointId[]
}

/**
 * Every row of the selection in the order of (point, time), in pages of about 10,000 rows. The rows
 * of each point are counted first, so that small points share a request and a large one is read
 * piece by piece. What is written meanwhile may be seen or not.
 */
export async function* pagesOf(
  server: Asks,
  table: Table,
  request: PageRequest,
): AsyncGenerator<readonly PointRows[]> {
  for (const points of groupsOf(request.points, pointsAStatement)) {
    const counts = await countRows(server, table, { ...request, points })
    let page: PointId[] = []
    let size = 0
    for (const point of points) {
      const count = counts.get(point) ?? 0
      if (count === 0) continue
      if (page.length > 0 && size + count > rowsAPage) {
        yield await readTogether(server, table, { ...request, points: page })
        page = []
        size = 0
      }
      if (count > rowsAPage) {
        yield* readAlone(server, table, { ...request, points: [point] })
      } else {
        page.push(point)
        size += count
      }
    }
    if (page.length > 0)
      yield await readTogether(server, table, { ...request, points: page })
  }
}

/** A row with its point. */
export interface PointRow {
  readonly point: PointId
  readonly row: Row
}

/** As `pagesOf`, with the rows of all points of a page in one list. */
export async function* rowPagesOf(
  server: Asks,
  table: Table,
  request: PageRequest,
): AsyncGenerator<readonly PointRow[]> {
  for await (const page of pagesOf(server, table, request)) {
    yield page.flatMap(({ point, rows }) => rows.map((row) => ({ point, row })))
  }
}

/** How many rows each point has; points without any are not named. */
export async function countRows(
  server: Asks,
  { measurement, counted }: Pick<Table, 'measurement' | 'counted'>,
  selection: Selection,
): Promise<ReadonlyMap<PointId, number>> {
  const [series = []] = await server.ask({
    statements: [
      `SELECT count("${counted}") FROM "${measurement}" ${where(selection)} GROUP BY "point"`,
    ],
    parameters: parametersOf(selection),
  })
  return new Map(
    series.map((one) => {
      const [row = {}] = rowsOf(one)
      return [pointOf(one), numberIn(row, 'count')]
    }),
  )
}

async function readTogether(
  server: Asks,
  table: Table,
  request: PageRequest,
): Promise<PointRows[]> {
  const series = await read(server, table, request, '')
  return series
    .map((one) => ({ point: pointOf(one), rows: rowsOf(one) }))
    .toSorted((a, b) => a.point - b.point)
}

async function* readAlone(
  server: Asks,
  table: Table,
  request: PageRequest,
): AsyncGenerator<readonly PointRows[]> {
  let from: number | undefined = request.from
  for (;;) {
    const range = { ...request, ...(from !== undefined && { from }) }
    const [series] = await read(server, table, range, `LIMIT ${rowsAPage}`)
    if (series === undefined) return
    const rows = rowsOf(series)
    const last = rows.at(-1)
    if (rows.length < rowsAPage || last === undefined) {
      yield [{ point: pointOf(series), rows }]
      return
    }
    // Two windows may begin at one time: the last time is read again, whole.
    from = timeIn(last)
    const until = from
    yield [{ point: pointOf(series), rows: rows.filter((row) => timeIn(row) < until) }]
  }
}

async function read(
  server: Asks,
  { measurement, fields }: Table,
  selection: Selection,
  limit: string,
): Promise<readonly AnswerSeries[]> {
  const columns = fields.map((field) => `"${field}"`).join(', ')
  const [series = []] = await server.ask({
    statements: [
      `SELECT ${columns} FROM "${measurement}" ${where(selection)} GROUP BY "point" ${limit}`,
    ],
    parameters: parametersOf(selection),
  })
  return series
}
