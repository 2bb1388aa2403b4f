import { backup, DatabaseSync } from 'node:sqlite'
import { Problem } from '../domain/problem.ts'
import { syncFile } from './files.ts'

/** Another process may hold a file for a moment. */
const busyMs = 5_000
/** Pages a step: some MB, so that progress moves and a stop is heard. */
const pagesAStep = 1_000

export interface SnapshotParts {
  readonly progress: (bytes: number) => void
  readonly stop: AbortSignal
}

/**
 * Copies a SQLite file as it stood at one moment, while others go on writing to it. The file must
 * not be read in any other way by the process that has it open: closing it would end SQLite's
 * locks (https://sqlite.org/howtocorrupt.html, 2.2).
 */
export async function snapshotSqlite(
  from: string,
  to: string,
  { progress, stop }: SnapshotParts,
): Promise<void> {
  using source = new DatabaseSync(from, { readOnly: true, timeout: busyMs })
  const pageBytes = pragma(source, 'page_size')
  // The open read holds the moment. Without it the copy would begin anew with every commit.
  source.exec('BEGIN')
  source.prepare('SELECT count(*) FROM sqlite_schema').get()
  await backup(source, to, {
    rate: pagesAStep,
    progress({ totalPages, remainingPages }) {
      stop.throwIfAborted()
      progress((totalPages - remainingPages) * pageBytes)
    },
  })
  stop.throwIfAborted()
  source.exec('ROLLBACK')
}

/** Lets `work` change a copy, checks it page by page, and leaves one file without a write-ahead log. */
export async function finishCopy(
  file: string,
  work: (copy: DatabaseSync) => void,
): Promise<void> {
  {
    using copy = new DatabaseSync(file)
    work(copy)
    copy.exec('PRAGMA journal_mode = DELETE')
    const verdict = copy.prepare('PRAGMA quick_check').get()?.['quick_check']
    if (verdict !== 'ok') throw damaged(file, String(verdict))
  }
  await syncFile(file)
}

function damaged(file: string, why: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'the copy of a database is damaged',
    where: file,
    why,
    next: 'look after the disk, and restore the newest backup that is whole',
  })
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}
