import pg from 'pg'
import type { CompiledQuery, QueryResult } from 'kysely'
import { DatabaseBusyError } from '../database.ts'
import { DatabaseLostError } from '../errors.ts'

/** Half of the ten connections read, half write. */
const connectionsPerPool = 5
/** How long a query waits for a connection, and a connection for the server. */
const connectTimeoutMs = 5_000
/** Queries that may wait for a connection; one more is refused. */
const waitingAtMost = 2_000

const settings = {
  read: `set default_transaction_read_only = on; set statement_timeout = '5s'`,
  write: `set default_transaction_isolation = 'serializable'; set statement_timeout = '30s';
          set idle_in_transaction_session_timeout = '60s'`,
} as const

/** Connections that all read or all write. */
export function createPool(url: string, mode: keyof typeof settings): pg.Pool {
  // The pool waits for what this returns before it hands the connection out.
  const onConnect: (client: pg.ClientBase) => unknown = (client) =>
    client.query(settings[mode])
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsPerPool,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: `gatuvakt ${mode}`,
    types: { getTypeParser },
    onConnect,
  })
  // An idle connection that breaks is dropped by the pool; the next query opens another, and it is
  // that query which says so if it cannot. Without a listener the process would end.
  pool.on('error', () => {})
  return pool
}

/** Lends a connection; rejects with `DatabaseLostError` when the pool is closed. */
export async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  if (pool.ending) throw new DatabaseLostError('the database is closed')
  if (pool.waitingCount >= waitingAtMost) {
    throw new DatabaseBusyError(`${waitingAtMost} queries already wait for the database`)
  }
  return await pool.connect()
}

/** Sends one query on this connection. Errors are the server's own. */
export async function query(
  client: pg.ClientBase,
  { sql, parameters }: CompiledQuery,
): Promise<QueryResult<unknown>> {
  const result = await client.query<Record<string, unknown>>(sql, [...parameters])
  const { rows, rowCount, command } = result
  const changed = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE'
  if (!changed || rowCount === null) return { rows }
  return { rows, numAffectedRows: BigInt(rowCount) }
}

type TypeId = Parameters<typeof pg.types.getTypeParser>[0]

// Counts, sums and times come as exact numbers; the driver alone would give them as text.
const parsers: ReadonlyMap<number, (text: string) => number> = new Map([
  [pg.types.builtins.INT8, exactNumber],
  [pg.types.builtins.NUMERIC, Number],
])

const getTypeParser: typeof pg.types.getTypeParser = (
  type: TypeId,
  format?: 'text' | 'binary',
) => {
  if (format === 'binary') return pg.types.getTypeParser(type, 'binary')
  return parsers.get(type) ?? pg.types.getTypeParser(type, 'text')
}

function exactNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  throw new RangeError(`the database holds a number too large to be exact: ${text}`)
}
