/** Running statements, and transactions of them. */

import type { DuckDBConnection, JS } from '@duckdb/node-api'

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

/** Does all of `work` or nothing. */
export async function transaction<T>(
  connection: DuckDBConnection,
  work: () => Promise<T>,
): Promise<T> {
  await connection.run('BEGIN')
  try {
    const result = await work()
    await connection.run('COMMIT')
    return result
  } catch (error) {
    // The first error tells more than a failure to roll back what is lost anyway.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
