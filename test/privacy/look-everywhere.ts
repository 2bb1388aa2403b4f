import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** Words that occur, with where. */
export function found(
  words: readonly string[],
  text: string,
  where: string,
): readonly string[] {
  return words.filter((word) => text.includes(word)).map((word) => `${where}: ${word}`)
}

/** Looks into the plain bytes of every file below the folder: databases, their logs, photos, mails. */
export async function filesWith(
  words: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  // Bytes are read one character each, so words are looked for as their bytes are.
  const bytewise = words.map((word) => Buffer.from(word).toString('latin1'))
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const all: string[] = []
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    all.push(...found(bytewise, bytes.toString('latin1'), entry.name))
  }
  return all
}

/** Every table of a file as text. */
export function dumpSqlite(file: string): string {
  using database = new DatabaseSync(file, { readOnly: true })
  const tables = database
    .prepare(`select name from sqlite_schema where type = 'table'`)
    .all()
    .map(({ name }) => String(name))
  return tables
    .map(
      (name) =>
        `${name} ${JSON.stringify(database.prepare(`select * from "${name}"`).all())}`,
    )
    .join('\n')
}

/** Every table of a server's database as text. */
export async function dumpPostgres(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    )
    const all: string[] = []
    for (const { name } of rows) {
      all.push(`${name} ${JSON.stringify((await client.query(`table "${name}"`)).rows)}`)
    }
    return all.join('\n')
  } finally {
    await client.end()
  }
}
