import { toIso } from '../domain/time.ts'
import type { ScopedQueries } from '../database/database.ts'
import { viewOf } from './case-views.ts'
import type { Cases } from './cases.ts'
import { caseById } from './change.ts'
import { readEvents, type StoredEvent } from './events.ts'
import { assetsOf } from './group/assets.ts'
import type { OwnParts } from './parts.ts'
import { follow, followerOf, knownAt } from './read/public-cases.ts'
import { listCases, pageOfCases } from './read/list-cases.ts'
import { remaining } from './read/remaining.ts'
import { duplicates, suggestions } from './read/suggestions.ts'
import type { CaseDetailView } from './views.ts'
import { allowedMoves } from './workflow/table.ts'

/** A page shows the newest of each at most. */
const EVENTS_MAX = 500
const REPORTERS_MAX = 500
const ASSETS_MAX = 500

/** The questions cases answer. */
export function readCases(
  parts: OwnParts,
): Pick<
  Cases,
  | 'list'
  | 'page'
  | 'get'
  | 'follow'
  | 'follower'
  | 'knownAt'
  | 'suggestions'
  | 'duplicates'
  | 'remaining'
> {
  return {
    list: listCases(parts),
    page: pageOfCases(parts),
    get: get(parts),
    follow: follow(parts),
    follower: followerOf(parts),
    knownAt: knownAt(parts),
    suggestions: suggestions(parts),
    duplicates: duplicates(parts),
    remaining: remaining(parts),
  }
}

function get(parts: OwnParts): Cases['get'] {
  return async (organisation, id, withReporters, role = 'administrator') => {
    const query = parts.database.read(organisation)
    const row = await caseById(query, id)
    const known = await parts.catalogue(organisation)
    const view = await viewOf(query, known, row)
    const events = await readEvents(query, id, { publicOnly: false, limit: EVENTS_MAX })
    const alarms = await query
      .selectFrom('report')
      .innerJoin('case', 'case.id', 'report.case')
      .innerJoin('occurrence', 'occurrence.id', 'report.occurrence')
      .select(['occurrence.alarm', 'occurrence.id'])
      .where((where) => where.or([where('case.root', '=', id), where('case.id', '=', id)]))
      .orderBy('report.received_at', 'desc')
      .limit(EVENTS_MAX)
      .execute()
    const standing = { state: row.state, priorState: row.prior_state }
    return {
      ...view,
      events: await eventViews(parts, query, events),
      alarms: alarms.map(({ alarm, id: occurrence }) => ({ id: alarm, occurrence })),
      gathered: [...(await assetsOf(query, known, { caseId: id, limit: ASSETS_MAX }))],
      merged: await mergedInto(query, id),
      moves: row.root === row.id ? [...allowedMoves(standing, role)] : [],
      reporters: withReporters ? await reporters(parts, query, id) : null,
    }
  }
}

/** What somebody outside was told stands with the personal data, under the id that its event refers to. */
async function eventViews(
  { personal }: OwnParts,
  query: ScopedQueries,
  events: readonly StoredEvent[],
): Promise<CaseDetailView['events']> {
  const ids = events.flatMap(({ kind, data: { reference } }) =>
    kind === 'forwarded' && reference !== undefined ? [reference] : [],
  )
  const told = ids.length === 0 ? undefined : await personal.read(query, ids)
  return events.map(({ at, ...event }) => {
    const text = told?.get(event.data.reference ?? '')?.text
    const data = text === undefined ? event.data : { ...event.data, text }
    return { ...event, data, at: toIso(at) }
  })
}

/** Cases that were merged into it, or into one of those. */
async function mergedInto(
  query: ScopedQueries,
  id: string,
): Promise<CaseDetailView['merged']> {
  return await query
    .selectFrom('case')
    .select(['id', 'number'])
    .where('root', '=', id)
    .where('id', '<>', id)
    .orderBy('number')
    .limit(ASSETS_MAX)
    .execute()
}

/** What people said of it, the oldest first: reports, then and later. */
async function reporters(
  { personal }: OwnParts,
  query: ScopedQueries,
  id: string,
): Promise<CaseDetailView['reporters']> {
  const reports = await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select(['report.id', 'report.source', 'report.received_at'])
    .where((where) => where.or([where('case.root', '=', id), where('case.id', '=', id)]))
    .where('report.source', '<>', 'alarm')
    .orderBy('report.received_at', 'desc')
    .limit(REPORTERS_MAX)
    .execute()
  const later = await query
    .selectFrom('follow_up')
    .innerJoin('case', 'case.id', 'follow_up.case')
    .select(['follow_up.id', 'follow_up.source', 'follow_up.received_at'])
    .where((where) => where.or([where('case.root', '=', id), where('case.id', '=', id)]))
    .orderBy('follow_up.received_at', 'desc')
    .limit(REPORTERS_MAX)
    .execute()
  const said = [...reports, ...later]
    .toSorted((a, b) => a.received_at - b.received_at)
    .slice(-REPORTERS_MAX)
  const people = await personal.read(
    query,
    said.map((one) => one.id),
  )
  return said.flatMap((row) => {
    const person = people.get(row.id)
    if (person === undefined) return []
    return [
      {
        report: row.id,
        source: row.source,
        receivedAt: toIso(row.received_at),
        ...person,
      },
    ]
  })
}
