/** The log's file: its settings, its tables, and whether it is one of ours. */

import { DatabaseSync } from 'node:sqlite'
import { Problem } from '../../domain/problem.ts'
import type { LogFile, Mark, Opened, PackedCommit } from './calls.ts'

const applicationId = 0x47_56_4c_47
const format = 1
const pageBytes = 8_192
/** Another process (a backup, a person with a shell) may hold the file this long. */
const busyMs = 5_000

/**
 * Opens the log's file for writing, and makes it when it is not there. Throws a Problem for a file
 * that is not a reading log or was made by a newer version.
 */
export function openFile({ file, newEpoch, maxFileBytes }: LogFile): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyMs })
  try {
    database.exec(`PRAGMA page_size = ${pageBytes}`)
    refuseStrange(database, file)
    database.exec(`
      PRAGMA journal_mode = WAL;
      -- Every commit is on the disk before anybody is told so.
      PRAGMA synchronous = FULL;
      -- 16 MiB: seldom enough to write most pages once, short enough to stall a commit little.
      PRAGMA wal_autocheckpoint = 2048;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA max_page_count = ${Math.max(1, Math.floor(maxFileBytes / pageBytes))};
    `)
    makeTables(database, newEpoch)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Opens the file for reading beside the writer. */
export function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: busyMs })
}

/** What the log needs to know before its first append. */
export function readState(database: DatabaseSync): Opened {
  const { epoch } = database.prepare('SELECT epoch FROM log').get() as { epoch: string }
  const newest = database
    .prepare(
      'SELECT sequence, records, packed FROM packed_commit ORDER BY sequence DESC LIMIT 1',
    )
    .get() as PackedCommit | undefined
  const marks = database
    .prepare('SELECT consumer, partition, sequence, idx AS "index" FROM mark')
    .all() as unknown as Mark[]
  return { epoch, newest, marks }
}

function refuseStrange(database: DatabaseSync, file: string): void {
  const id = pragma(database, 'application_id')
  const version = pragma(database, 'user_version')
  const empty = pragma(database, 'page_count') === 0
  if (!empty && id !== applicationId) {
    throw new Problem({
      kind: 'conflict',
      what: 'The file is not a reading log',
      where: file,
      why: 'It is a database of something else',
      next: 'Name another file for the reading log',
    })
  }
  if (version > format) {
    throw new Problem({
      kind: 'conflict',
      what: 'The reading log was made by a newer version',
      where: file,
      why: `Its format is ${version}; this version knows formats up to ${format}`,
      next: 'Start the version that made it, or a newer one',
    })
  }
}

function makeTables(database: DatabaseSync, newEpoch: string): void {
  if (pragma(database, 'user_version') === format) return
  database.exec('BEGIN IMMEDIATE')
  database.exec(`
    CREATE TABLE log (epoch TEXT NOT NULL) STRICT;
    -- The blob comes last, so that the other columns are read without walking its pages.
    CREATE TABLE packed_commit (
      sequence INTEGER PRIMARY KEY,
      committed INTEGER NOT NULL,
      records INTEGER NOT NULL,
      packed BLOB NOT NULL
    ) STRICT;
    CREATE TABLE mark (
      consumer TEXT PRIMARY KEY,
      partition INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      idx INTEGER NOT NULL
    ) STRICT;
    PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${format};
  `)
  database.prepare('INSERT INTO log (epoch) VALUES (?)').run(newEpoch)
  database.exec('COMMIT')
}

function pragma(database: DatabaseSync, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get()
  return Number(row?.[name])
}
