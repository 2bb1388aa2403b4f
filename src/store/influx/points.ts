import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { InfluxServer } from './influx-server.ts'
import { measurements } from './measurement.ts'
import { rowsOf } from './rows.ts'

/** What reading needs of a server. */
export type Asks = Pick<InfluxServer, 'ask'>

/**
 * The points to look at, ascending and each once: those that were asked for, or every point of the
 * organisation that was ever written.
 */
export async function pointsToRead(
  server: Asks,
  organisation: OrganisationId,
  points: readonly PointId[] | undefined,
): Promise<readonly PointId[]> {
  const found = points ?? (await knownPoints(server, organisation))
  return ascending(found)
}

/** Each once. */
export function ascending(points: readonly PointId[]): readonly PointId[] {
  return [...new Set(points)].toSorted((a, b) => a - b)
}

async function knownPoints(
  server: Asks,
  organisation: OrganisationId,
): Promise<readonly PointId[]> {
  const statement =
    `SHOW TAG VALUES FROM "${measurements.reading}", "${measurements.rolledUp}" ` +
    'WITH KEY = "point" WHERE "organisation" = $organisation'
  const [series = []] = await server.ask({
    statements: [statement],
    parameters: { organisation },
  })
  return series.flatMap(rowsOf).map((row) => Number(row['value']) as PointId)
}
