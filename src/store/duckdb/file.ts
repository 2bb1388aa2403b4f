/** The store's file and its settings. */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { StoreFile } from './calls.ts'
import { prepareTables } from './tables.ts'

/**
 * Opens the file and makes it when it is not there. Throws a Problem for one made by a newer
 * version.
 */
export async function openFile(request: StoreFile): Promise<DuckDBInstance> {
  const { file, threads, memoryLimitMiB } = request
  const instance = await DuckDBInstance.create(file, {
    threads: String(threads),
    memory_limit: `${memoryLimitMiB}MiB`,
    // Larger, and a start after a crash reads more again; smaller, and rows are packed twice.
    checkpoint_threshold: '12MiB',
    // Points are small numbers: up to 131,072 of them group without a hash.
    perfect_ht_threshold: '17',
    // The store reads and writes its own file and nothing else.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_access: 'false',
  })
  try {
    const connection = await instance.connect()
    await prepareTables(connection, file)
    connection.closeSync()
    return instance
  } catch (error) {
    instance.closeSync()
    throw error
  }
}

/** Blocks above a lower limit leave memory at once; rejects where more of them are in use. */
export async function setMemoryLimit(
  connection: DuckDBConnection,
  memoryLimitMiB: number,
): Promise<void> {
  await connection.run(`SET GLOBAL memory_limit = '${memoryLimitMiB}MiB'`)
}
