import type { Config } from '../config.ts'
import { Problem } from '../domain/problem.ts'

/**
 * `backup` and `restore` copy the files of an installation without servers. Throws Problem invalid,
 * with what to run instead, where a server keeps the data: it has tools of its own for that.
 */
export function refuseServers({ database, nats }: Config): void {
  const kept = [
    ...(database.url === undefined ? [] : ['its database in PostgreSQL']),
    ...(nats.url === undefined ? [] : ['its reading log in NATS JetStream']),
  ]
  if (kept.length === 0) return
  const steps = [
    database.url === undefined ? '' : 'pg_dump',
    nats.url === undefined ? '' : `nats stream backup ${nats.stream}`,
  ].filter((step) => step !== '')
  throw new Problem({
    kind: 'invalid',
    what: `this installation keeps ${kept.join(' and ')}`,
    why: 'gatuvakt backup and restore work on the files of a data folder',
    next: `use ${steps.join(' first, then ')}; docs/backup.md has the steps in order`,
  })
}
