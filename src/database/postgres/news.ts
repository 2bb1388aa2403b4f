import pg from 'pg'
import { sql } from 'kysely'
import type { CancelTimer, Clock } from '../../domain/clock.ts'
import { organisationId, type OrganisationId } from '../../domain/ids.ts'
import { SECOND } from '../../domain/time.ts'
import type { News, RunQuery } from '../engine.ts'
import { kyselyOver } from '../run-dialect.ts'
import { postgresLanguage } from './language.ts'

interface Organisation {
  readonly organisation: string
}
const allOrganisations = 'select organisation from organisation'

const channel = 'gatuvakt_feed'
/** Between tries to listen again. */
const retryAfter = SECOND

/**
 * Carries news of commits between the processes on one server, over NOTIFY and LISTEN: they are
 * told after the commit, and never when there is none. What is told while the connection is
 * away is lost, so everybody is told that something may have happened when it is back.
 */
export class PostgresNews implements News {
  readonly #url: string
  readonly #realTime: Clock
  readonly #listeners = new Set<(organisation: OrganisationId) => void>()
  #client: pg.Client | undefined
  #cancelRetry: CancelTimer | undefined
  #closed = false

  constructor(url: string, realTime: Clock) {
    this.#url = url
    this.#realTime = realTime
  }

  /** Rejects when the server cannot be reached; later breaks are mended by itself. */
  async start(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'gatuvakt news',
    })
    client.on('notification', ({ payload }) => this.#told(payload))
    // 'end' follows, and is what counts.
    client.on('error', () => {})
    client.once('end', () => this.#broken())
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
    } catch (error) {
      client.removeAllListeners('end')
      await client.end().catch(() => undefined)
      throw error
    }
    this.#client = client
  }

  async announce(run: RunQuery, organisation: OrganisationId): Promise<void> {
    const query = kyselyOver<unknown>(postgresLanguage, { run })
    await sql`select pg_notify(${channel}, ${organisation})`.execute(query)
  }

  onNews(listener: (organisation: OrganisationId) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelRetry?.()
    await this.#client?.end()
  }

  #told(payload: string | undefined): void {
    const organisation = organisationId.safeParse(payload)
    if (!organisation.success) return
    for (const listener of this.#listeners) listener(organisation.data)
  }

  #broken(): void {
    this.#client = undefined
    if (this.#closed) return
    this.#cancelRetry = this.#realTime.after(retryAfter, () => void this.#again())
  }

  async #again(): Promise<void> {
    try {
      await this.start()
    } catch {
      // The server is still away; every query says so, and this line comes back on its own.
      return this.#broken()
    }
    // Broken again at once? Then its end begins the next try.
    const known = await this.#client
      ?.query<Organisation>(allOrganisations)
      .catch(() => undefined)
    for (const { organisation } of known?.rows ?? []) this.#told(organisation)
  }
}
