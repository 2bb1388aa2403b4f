import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { Database, FeedEvent, Lane, ScopedQueries, UnitOfWork } from './database.ts'
import type { Engine, RunQuery } from './engine.ts'
import { limitRead, refuseTooManyRows } from './read-limit.ts'
import { kyselyOver } from './run-dialect.ts'
import { scopeTo } from './scope.ts'
import type { Tables } from './tables.ts'

/** What one transaction may tell the feed. */
const eventsAtMost = 10_000
const rowsPerInsert = 1_000

/** The `Database` port over an open engine, which it closes with itself. */
export function databaseOver(engine: Engine, clock: Clock): Database {
  const listeners = new Set<(organisation: OrganisationId) => void>()
  engine.news?.onNews((organisation) => {
    for (const listener of listeners) listener(organisation)
  })
  const read: RunQuery = async (query) => refuseTooManyRows(await engine.read(query))
  return {
    dialect: engine.dialect,
    read: (organisation) => {
      const scope = scopeTo(organisation)
      return kyselyOver<Tables>(engine.language, {
        run: read,
        transform: (node) => limitRead(scope(node)),
      })
    },
    write: (organisation, lane, body) =>
      writeOne({ engine, clock, listeners }, { organisation, lane, body }),
    installation: {
      query: kyselyOver<Tables>(engine.language, { run: read, transform: limitRead }),
      write: (lane, body) =>
        engine.transaction({
          lane,
          key: undefined,
          body: (run) => body(kyselyOver<Tables>(engine.language, { run })),
        }),
    },
    onFeed: (listener) => {
      // A function of its own, so that the same listener may be added twice.
      const own = (organisation: OrganisationId) => listener(organisation)
      listeners.add(own)
      return () => listeners.delete(own)
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

interface Parts {
  readonly engine: Engine
  readonly clock: Clock
  readonly listeners: ReadonlySet<(organisation: OrganisationId) => void>
}

interface Write<T> {
  readonly organisation: OrganisationId
  readonly lane: Lane
  readonly body: (work: UnitOfWork) => Promise<T>
}

async function writeOne<T>(parts: Parts, write: Write<T>): Promise<T> {
  const { engine, clock, listeners } = parts
  const { organisation, lane, body } = write
  const done = await engine.transaction({
    lane,
    key: organisation,
    body: async (run) => {
      const query: ScopedQueries = kyselyOver<Tables>(engine.language, {
        run,
        transform: scopeTo(organisation),
      })
      // Begun anew in every run of the body, so that a second run tells nothing twice.
      const events: FeedEvent[] = []
      const tell = (event: FeedEvent) => {
        if (events.length >= eventsAtMost) {
          throw new Error(`a transaction tells the feed at most ${eventsAtMost} things`)
        }
        events.push(event)
      }
      const result = await body({ organisation, query, tell })
      await storeFeed({ query, organisation, clock }, events)
      if (events.length > 0) await engine.news?.announce(run, organisation)
      return { result, told: events.length > 0 }
    },
  })
  if (done.told && engine.news === undefined)
    for (const listener of listeners) listener(organisation)
  return done.result
}

interface Feed {
  readonly query: ScopedQueries
  readonly organisation: OrganisationId
  readonly clock: Clock
}

/**
 * Gives the events their numbers. The organisation's row stays locked from here to the commit, so
 * the numbers are in the order of the commits and a follower never reads past one still to come.
 */
async function storeFeed(feed: Feed, events: readonly FeedEvent[]): Promise<void> {
  if (events.length === 0) return
  const { query, organisation } = feed
  const row = await query
    .updateTable('organisation')
    .set((eb) => ({ last_feed: eb('last_feed', '+', events.length) }))
    .returning('last_feed')
    .executeTakeFirst()
  if (row === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: `There is no organisation ${organisation}.`,
      next: 'Apply a configuration that has it.',
    })
  }
  const at = feed.clock.now()
  const first = row.last_feed - events.length + 1
  const rows = events.map(({ kind, subject }, index) => ({
    organisation,
    number: first + index,
    at,
    kind,
    subject,
  }))
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    await query
      .insertInto('feed')
      .values(rows.slice(start, start + rowsPerInsert))
      .execute()
  }
}
