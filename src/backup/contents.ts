import { join } from 'node:path'

/** What a data folder holds, and where; a backup has the same names. */
export interface Contents {
  readonly database: string
  readonly log: string
  readonly history: string
  /** DuckDB's own write-ahead log; only there after a crash or while somebody has the file open. */
  readonly historyLog: string
}

export function contentsOf(folder: string): Contents {
  const history = join(folder, 'readings.duckdb')
  return {
    database: join(folder, 'gatuvakt.sqlite'),
    log: join(folder, 'log.sqlite'),
    history,
    historyLog: `${history}.wal`,
  }
}

/** Files that go along as they are, where they exist. */
export const plainFiles = ['secret.key', 'demo.json'] as const

/** Folders that go along with all they hold. */
export const plainFolders = ['mail', 'photos'] as const
