/** Records of the past written again, without the cursor. */

import type { DuckDBConnection } from '@duckdb/node-api'
import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import type { TimeUs } from '../../domain/time.ts'
import { appendReadings, settleIds } from './append.ts'
import type { RewriteRequest } from './calls.ts'
import { indexBits, sql } from './codes.ts'
import type { ReadingColumns } from './columns.ts'
import { loseArrivals } from './lost-arrivals.ts'
import { rowsOf, transaction } from './statements.ts'
import { wholeAt } from './halves.ts'
import { deleteTwins, type Newest } from './newest.ts'
import { addLog, organisationIds, readCursor } from './write.ts'

/** A reading that an earlier decoding of this record wrote, and that goes. */
export interface GoneReading {
  readonly organisation: OrganisationId
  readonly position: Position
  readonly point: PointId
  readonly effective: TimeUs
}

/** Takes away what is gone, and writes the records; of twins the later position stays. */
export function rewriteReadings(
  connection: DuckDBConnection,
  { columns, gone, epoch }: RewriteRequest,
  newest: Newest,
): Promise<void> {
  return transaction(connection, async () => {
    const log = await logId(connection, epoch)
    const organisations = await organisationIds(connection, columns.organisations)
    await deleteGone(connection, log, gone)
    settleIds(columns, { log, organisations })
    const late = await newest.lateRows(connection, columns)
    await appendReadings(connection, columns)
    if (late.length > 0) await deleteTwins(connection, columns, { rows: late, keep: false })
    await noteLost(connection, columns)
  })
}

/** What was read anew is not what was heard then, so nothing that replays the past is exact. */
async function noteLost(
  connection: DuckDBConnection,
  { organisation, ingest, count }: ReadingColumns,
): Promise<void> {
  const times = new Map<number, { since: number; until: number }>()
  for (let row = 0; row < count; row++) {
    const time = wholeAt(ingest, row)
    const own = times.get(organisation[row] ?? 0)
    if (own === undefined) times.set(organisation[row] ?? 0, { since: time, until: time })
    else {
      own.since = Math.min(own.since, time)
      own.until = Math.max(own.until, time)
    }
  }
  for (const [id, range] of times) await loseArrivals(connection, id, 'rewrite', range)
}

/** A log that was never followed came before all that were; without a cursor it comes next. */
async function logId(connection: DuckDBConnection, epoch: string): Promise<number> {
  const stored = await readCursor(connection)
  if (stored === undefined) return addLog(connection, epoch, 'after')
  if (stored.position.epoch === epoch) return stored.log
  const [known] = await rowsOf(
    connection,
    'SELECT arg_max(id, place) AS id FROM log WHERE epoch = ?',
    [epoch],
  )
  if (typeof known?.['id'] === 'number') return known['id']
  return addLog(connection, epoch, 'before')
}

async function deleteGone(
  connection: DuckDBConnection,
  log: number,
  gone: readonly GoneReading[],
): Promise<void> {
  if (gone.length === 0) return
  await connection.run(
    'CREATE TEMP TABLE gone (slug VARCHAR, point INTEGER, effective BIGINT, place BIGINT)',
  )
  const appender = await connection.createAppender('gone', 'main', 'temp')
  for (const { organisation, position, point, effective } of gone) {
    appender.appendVarchar(organisation)
    appender.appendInteger(point)
    appender.appendBigInt(BigInt(effective))
    appender.appendBigInt(
      (BigInt(position.sequence) << BigInt(indexBits)) | BigInt(position.index),
    )
    appender.endRow()
  }
  appender.closeSync()
  await connection.run(
    `DELETE FROM reading USING gone JOIN organisation USING (slug)
     WHERE reading.organisation = organisation.id AND reading.point = gone.point
       AND reading.effective = gone.effective AND reading.place = gone.place
       AND ${sql.log} = ${log}
       AND reading.effective >= (SELECT min(effective) FROM gone)
       AND reading.effective <= (SELECT max(effective) FROM gone)`,
  )
}
