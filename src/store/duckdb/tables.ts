/** The tables of the file, and the way from an older format to this one. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { Problem } from '../../domain/problem.ts'
import { durationUs, HOUR } from '../../domain/time.ts'
import { formBits, maxFlags } from './codes.ts'
import { rowsOf, transaction } from './statements.ts'

const format = 3
const day = BigInt(durationUs(24 * HOUR))

const readingTable = `
  -- No index: rows come in order of time, so the minima and maxima of their blocks find them.
  -- One row for each organisation, point and effective time.
  CREATE TABLE reading (
    organisation USMALLINT NOT NULL,
    point INTEGER NOT NULL,
    effective BIGINT NOT NULL,
    ingest BIGINT NOT NULL,
    -- The position in its log: commit, then index (16 bits).
    place BIGINT NOT NULL,
    -- From the lowest bit: kind of value (2), quality (2), code (5), source is effective (1),
    -- flags (10), log (11), rest is a list (1), version of the device type (32).
    form BIGINT NOT NULL,
    -- A number, or a boolean as 1 and 0, that counts: null where the reading is bad.
    number DOUBLE,
    -- A text, or of a bad reading its number; or a list in JSON of that, of how much later the
    -- source and the server say it was (µs), and of the protocol's own code.
    rest VARCHAR
  );
`

const arrivalTables = `
  -- Readings that gave way to a later one of the same point and time, as they arrived.
  CREATE TABLE superseded (
    organisation USMALLINT NOT NULL,
    point INTEGER NOT NULL,
    effective BIGINT NOT NULL,
    ingest BIGINT NOT NULL,
    place BIGINT NOT NULL,
    form BIGINT NOT NULL,
    number DOUBLE,
    rest VARCHAR,
    -- Which reading of its record it was, from 0, counting all that the record brought.
    ordinal INTEGER NOT NULL
  );
  -- Times of hearing (both included) in which what is here is not all that arrived.
  CREATE TABLE lost_arrivals (
    organisation USMALLINT NOT NULL,
    why VARCHAR NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL
  );
`

/** Until now the losers were deleted, so nobody knows of how many there were. */
const lostBefore3 = `
  INSERT INTO lost_arrivals
  SELECT organisation, 'upgrade', min(ingest), max(ingest) FROM reading GROUP BY organisation
`

const rollUpTable = `
  -- What stays of readings that went. A window can have several rows: they add up.
  CREATE TABLE roll_up (
    organisation USMALLINT NOT NULL,
    point INTEGER NOT NULL,
    start BIGINT NOT NULL,
    width BIGINT NOT NULL,
    -- The kind of the values: 1 number, 3 boolean.
    kind UTINYINT NOT NULL,
    count BIGINT NOT NULL,
    sum DOUBLE NOT NULL,
    min DOUBLE NOT NULL,
    min_at BIGINT NOT NULL,
    max DOUBLE NOT NULL,
    max_at BIGINT NOT NULL,
    last DOUBLE NOT NULL,
    last_at BIGINT NOT NULL
  );
`

const smallTables = `
  CREATE TABLE organisation (id INTEGER NOT NULL, slug VARCHAR NOT NULL);
  -- Which reading log a row came from; a log of a higher place wins over one of a lower.
  CREATE TABLE log (id INTEGER NOT NULL, epoch VARCHAR NOT NULL, place INTEGER NOT NULL);
  CREATE TABLE cursor (
    log INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    sequence BIGINT NOT NULL,
    idx INTEGER NOT NULL
  );
`

/**
 * Makes the tables of a new file; rewrites those of format 1, which takes a minute for some tens of
 * millions of rows, and adds to those of format 2, in one transaction. Throws a Problem for a file
 * made by a newer version.
 */
export async function prepareTables(
  connection: DuckDBConnection,
  file: string,
): Promise<void> {
  await transaction(connection, async () => {
    await connection.run(
      'CREATE TABLE IF NOT EXISTS store_format (version INTEGER NOT NULL)',
    )
    const [row] = await rowsOf(connection, 'SELECT version FROM store_format')
    const version = row === undefined ? undefined : Number(row['version'])
    if (version === format) return
    if (version !== undefined && version > format) throw tooNew(file, version)
    if (version === undefined) {
      await connection.run(`INSERT INTO store_format VALUES (${format})`)
      await connection.run(smallTables + readingTable + rollUpTable + arrivalTables)
    } else {
      if (version === 1) await fromFormat1(connection)
      await connection.run(arrivalTables + lostBefore3)
      await connection.run(`UPDATE store_format SET version = ${format}`)
    }
  })
}

const text1 = `CASE WHEN quality <> 2 THEN text
  ELSE coalesce(text, number::VARCHAR, boolean::INTEGER::VARCHAR) END`
const isList1 = `(server IS NOT NULL OR native IS NOT NULL
  OR source IS NOT NULL AND source <> effective)`

const insertDay = `
  INSERT INTO reading
  SELECT organisation, point, effective, ingest, (sequence << 16) | idx,
    CASE WHEN number IS NOT NULL THEN 1 WHEN text IS NOT NULL THEN 2
         WHEN boolean IS NOT NULL THEN 3 ELSE 0 END
    | (quality::BIGINT << ${formBits.quality})
    | (code::BIGINT << ${formBits.code})
    | (coalesce(source = effective, false)::BIGINT << ${formBits.sameSource})
    | ((flags::BIGINT & ${maxFlags}) << ${formBits.flags})
    | (log::BIGINT << ${formBits.log})
    | (${isList1}::BIGINT << ${formBits.list})
    | (type_version::BIGINT << 32),
    CASE WHEN quality <> 2 THEN coalesce(number, boolean::DOUBLE) END,
    CASE WHEN ${isList1}
      THEN json_array(${text1}, nullif(source - effective, 0), server - effective, native)::VARCHAR
      ELSE ${text1} END
  FROM reading_1 WHERE effective >= ?::BIGINT AND effective < ?::BIGINT
  QUALIFY row_number() OVER (
    PARTITION BY organisation, point, effective
    ORDER BY log DESC, sequence DESC, idx DESC, ordinal DESC
  ) = 1
  ORDER BY effective
`

/**
 * Format 1 had a column for each fact, and kept readings that lose against a later one. A day at a
 * time, for that needs a sort.
 */
async function fromFormat1(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `ALTER TABLE log ADD COLUMN place INTEGER; UPDATE log SET place = id;
     ALTER TABLE reading RENAME TO reading_1; ${readingTable} ${rollUpTable}`,
  )
  let from = await nextTime(connection, undefined)
  while (from !== undefined) {
    const to = from + day
    await connection.run(insertDay, [from, to])
    from = await nextTime(connection, to)
  }
  await connection.run('DROP TABLE reading_1')
}

async function nextTime(
  connection: DuckDBConnection,
  from: bigint | undefined,
): Promise<bigint | undefined> {
  const where = from === undefined ? '' : `WHERE effective >= ${from}`
  const [row] = await rowsOf(
    connection,
    `SELECT min(effective) AS time FROM reading_1 ${where}`,
  )
  const time = row?.['time']
  return typeof time === 'bigint' ? time : undefined
}

function tooNew(file: string, version: number): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'The history of readings was made by a newer version',
    where: file,
    why: `Its format is ${version}; this version knows formats up to ${format}`,
    next: 'Start the version that made it, or a newer one',
  })
}
