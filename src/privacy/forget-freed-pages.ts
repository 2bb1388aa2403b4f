import { DatabaseSync } from 'node:sqlite'

/** Another connection may write for a moment. */
const busyMs = 5_000
/** Nobody waits long for a log that can be emptied an hour later too. */
const walBusyMs = 100

/**
 * What was deleted from a SQLite file before it was opened with `secure_delete` may still stand in
 * its free pages. Writes the file anew without them, and empties its write-ahead log
 * (https://sqlite.org/lang_vacuum.html). Needs room for a second copy, some s a GB, and nobody who
 * writes meanwhile: for the start, after `sealPlainRows` had work. Throws when the file is in use.
 */
export function forgetFreedPages(file: string): void {
  using database = new DatabaseSync(file, { timeout: busyMs })
  database.exec('pragma secure_delete = on')
  database.exec('vacuum')
  database.exec('pragma wal_checkpoint(truncate)')
}

/**
 * Empties the write-ahead log into the file, so that what was erased stands in neither. Returns
 * whether it is empty: a reader may still look at it; ask again later.
 */
export function emptyWal(file: string): boolean {
  using database = new DatabaseSync(file, { timeout: walBusyMs })
  const [row] = database.prepare('pragma wal_checkpoint(truncate)').all()
  return row?.['busy'] === 0
}
