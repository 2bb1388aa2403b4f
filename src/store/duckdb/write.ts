/** Rows and cursor in one transaction. */

import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { comparePositions, type Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import type { WriteRequest } from './calls.ts'
import { valueKinds } from './codes.ts'
import type { ReadingColumns } from './columns.ts'
import { rowsOf, textOf } from './file.ts'

/** How far the store has come, and in which log. */
export interface StoredCursor {
  readonly log: number
  readonly position: Position
}

interface Ids {
  readonly log: number
  /** Ids in the order of `columns.organisations`. */
  readonly organisations: readonly number[]
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

/** Throws a Problem when the cursor belongs to another log than the rows in the store. */
export async function writeReadings(
  connection: DuckDBConnection,
  { columns, cursor }: WriteRequest,
): Promise<void> {
  await connection.run('BEGIN')
  try {
    const stored = await readCursor(connection)
    if (stored !== undefined) refuseOtherLog(stored.position, cursor)
    if (stored === undefined || comparePositions(cursor, stored.position) > 0) {
      const ids = {
        log: stored?.log ?? (await addLog(connection, cursor.epoch)),
        organisations: await organisationIds(connection, columns.organisations),
      }
      await appendRows(connection, { columns, ids, after: stored?.position })
      await moveCursor(connection, ids.log, cursor)
    }
    await connection.run('COMMIT')
  } catch (error) {
    // The first error tells more than a failure to roll back what is lost anyway.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}

function refuseOtherLog(stored: Position, cursor: Position): void {
  if (stored.epoch === cursor.epoch) return
  throw new Problem({
    kind: 'conflict',
    what: 'The history of readings belongs to another reading log',
    where: `log ${cursor.epoch}`,
    why: `It was written from log ${stored.epoch}, up to commit ${stored.sequence}`,
    next: 'Bring back the log that belongs to it, or run gatuvakt log adopt',
  })
}

async function addLog(connection: DuckDBConnection, epoch: string): Promise<number> {
  const [row] = await rowsOf(
    connection,
    `INSERT INTO log SELECT coalesce(max(id), 0) + 1, ?::VARCHAR FROM log RETURNING id`,
    [epoch],
  )
  return Number(row?.['id'])
}

async function organisationIds(
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
    await connection.run('INSERT INTO organisation VALUES (?::INTEGER, ?::VARCHAR)', [
      id,
      slug,
    ])
    known.set(slug, id)
  }
  return slugs.map((slug) => known.get(slug) ?? 0)
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

interface Rows {
  readonly columns: ReadingColumns
  readonly ids: Ids
  /** Rows at or before this are in the store already. */
  readonly after: Position | undefined
}

async function appendRows(
  connection: DuckDBConnection,
  { columns, ids, after }: Rows,
): Promise<void> {
  if (columns.count === 0) return
  const appender = await connection.createAppender('reading')
  try {
    let text = 0
    for (let row = 0; row < columns.count; row++) {
      const words =
        columns.kind[row] === valueKinds.text ? columns.texts[text++] : undefined
      if (isKnown(columns, row, after)) continue
      appendPlace(appender, columns, row, ids)
      appendValue(appender, columns, row, words)
      appender.endRow()
    }
    appender.flushSync()
  } catch (error) {
    // Otherwise closing would write what is left, after the transaction is gone.
    appender.clear()
    throw error
  } finally {
    appender.closeSync()
  }
}

function isKnown(
  columns: ReadingColumns,
  row: number,
  after: Position | undefined,
): boolean {
  if (after === undefined) return false
  const sequence = columns.sequence[row] ?? 0
  const index = columns.index[row] ?? 0
  return (sequence - after.sequence || index - after.index) <= 0
}

function appendPlace(
  appender: DuckDBAppender,
  columns: ReadingColumns,
  row: number,
  ids: Ids,
): void {
  appender.appendInteger(ids.organisations[columns.organisation[row] ?? 0] ?? 0)
  appender.appendInteger(columns.point[row] ?? 0)
  appender.appendBigInt(BigInt(columns.effective[row] ?? 0))
  appendTime(appender, columns.source[row])
  appendTime(appender, columns.server[row])
  appender.appendBigInt(BigInt(columns.ingest[row] ?? 0))
  appender.appendInteger(ids.log)
  appender.appendBigInt(BigInt(columns.sequence[row] ?? 0))
  appender.appendInteger(columns.index[row] ?? 0)
  appender.appendInteger(columns.ordinal[row] ?? 0)
}

function appendValue(
  appender: DuckDBAppender,
  columns: ReadingColumns,
  row: number,
  text: string | undefined,
): void {
  const kind = columns.kind[row]
  const number = columns.number[row] ?? 0
  if (kind === valueKinds.number) appender.appendDouble(number)
  else appender.appendNull()
  if (text === undefined) appender.appendNull()
  else appender.appendVarchar(text)
  if (kind === valueKinds.boolean) appender.appendBoolean(number === 1)
  else appender.appendNull()
  appender.appendUTinyInt(columns.quality[row] ?? 0)
  appender.appendUTinyInt(columns.code[row] ?? 0)
  const native = columns.native[row] ?? Number.NaN
  if (Number.isNaN(native)) appender.appendNull()
  else appender.appendDouble(native)
  appender.appendInteger(columns.flags[row] ?? 0)
  appender.appendInteger(columns.typeVersion[row] ?? 0)
}

function appendTime(appender: DuckDBAppender, time: number | undefined): void {
  if (time === undefined || Number.isNaN(time)) appender.appendNull()
  else appender.appendBigInt(BigInt(time))
}
