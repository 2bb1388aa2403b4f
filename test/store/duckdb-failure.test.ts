import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rowsOf } from '../../src/store/duckdb/statements.ts'
import { LiveDatabase } from '../../src/store/duckdb/live-database.ts'
import { temporaryFolder } from '../support/temporary.ts'

describe('a DuckDB file after a failure that DuckDB does not survive', () => {
  it('is opened anew, with all that was committed, and serves those who were waiting', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'readings.duckdb')
    await using database = await LiveDatabase.open({
      file,
      threads: 1,
      memoryLimitMiB: 128,
    })
    await database.with((connection) =>
      connection.run(`INSERT INTO organisation VALUES (1, 'gata')`),
    )

    const fatal = database.with(async (connection) => {
      await connection.run(`SET GLOBAL debug_checkpoint_abort = 'before_header'`)
      await connection.run('CHECKPOINT')
    })
    await expect(fatal).rejects.toThrow(/FATAL/)

    const slugs = (): Promise<unknown> =>
      database.with((connection) => rowsOf(connection, 'SELECT slug FROM organisation'))
    const answers = await Promise.all(Array.from({ length: 5 }, slugs))
    for (const answer of answers) expect(answer).toEqual([{ slug: 'gata' }])
  })

  it('goes on with the same instance after a statement that was merely wrong', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'readings.duckdb')
    await using database = await LiveDatabase.open({
      file,
      threads: 1,
      memoryLimitMiB: 128,
    })
    await database.with((connection) => connection.run('SET GLOBAL memory_limit = "99MiB"'))
    const wrong = database.with((connection) => connection.run('SELECT * FROM lamp'))
    await expect(wrong).rejects.toThrow(/lamp/)
    const [row] = await database.with((connection) =>
      rowsOf(connection, `SELECT current_setting('memory_limit') AS bytes`),
    )
    expect(row).toEqual({ bytes: '99.0 MiB' })
  })
})
