import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LiveDatabase } from '../../src/store/duckdb/live-database.ts'
import { rowsOf } from '../../src/store/duckdb/statements.ts'
import { temporaryFolder } from '../support/temporary.ts'

const MiB = 2 ** 20

describe('what DuckDB keeps in memory', () => {
  it('goes when many pieces of work are done, and the largest may take as much as before', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'readings.duckdb')
    await using database = await LiveDatabase.open({
      file,
      threads: 2,
      memoryLimitMiB: 256,
    })
    await database.with(async (connection) => {
      // Numbers without a pattern, so that they take 80 MB.
      await connection.run(
        'CREATE TABLE much AS SELECT random() AS x FROM range(10_000_000)',
      )
      await connection.run('CHECKPOINT')
    })
    await database.with((connection) => connection.run('SELECT sum(x) FROM much'))
    expect(await bytesKept(database)).toBeGreaterThan(60 * MiB)

    for (let works = 0; works < 50; works += 1) await limitOf(database)

    expect(await bytesKept(database)).toBeLessThanOrEqual(24 * MiB)
    expect(await limitOf(database)).toBe('256.0 MiB')
    const [row] = await database.with((connection) =>
      rowsOf(connection, 'SELECT count(*)::INTEGER AS rows FROM much WHERE x < 1'),
    )
    expect(row).toEqual({ rows: 10_000_000 })
  })

  it('does not go while somebody works, who then finds all they need', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'readings.duckdb')
    await using database = await LiveDatabase.open({
      file,
      threads: 2,
      memoryLimitMiB: 128,
    })
    const going = Promise.withResolvers<void>()
    const longest = database.with(async (connection) => {
      await going.promise
      return rowsOf(connection, `SELECT current_setting('memory_limit') AS bytes`)
    })
    const others = Array.from({ length: 200 }, () => limitOf(database))
    for (const limit of await Promise.all(others)) expect(limit).toBe('128.0 MiB')
    going.resolve()
    expect(await longest).toEqual([{ bytes: '128.0 MiB' }])
    expect(await limitOf(database)).toBe('128.0 MiB')
  })
})

async function bytesKept(database: LiveDatabase): Promise<number> {
  const [row] = await database.with((connection) =>
    rowsOf(
      connection,
      'SELECT sum(memory_usage_bytes)::DOUBLE AS bytes FROM duckdb_memory()',
    ),
  )
  return Number(row?.['bytes'])
}

async function limitOf(database: LiveDatabase): Promise<unknown> {
  const [row] = await database.with((connection) =>
    rowsOf(connection, `SELECT current_setting('memory_limit') AS bytes`),
  )
  return row?.['bytes']
}
