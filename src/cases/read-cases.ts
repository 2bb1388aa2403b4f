import { Problem } from '../domain/problem.ts'
import { toIso } from '../domain/time.ts'
import { caseRow } from './case-row.ts'
import { publicAsset, publicCategories } from './catalogue.ts'
import type { Cases } from './cases.ts'
import { publicView, viewsOf } from './case-views.ts'
import { caseById, foundBySensor } from './change.ts'
import { assetsOf } from './group.ts'
import type { CasesParts } from './parts.ts'
import { readEvents, type StoredEvent } from './events.ts'
import { followTokenShape, tokenHash } from './ids.ts'
import type { CaseDetailView } from './views.ts'
import { moves } from './workflow.ts'

/** A page shows the newest of each at most. */
const EVENTS_MAX = 500
const REPORTERS_MAX = 500
const LIST_MAX = 500
const ASSETS_MAX = 500

/** The questions cases answer. */
export function readCases(
  parts: CasesParts,
): Pick<Cases, 'list' | 'get' | 'follow' | 'knownAt'> {
  return {
    list: list(parts),
    get: get(parts),
    follow: follow(parts),
    knownAt: knownAt(parts),
  }
}

function list({ database, catalogue }: CasesParts): Cases['list'] {
  return async (organisation, { which, asset, limit }) => {
    const query = database.read(organisation)
    let rows = query
      .selectFrom('case')
      .selectAll()
      .orderBy('changed_at', 'desc')
      .orderBy('id')
      .limit(Math.min(Math.max(Math.trunc(limit), 1), LIST_MAX))
    if (which === 'open') rows = rows.where('closed_at', 'is', null)
    if (asset !== undefined) rows = rows.where('asset', '=', asset)
    return await viewsOf(
      query,
      await catalogue(organisation),
      (await rows.execute()).map(caseRow),
    )
  }
}

function get({ database, catalogue }: CasesParts): Cases['get'] {
  return async (organisation, id, withReporters) => {
    const query = database.read(organisation)
    const row = await caseById(query, id)
    const known = await catalogue(organisation)
    const [view] = await viewsOf(query, known, [row])
    if (view === undefined) throw new Error('one case makes one view')
    const events = await readEvents(query, id, { publicOnly: false, limit: EVENTS_MAX })
    const alarms = await query
      .selectFrom('report')
      .innerJoin('occurrence', 'occurrence.id', 'report.occurrence')
      .select(['occurrence.alarm', 'occurrence.id'])
      .where('report.case', '=', id)
      .orderBy('report.received_at', 'desc')
      .limit(EVENTS_MAX)
      .execute()
    return {
      ...view,
      events: events.map(eventView),
      alarms: alarms.map(({ alarm, id: occurrence }) => ({ id: alarm, occurrence })),
      gathered: [...(await assetsOf(query, known, { caseId: id, limit: ASSETS_MAX }))],
      moves: [...moves[view.state]],
      reporters: withReporters ? await reporters(query, id) : null,
    }
  }
}

function eventView(event: StoredEvent): CaseDetailView['events'][number] {
  return { ...event, at: toIso(event.at) }
}

async function reporters(
  query: ReturnType<CasesParts['database']['read']>,
  id: string,
): Promise<CaseDetailView['reporters']> {
  const rows = await query
    .selectFrom('report')
    .innerJoin('report_person', 'report_person.report', 'report.id')
    .select(['report.id', 'report.source', 'report.received_at'])
    .select(['report_person.name', 'report_person.email', 'report_person.phone'])
    .select('report_person.text')
    .where('report.case', '=', id)
    .orderBy('report.received_at', 'desc')
    .limit(REPORTERS_MAX)
    .execute()
  return rows.toReversed().map((row) => ({
    report: row.id,
    source: row.source,
    receivedAt: toIso(row.received_at),
    name: row.name,
    email: row.email,
    phone: row.phone,
    text: row.text,
  }))
}

function follow({ database, catalogue }: CasesParts): Cases['follow'] {
  return async (token) => {
    const follower = followTokenShape.test(token)
      ? await database.installation.query
          .selectFrom('subscriber')
          .select(['organisation', 'case'])
          .where('token_hash', '=', tokenHash(token))
          .executeTakeFirst()
      : undefined
    if (follower === undefined) {
      throw new Problem({
        kind: 'not_found',
        what: 'No report belongs to this link.',
        where: 'token',
        next: 'Check that the whole link was copied.',
      })
    }
    const { organisation } = follower
    const query = database.read(organisation)
    const row = await caseById(query, follower.case)
    const events = await readEvents(query, row.id, { publicOnly: true, limit: EVENTS_MAX })
    const bySensor = await foundBySensor(query, row.id)
    const view = publicView(await catalogue(organisation), row, { events, bySensor })
    return { ...view, organisation }
  }
}

function knownAt(parts: CasesParts): Cases['knownAt'] {
  return async (organisation, asset) => {
    const catalogue = await parts.catalogue(organisation)
    if (publicAsset(catalogue, asset) === undefined) return []
    // What citizens cannot report they are not told of either: an open hatch is nobody's business.
    const categories = publicCategories(catalogue).map(([id]) => id)
    if (categories.length === 0) return []
    const query = parts.database.read(organisation)
    const rows = await query
      .selectFrom('case')
      .selectAll()
      .where('asset', '=', asset)
      .where('closed_at', 'is', null)
      .where('category', 'in', categories)
      .orderBy('opened_at')
      .limit(50)
      .execute()
    return await Promise.all(
      rows.map(async (stored) => {
        const row = caseRow(stored)
        const events = await readEvents(query, row.id, { publicOnly: true, limit: 50 })
        const bySensor = await foundBySensor(query, row.id)
        return publicView(catalogue, row, { events, bySensor })
      }),
    )
  }
}
