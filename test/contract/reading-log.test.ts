import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../src/clock.ts'
import { openSqliteLog } from '../../src/ingest/sqlite-log/open.ts'
import { systemRandom } from '../../src/random.ts'
import { readingLogContract } from './reading-log.contract.ts'

readingLogContract('SQLite file', {
  open: (folder, bounds) =>
    openSqliteLog({
      file: join(folder, 'readings.log'),
      clock: systemClock,
      random: systemRandom,
      ...(bounds !== undefined && { maxQueued: { records: bounds.maxQueuedRecords } }),
    }),
  survivesPowerCut: true,
  // One file belongs to one process; a second one that writes breaks the first on purpose.
  shared: false,
  storeCommit: (folder, packed, records) => {
    using database = new DatabaseSync(join(folder, 'readings.log'))
    const { lastInsertRowid } = database
      .prepare('INSERT INTO packed_commit (committed, records, packed) VALUES (0, ?, ?)')
      .run(records, packed)
    return Promise.resolve(Number(lastInsertRowid))
  },
  durableCommits: (folder) => {
    using database = new DatabaseSync(join(folder, 'readings.log'), { readOnly: true })
    const row = database.prepare('SELECT max(sequence) AS newest FROM packed_commit').get()
    return Promise.resolve(Number(row?.['newest']))
  },
})
