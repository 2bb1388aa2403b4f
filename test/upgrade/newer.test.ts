import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SECOND } from '../../src/domain/time.ts'
import { journal, rowsIn } from '../scenario/look.ts'
import { freePorts, serve } from '../support/process.ts'
import { startService } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { releasedFolder } from './released.ts'

const database = 'gatuvakt.sqlite'

it.each([
  [
    'the database',
    'The database was made by a newer version of this program.',
    async (folder: string) =>
      change(join(folder, database), `insert into kysely_migration values ('999-x', 'x')`),
  ],
  [
    'the reading log',
    'The reading log was made by a newer version',
    async (folder: string) =>
      change(join(folder, 'log.sqlite'), 'pragma user_version = 99'),
  ],
  [
    'the history',
    'The history of readings was made by a newer version',
    async (folder: string) => {
      const instance = await DuckDBInstance.create(join(folder, 'readings.duckdb'))
      const connection = await instance.connect()
      await connection.run('update store_format set version = 99')
      await connection.run('checkpoint')
      connection.closeSync()
      instance.closeSync()
    },
  ],
])(
  'is refused and left alone when a newer version made %s',
  { timeout: 90_000 },
  async (_, what, makeNewer) => {
    await using folder = await copyOfCurrent()
    await makeNewer(folder.path)
    const before = contentOf(folder.path)
    const service = serve(folder.path, await freePorts())
    expect(await service.ended).toBe(3)
    expect(service.said()).toContain(`gatuvakt: ${what}`)
    expect(service.said()).toContain('  next:')
    expect(contentOf(folder.path)).toEqual(before)
  },
)

it('builds the state of the rules anew from the log when another engine saved it', async () => {
  await using folder = await copyOfCurrent()
  change(join(folder.path, database), `update detector_state set engine = 'detector/99'`)
  const clock = new VirtualClock(folder.expected.stoppedAt)
  clock.advance(SECOND)
  await using service = await startService({ folder: folder.path, clock })
  await service.settle()
  expect(await rowsIn(service, 'transition')).toBe(folder.expected.journal.length)
  expect(await journal(service)).toHaveLength(folder.expected.journal.length)
})

/** The released folder after this version has run on it once. */
let current: Awaited<ReturnType<typeof releasedFolder>>

beforeAll(async () => {
  current = await releasedFolder('0.1.0/stopped')
  const clock = new VirtualClock(current.expected.stoppedAt)
  await using service = await startService({ folder: current.path, clock })
  await service.settle()
})
afterAll(() => current[Symbol.asyncDispose]())

async function copyOfCurrent() {
  const folder = await temporaryFolder()
  await cp(current.path, folder.path, { recursive: true })
  // Opening and closing the log moves its WAL into the file, which changes nothing it says.
  change(join(folder.path, 'log.sqlite'), 'pragma wal_checkpoint(truncate)')
  const { expected } = current
  return { ...folder, expected }
}

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.exec('pragma wal_checkpoint(truncate)')
  db.close()
}

/** Every file that holds something, with its checksum; `-shm` is made anew whenever one is opened. */
function contentOf(folder: string): Readonly<Record<string, string>> {
  const files = globSync('**/*', { cwd: folder }).filter((path) => {
    const { size } = statSync(join(folder, path))
    return statSync(join(folder, path)).isFile() && size > 0 && !path.endsWith('-shm')
  })
  return Object.fromEntries(
    files.toSorted().map((path) => {
      const bytes = readFileSync(join(folder, path))
      return [path, createHash('sha256').update(bytes).digest('hex')]
    }),
  )
}
