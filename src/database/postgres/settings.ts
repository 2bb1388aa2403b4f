import type pg from 'pg'
import { Problem } from '../../domain/problem.ts'

interface Settings {
  readonly fsync: string
  readonly commit: string
  readonly encoding: string
}

/** Refuses a server that says "committed" before the data are safe, or that cannot keep all text. */
export async function assertDurable(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<Settings>(
    `select current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as commit,
            current_setting('server_encoding') as encoding`,
  )
  const [settings] = rows
  if (settings === undefined) throw new Error('the server did not tell its settings')
  if (settings.fsync === 'off') refuse('fsync', 'on')
  if (settings.commit === 'off') refuse('synchronous_commit', 'on')
  if (settings.encoding !== 'UTF8') refuse('server_encoding', 'UTF8')
}

function refuse(setting: string, wanted: string): never {
  const why =
    setting === 'server_encoding'
      ? 'Names and reports may hold any letter.'
      : 'Alarms and cases that were confirmed would be lost when the server loses power.'
  const next =
    setting === 'server_encoding'
      ? `Create the database with encoding ${wanted}.`
      : `Set ${setting} = ${wanted} in postgresql.conf, or for this database, and start again.`
  throw new Problem({
    kind: 'unavailable',
    what: `PostgreSQL runs with a ${setting} that is not ${wanted}.`,
    where: setting,
    why,
    next,
  })
}
