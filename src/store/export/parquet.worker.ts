/** Gathers rows in a DuckDB of its own and writes them as one Parquet file. */

import {
  DuckDBInstance,
  DuckDBTimestampTZValue,
  type DuckDBAppender,
  type DuckDBConnection,
} from '@duckdb/node-api'
import { positionText } from '../../domain/position.ts'
import type { TimeUs } from '../../domain/time.ts'
import { answerCalls, type CallHandlers } from '../worker-calls.ts'
import type { NamedReading } from './format.ts'
import type { ParquetCalls } from './parquet-calls.ts'

/** Beyond this DuckDB moves rows to the folder. */
const memoryLimit = '256MiB'
const rowsPerGroup = 100_000

/** The types of the columns in the file; words that repeat are kept once a row group by themselves. */
const table = `CREATE TABLE reading (
  organisation VARCHAR NOT NULL,
  asset VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  device VARCHAR NOT NULL,
  point VARCHAR NOT NULL,
  point_id INTEGER NOT NULL,
  effective TIMESTAMPTZ NOT NULL,
  source TIMESTAMPTZ,
  server TIMESTAMPTZ,
  ingest TIMESTAMPTZ NOT NULL,
  number DOUBLE,
  text VARCHAR,
  "boolean" BOOLEAN,
  unit VARCHAR NOT NULL,
  quality VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  native DOUBLE,
  flags INTEGER NOT NULL,
  type_version INTEGER NOT NULL,
  "position" VARCHAR NOT NULL
)`

function handlers(): CallHandlers<ParquetCalls> {
  let opened: DuckDBConnection | undefined
  const connection = (): DuckDBConnection => {
    if (opened === undefined) throw new Error('no file is being written')
    return opened
  }
  return {
    open: async ({ folder }) => {
      const instance = await DuckDBInstance.create(':memory:', {
        threads: '1',
        memory_limit: memoryLimit,
        temp_directory: folder,
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
      })
      opened = await instance.connect()
      await opened.run(table)
      return { reply: null }
    },
    append: async (rows) => {
      const appender = await connection().createAppender('reading')
      for (const row of rows) appendRow(appender, row)
      appender.closeSync()
      return { reply: null }
    },
    write: async ({ file }) => {
      await connection().run(
        `COPY reading TO '${file.replaceAll("'", "''")}'
         (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowsPerGroup})`,
      )
      return { reply: null }
    },
  }
}

function appendRow(to: DuckDBAppender, { name, reading }: NamedReading): void {
  const { value } = reading
  to.appendVarchar(reading.organisation)
  to.appendVarchar(name.asset)
  to.appendVarchar(name.role)
  to.appendVarchar(name.device)
  to.appendVarchar(name.key)
  to.appendInteger(reading.point)
  appendTime(to, reading.effective)
  appendTime(to, reading.source)
  appendTime(to, reading.server)
  appendTime(to, reading.ingest)
  if (typeof value === 'number') to.appendDouble(value)
  else to.appendNull()
  if (typeof value === 'string') to.appendVarchar(value)
  else to.appendNull()
  if (typeof value === 'boolean') to.appendBoolean(value)
  else to.appendNull()
  to.appendVarchar(name.unit)
  to.appendVarchar(reading.quality)
  to.appendVarchar(reading.code)
  if (reading.native === undefined) to.appendNull()
  else to.appendDouble(reading.native)
  to.appendInteger(reading.flags)
  to.appendInteger(reading.typeVersion)
  to.appendVarchar(positionText(reading.position))
  to.endRow()
}

function appendTime(to: DuckDBAppender, time: TimeUs | undefined): void {
  if (time === undefined) to.appendNull()
  else to.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(time)))
}

answerCalls<ParquetCalls>(handlers())
