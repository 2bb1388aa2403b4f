/** The store's file: its settings and its tables. */

import { DuckDBInstance, type DuckDBConnection, type JS } from '@duckdb/node-api'
import { Problem } from '../../domain/problem.ts'
import type { StoreFile } from './calls.ts'

const format = 1

/**
 * Opens the file and makes it when it is not there. Throws a Problem for one made by a newer
 * version.
 */
export async function openFile(request: StoreFile): Promise<DuckDBInstance> {
  const { file, threads, memoryLimitMiB } = request
  const instance = await DuckDBInstance.create(file, {
    threads: String(threads),
    memory_limit: `${memoryLimitMiB}MiB`,
    // The store reads and writes its own file and nothing else.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_access: 'false',
  })
  try {
    const connection = await instance.connect()
    await makeTables(connection, file)
    connection.closeSync()
    return instance
  } catch (error) {
    instance.closeSync()
    throw error
  }
}

/** All rows of one statement, as plain values. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values: (string | number | bigint)[] = [],
): Promise<readonly Record<string, JS>[]> {
  const result = await connection.runAndReadAll(sql, values)
  return result.getRowObjectsJS()
}

/** A column that is a text by its definition. */
export function textOf(value: JS | undefined): string {
  if (typeof value !== 'string') throw new Error('the store gave something else for a text')
  return value
}

async function makeTables(connection: DuckDBConnection, file: string): Promise<void> {
  await connection.run('BEGIN')
  await connection.run('CREATE TABLE IF NOT EXISTS store_format (version INTEGER NOT NULL)')
  const [row] = await rowsOf(connection, 'SELECT version FROM store_format')
  if (Number(row?.['version'] ?? 0) > format) throw tooNew(file, Number(row?.['version']))
  if (row === undefined) {
    await connection.run(`INSERT INTO store_format VALUES (${format})`)
    await connection.run(`
      CREATE TABLE organisation (id INTEGER NOT NULL, slug VARCHAR NOT NULL);
      -- Which reading log a row came from; a later log has a higher id.
      CREATE TABLE log (id INTEGER NOT NULL, epoch VARCHAR NOT NULL);
      CREATE TABLE cursor (
        log INTEGER NOT NULL,
        partition INTEGER NOT NULL,
        sequence BIGINT NOT NULL,
        idx INTEGER NOT NULL
      );
      -- No index: rows come in order of time, so the minima and maxima of their blocks find them.
      CREATE TABLE reading (
        organisation INTEGER NOT NULL,
        point INTEGER NOT NULL,
        effective BIGINT NOT NULL,
        source BIGINT,
        server BIGINT,
        ingest BIGINT NOT NULL,
        log INTEGER NOT NULL,
        sequence BIGINT NOT NULL,
        idx INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        number DOUBLE,
        text VARCHAR,
        boolean BOOLEAN,
        quality UTINYINT NOT NULL,
        code UTINYINT NOT NULL,
        native DOUBLE,
        flags INTEGER NOT NULL,
        type_version INTEGER NOT NULL
      );
    `)
  }
  await connection.run('COMMIT')
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
