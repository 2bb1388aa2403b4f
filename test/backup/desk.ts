import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createBackup, type BackupRequest } from '../../src/backup/create-backup.ts'
import { restoreBackup } from '../../src/backup/restore-backup.ts'
import { programVersion } from '../../src/backup/version.ts'
import type { LogEntry } from '../../src/domain/log-record.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { openSqliteLog } from '../../src/ingest/sqlite-log/open.ts'
import { systemRandom } from '../../src/random.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts'

/** A folder for a service's data, its backups and what is made of them. */
export interface Place extends AsyncDisposable {
  readonly data: string
  readonly backup: string
  readonly restored: string
}

export async function openPlace(): Promise<Place> {
  const folder: TemporaryFolder = await temporaryFolder()
  return {
    data: join(folder.path, 'data'),
    backup: join(folder.path, 'backup'),
    restored: join(folder.path, 'restored'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const common = (clock: Clock) => ({
  version: programVersion(),
  clock,
  random: systemRandom,
  progress: () => undefined,
  stop: new AbortController().signal,
})

export function backUp(
  { data, backup }: Pick<Place, 'data' | 'backup'>,
  clock: Clock,
  changes: Partial<BackupRequest> = {},
) {
  const request = { ...common(clock), data, folder: backup, withHistory: false }
  return createBackup({ ...request, ...changes })
}

export function restore({ backup, restored }: Omit<Place, 'data'>, clock: Clock) {
  return restoreBackup({ ...common(clock), folder: backup, data: restored })
}

/** Every row of every table, in an order of its own, but of those that are named. */
export function rowsOf(
  data: string,
  but: readonly string[] = [],
): Readonly<Record<string, readonly string[]>> {
  const database = new DatabaseSync(join(data, 'gatuvakt.sqlite'), { readOnly: true })
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => String(row['name']))
    .filter((name) => !but.includes(name) && !name.startsWith('sqlite_'))
  const rows = tables.map((name) => {
    const all = database.prepare(`SELECT * FROM "${name}"`).all()
    return [name, all.map((row) => JSON.stringify(row)).toSorted()] as const
  })
  database.close()
  return Object.fromEntries(rows)
}

/** Everything a log holds; no service may run on the folder. */
export async function recordsOf(data: string, clock: Clock): Promise<readonly LogEntry[]> {
  const file = join(data, 'log.sqlite')
  await using log = await openSqliteLog({ file, clock, random: systemRandom })
  const entries: LogEntry[] = []
  for (;;) {
    const after = entries.at(-1)?.position
    const page = await log.read({ limit: 2_000, ...(after !== undefined && { after }) })
    if (page.length === 0) return entries
    entries.push(...page)
  }
}

/** Names and contents of the mails that a folder holds. */
export function mailsOf(data: string): Readonly<Record<string, string>> {
  const folder = join(data, 'mail')
  const names = globSync('*.eml', { cwd: folder }).toSorted()
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
}
