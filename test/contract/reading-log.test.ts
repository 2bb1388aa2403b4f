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
  durableCommits: (folder) => {
    using database = new DatabaseSync(join(folder, 'readings.log'), { readOnly: true })
    const row = database.prepare('SELECT max(sequence) AS newest FROM packed_commit').get()
    return Promise.resolve(Number(row?.['newest']))
  },
})
