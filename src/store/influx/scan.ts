import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { ScanRequest, StoredReading } from '../reading-store.ts'
import {
  groupsOf,
  parametersOf,
  pointsAStatement,
  where,
  type Selection,
} from './influxql.ts'
import { measurements, readingFields } from './measurement.ts'
import { pagesOf, type Table } from './pages.ts'
import { pointsToRead, type Asks } from './points.ts'
import { numberIn, pointOf, rowsOf, storedReading } from './rows.ts'

/** Readings with every field. */
export const allOfReadings: Table = {
  measurement: measurements.reading,
  counted: 'flags',
  fields: readingFields,
}

const maxPage = 10_000
const maxLatest = 100_000

export async function* scanReadings(
  server: Asks,
  { organisation, points, from, to }: ScanRequest,
): AsyncGenerator<readonly StoredReading[]> {
  const selection = {
    organisation,
    points: await pointsToRead(server, organisation, points),
    from,
    to,
  }
  for await (const page of pagesOf(server, allOfReadings, selection)) {
    const readings = page.flatMap(({ point, rows }) =>
      rows.map((row) => storedReading(row, organisation, point)),
    )
    // A point can have grown since its rows were counted.
    for (let start = 0; start < readings.length; start += maxPage) {
      yield readings.slice(start, start + maxPage)
    }
  }
}

/** The newest reading of each point, of the points with the lowest ids. */
export async function readLatest(
  server: Asks,
  organisation: OrganisationId,
): Promise<readonly StoredReading[]> {
  const points = await pointsToRead(server, organisation, undefined)
  const found: StoredReading[] = []
  for (const group of groupsOf(points.slice(0, maxLatest), pointsAStatement)) {
    found.push(...(await latestOf(server, { organisation, points: group })))
  }
  return found
}

async function latestOf(server: Asks, selection: Selection): Promise<StoredReading[]> {
  const columns = readingFields.map((field) => `"${field}"`).join(', ')
  const [series = []] = await server.ask({
    statements: [
      `SELECT ${columns} FROM "${measurements.reading}" ${where(selection)} ` +
        'GROUP BY "point" ORDER BY time DESC LIMIT 1',
    ],
    parameters: parametersOf(selection),
  })
  return series
    .flatMap((one) =>
      rowsOf(one).map((row) => storedReading(row, selection.organisation, pointOf(one))),
    )
    .toSorted((a, b) => a.point - b.point)
}

export async function readTotals(
  server: Asks,
  organisation: OrganisationId,
  point: PointId,
): Promise<{ count: number; sum: number }> {
  const selection = { organisation, points: [point] }
  const good = where(selection, `"kind" = 'number'`, `"quality" = 'good'`)
  const [series = []] = await server.ask({
    statements: [
      `SELECT count("number"), sum("number") FROM "${measurements.reading}" ${good}`,
    ],
    parameters: parametersOf(selection),
  })
  const [row = {}] = series.flatMap(rowsOf)
  return { count: numberIn(row, 'count'), sum: numberIn(row, 'sum') }
}
