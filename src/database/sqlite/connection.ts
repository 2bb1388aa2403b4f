import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SqlValue, WorkerReply, WorkerRequest, WorkerStart } from './messages.ts'

/** Statements kept ready; the least recently used one goes first. */
const statementsKept = 300
const busyTimeoutMs = 5_000
const journalKeptBytes = 64 * 1_024 * 1_024

interface Prepared {
  readonly statement: StatementSync
  readonly hasRows: boolean
}

/** One open SQLite file, inside its worker. */
export class Connection {
  readonly #db: DatabaseSync
  readonly #mode: WorkerStart['mode']
  readonly #prepared = new Map<string, Prepared>()

  constructor({ file, mode }: WorkerStart) {
    this.#mode = mode
    this.#db = new DatabaseSync(file, {
      readOnly: mode === 'read',
      timeout: busyTimeoutMs,
      enableForeignKeyConstraints: true,
      enableDoubleQuotedStringLiterals: false,
      allowExtension: false,
      defensive: true,
    })
    this.#db.exec('pragma trusted_schema = off')
    // As PostgreSQL's: what is searched is in lower case already.
    this.#db.exec('pragma case_sensitive_like = on')
    if (mode === 'read') return
    this.#db.exec('pragma journal_mode = wal')
    this.#db.exec('pragma synchronous = full')
    // What is erased is overwritten, not only unlinked.
    this.#db.exec('pragma secure_delete = on')
    this.#db.exec(`pragma journal_size_limit = ${journalKeptBytes}`)
  }

  answer(request: WorkerRequest): WorkerReply {
    try {
      return this.#run(request)
    } catch (error) {
      return failure(request.id, error)
    }
  }

  close(): void {
    this.#prepared.clear()
    if (this.#mode === 'write') this.#db.exec('pragma optimize')
    this.#db.close()
  }

  #run({ id, sql, parameters }: WorkerRequest): WorkerReply {
    const { statement, hasRows } = this.#prepare(sql)
    const values = parameters.map(bindable)
    if (hasRows) {
      return { kind: 'rows', id, rows: statement.all(...values), changes: null }
    }
    const { changes } = statement.run(...values)
    return { kind: 'rows', id, rows: [], changes: Number(changes) }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known !== undefined) {
      this.#prepared.delete(sql)
      this.#prepared.set(sql, known)
      return known
    }
    const statement = this.#db.prepare(sql)
    const prepared = { statement, hasRows: statement.columns().length > 0 }
    this.#prepared.set(sql, prepared)
    const [oldest] = this.#prepared.keys()
    if (this.#prepared.size > statementsKept && oldest !== undefined) {
      this.#prepared.delete(oldest)
    }
    return prepared
  }
}

/** Whole numbers go in as integers: bound as doubles they would divide and join differently. */
function bindable(value: SqlValue): SqlValue | bigint {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}

/** What a worker answers when SQLite, or Node, refused. */
export function failure(id: number | null, error: unknown): WorkerReply {
  const message = error instanceof Error ? error.message : String(error)
  const code =
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
      ? error.errcode
      : 0
  return { kind: 'failed', id, message, code }
}
