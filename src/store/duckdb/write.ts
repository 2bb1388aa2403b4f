/** Rows and cursor in one transaction. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { comparePositions, type Position } from '../../domain/position.ts'
import { appendReadings, rowsAfter, settleIds } from './append.ts'
import type { WriteRequest } from './calls.ts'
import { maxLog } from './codes.ts'
import { rowsOf, textOf, transaction } from './statements.ts'
import { deleteTwins, type Newest } from './newest.ts'
import { refuseGap, refuseOtherLog } from '../other-log.ts'

const maxOrganisations = 65_535

/** How far the store has come, and in which log. */
export interface StoredCursor {
  readonly log: number
  readonly position: Position
}

export async function readCursor(
  connection: DuckDBConnection,
): Promise<StoredCursor | undefined> {
  const [row] = await rowsOf(
    connection,
    `SELECT cursor.log, epoch, partition, sequence, idx
     FROM cursor JOIN log ON log.id = cursor.log`,
  )
  if (row === undefined) return undefined
  const position = {
    epoch: textOf(row['epoch']),
    partition: Number(row['partition']),
    sequence: Number(row['sequence']),
    index: Number(row['idx']),
  }
  return { log: Number(row['log']), position }
}

/** Throws a Problem when the cursor belongs to another log than the rows in the store, or follows what is not there. */
export function writeReadings(
  connection: DuckDBConnection,
  { columns, cursor, follows }: WriteRequest,
  newest: Newest,
): Promise<void> {
  return transaction(connection, async () => {
    const stored = await readCursor(connection)
    if (stored !== undefined) refuseOtherLog(stored.position, cursor)
    refuseGap(stored?.position, follows)
    if (stored !== undefined && comparePositions(cursor, stored.position) <= 0) return
    const fresh = rowsAfter(columns, stored?.position)
    const log = stored?.log ?? (await addLog(connection, cursor.epoch, 'after'))
    const organisations = await organisationIds(connection, columns.organisations)
    settleIds(fresh, { log, organisations })
    const late = await newest.lateRows(connection, fresh)
    await appendReadings(connection, fresh)
    if (late.length > 0) await deleteTwins(connection, fresh, { rows: late, keep: true })
    await moveCursor(connection, log, cursor)
  })
}

/** The next write begins a log of its own, whose readings win over those that are here. */
export async function forgetCursor(connection: DuckDBConnection): Promise<void> {
  await connection.run('DELETE FROM cursor')
}

/** Gives the id of a log that comes after all others, or before them. */
export async function addLog(
  connection: DuckDBConnection,
  epoch: string,
  where: 'after' | 'before',
): Promise<number> {
  const place = where === 'after' ? 'coalesce(max(place), 0) + 1' : 'min(place) - 1'
  const [row] = await rowsOf(
    connection,
    `INSERT INTO log SELECT coalesce(max(id), 0) + 1, ?::VARCHAR, ${place} FROM log
     RETURNING id`,
    [epoch],
  )
  const id = Number(row?.['id'])
  if (id > maxLog) throw new RangeError(`a store follows at most ${maxLog} logs`)
  return id
}

export async function organisationIds(
  connection: DuckDBConnection,
  slugs: readonly string[],
): Promise<readonly number[]> {
  const known = new Map<string, number>()
  for (const row of await rowsOf(connection, 'SELECT id, slug FROM organisation')) {
    known.set(textOf(row['slug']), Number(row['id']))
  }
  for (const slug of slugs) {
    if (known.has(slug)) continue
    const id = Math.max(0, ...known.values()) + 1
    if (id > maxOrganisations) throw tooMany()
    await connection.run('INSERT INTO organisation VALUES (?::INTEGER, ?::VARCHAR)', [
      id,
      slug,
    ])
    known.set(slug, id)
  }
  return slugs.map((slug) => known.get(slug) ?? 0)
}

function tooMany(): RangeError {
  return new RangeError(`a store holds at most ${maxOrganisations} organisations`)
}

async function moveCursor(
  connection: DuckDBConnection,
  log: number,
  { partition, sequence, index }: Position,
): Promise<void> {
  await connection.run('DELETE FROM cursor')
  await connection.run(
    'INSERT INTO cursor VALUES (?::INTEGER, ?::INTEGER, ?::BIGINT, ?::INTEGER)',
    [log, partition, BigInt(sequence), index],
  )
}
