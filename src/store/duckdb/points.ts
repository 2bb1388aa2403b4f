import type { DuckDBConnection } from '@duckdb/node-api'
import type { PointId } from '../../domain/ids.ts'

/** More are a table of their own, so that a statement does not name them again and again. */
const maxNamed = 200

/**
 * The condition of SQL that selects these points, to follow another; all of them when left out. It
 * holds on this connection only, and one set of points at a time.
 */
export async function pointsCondition(
  connection: DuckDBConnection,
  points: readonly PointId[] | undefined,
): Promise<string> {
  if (points === undefined) return ''
  if (points.length === 0) return 'AND false'
  if (points.length <= maxNamed) return `AND point IN (${points.join()})`
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE wanted AS SELECT unnest([${points.join()}])::INTEGER AS point`,
  )
  return 'AND point IN (SELECT point FROM wanted)'
}
