import type { Selectable } from 'kysely'
import { z } from 'zod'
import { closingReason, matter, reportSource } from '../cases/views.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { TimeUs } from '../domain/time.ts'
import type { CaseFact, ReportFact, Window } from './facts.ts'

/** Rows read at once. */
const PAGE = 2_000
/** Cases whose events are read at once, and the most events of those; no case has hundreds. */
const CASES_AT_ONCE = 200
const EVENTS_MAX = 90_000

/** Of an event's data what is counted here. */
const counted = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  followers: z.boolean().optional(),
  step: z.string().optional(),
  satisfied: z.boolean().optional(),
})

/** Which area a place lies in; null for none. */
export type AreaOf = (place: {
  readonly lat: number
  readonly lon: number
}) => string | null

/** The reports that came in within the window, in order of their arrival. */
export async function* readReports(
  query: ScopedQueries,
  { from, to }: Window,
  areaOf: AreaOf,
): AsyncGenerator<readonly ReportFact[]> {
  let after: { readonly at: TimeUs; readonly id: string } | undefined
  for (;;) {
    let page = query
      .selectFrom('report')
      .innerJoin('case', 'case.id', 'report.case')
      // A case has at most one: it closes with the first report.
      .leftJoin('case_event as answered', (join) =>
        join
          .onRef('answered.case', '=', 'report.case')
          .on('answered.kind', '=', 'first_contact'),
      )
      .select(['report.id', 'report.source', 'report.category', 'report.received_at'])
      .select('answered.data as answered')
      .select(['case.unit', 'case.contractor', 'case.lat', 'case.lon'])
      .where('report.received_at', '>=', from)
      .where('report.received_at', '<', to)
      .orderBy('report.received_at')
      .orderBy('report.id')
      .limit(PAGE)
    if (after !== undefined) {
      const { at, id } = after
      page = page.where((where) =>
        where.or([
          where('report.received_at', '>', at),
          where.and([where('report.received_at', '=', at), where('report.id', '>', id)]),
        ]),
      )
    }
    const rows = await page.execute()
    const end = rows.at(-1)
    if (end === undefined) return
    yield rows.map((row) => ({
      at: row.received_at,
      source: reportSource.parse(row.source),
      category: row.category,
      unit: row.unit,
      contractor: row.contractor,
      area: areaAt(row, areaOf),
      firstContact: answeredReport(row.answered) === row.id,
    }))
    after = { at: end.received_at, id: end.id }
  }
}

const firstContact = z.object({ report: z.string() })

/** The report that was answered while it was taken down. */
function answeredReport(data: string | null): string | undefined {
  return data === null ? undefined : firstContact.parse(JSON.parse(data)).report
}

/** The cases that were open at some time within the window, or closed in it. */
export async function* readCases(
  query: ScopedQueries,
  { from, to }: Window,
  areaOf: AreaOf,
): AsyncGenerator<readonly CaseFact[]> {
  let after = ''
  for (;;) {
    const rows = await query
      .selectFrom('case')
      .select(['id', 'category', 'matter', 'unit', 'contractor', 'lat', 'lon', 'root'])
      .select(['opened_at', 'closed_at', 'closing_reason', 'state'])
      .where('id', '>', after)
      .where('opened_at', '<', to)
      .where((where) =>
        where.or([where('closed_at', 'is', null), where('closed_at', '>=', from)]),
      )
      .orderBy('id')
      .limit(PAGE)
      .execute()
    const end = rows.at(-1)
    if (end === undefined) return
    const ids = rows.map(({ id }) => id)
    const told = await eventsOf(query, ids)
    const reported = await reportsOf(query, ids)
    yield rows
      .filter(({ state }) => state !== 'hidden')
      .map((row) => {
        const events = told.get(row.id) ?? silent
        const reports = reported.get(row.id) ?? unreported
        return Object.assign(ownFact(row, areaOf), events, reports)
      })
    after = end.id
  }
}

type OwnFact = Omit<CaseFact, keyof FromEvents | keyof FromReports>

function ownFact(
  row: Pick<
    Selectable<Tables['case']>,
    | 'id'
    | 'category'
    | 'matter'
    | 'unit'
    | 'contractor'
    | 'lat'
    | 'lon'
    | 'root'
    | 'opened_at'
    | 'closed_at'
    | 'closing_reason'
  >,
  areaOf: AreaOf,
): OwnFact {
  return {
    category: row.category,
    matter: matter.parse(row.matter),
    unit: row.unit,
    contractor: row.contractor,
    area: areaAt(row, areaOf),
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    reason: closingReason.nullable().parse(row.closing_reason),
    isMerged: row.root !== row.id,
  }
}

type FromEvents = Pick<
  CaseFact,
  | 'firstResponseAt'
  | 'reopenedAt'
  | 'satisfied'
  | 'unsatisfied'
  | 'deadlinesMet'
  | 'deadlinesMissed'
>
type FromReports = Pick<CaseFact, 'firstAlarmAt' | 'firstPersonAt' | 'personReports'>

const silent: FromEvents = {
  firstResponseAt: null,
  reopenedAt: [],
  satisfied: 0,
  unsatisfied: 0,
  deadlinesMet: 0,
  deadlinesMissed: 0,
}
const unreported: FromReports = {
  firstAlarmAt: null,
  firstPersonAt: null,
  personReports: 0,
}

async function eventsOf(
  query: ScopedQueries,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FromEvents>> {
  const found = new Map<string, FromEvents>()
  for (let from = 0; from < ids.length; from += CASES_AT_ONCE) {
    const rows = await query
      .selectFrom('case_event')
      .select(['case', 'kind', 'actor', 'at', 'visibility', 'data'])
      .where('case', 'in', ids.slice(from, from + CASES_AT_ONCE))
      .where('kind', 'in', ['moved', 'said', 'judged', 'deadline'])
      .orderBy('case')
      .orderBy('sequence')
      .limit(EVENTS_MAX)
      .execute()
    for (const row of rows) {
      const before = found.get(row.case) ?? silent
      const data = counted.parse(JSON.parse(row.data))
      found.set(row.case, withEvent(before, row, data))
    }
  }
  return found
}

interface EventRow {
  readonly kind: string
  readonly actor: string
  readonly at: number
  readonly visibility: string
}

function withEvent(
  before: FromEvents,
  row: EventRow,
  data: z.infer<typeof counted>,
): FromEvents {
  const { firstResponseAt, reopenedAt } = before
  const reopens = row.kind === 'moved' && data.from === 'closed' && data.to !== 'hidden'
  const deadline = row.kind === 'deadline' ? data.step : undefined
  return {
    firstResponseAt: firstResponseAt ?? (isAnswer(row, data) ? row.at : null),
    reopenedAt: reopens ? [...reopenedAt, row.at] : reopenedAt,
    satisfied: before.satisfied + Number(data.satisfied === true),
    unsatisfied: before.unsatisfied + Number(data.satisfied === false),
    deadlinesMet: before.deadlinesMet + Number(deadline === 'met'),
    deadlinesMissed: before.deadlinesMissed + Number(deadline === 'missed'),
  }
}

/** Did a person of the staff tell people something? */
function isAnswer(
  { visibility, actor }: EventRow,
  { followers }: z.infer<typeof counted>,
): boolean {
  const isTold = visibility === 'public' || followers === true
  return isTold && actor.startsWith('user:')
}

/** Of each case with all that was merged into it: a case in a storm is found in the storm's. */
async function reportsOf(
  query: ScopedQueries,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FromReports>> {
  const found = new Map<string, FromReports>()
  const rows = await query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select(['case.root as case', 'report.source'])
    .select((select) => [
      select.fn.min('report.received_at').as('first'),
      select.fn.countAll().as('count'),
    ])
    .where('case.root', 'in', ids)
    .groupBy(['case.root', 'report.source'])
    .execute()
  for (const { case: id, source, first, count } of rows) {
    const before = found.get(id) ?? unreported
    found.set(
      id,
      source === 'alarm'
        ? { ...before, firstAlarmAt: first }
        : {
            ...before,
            firstPersonAt: Math.min(before.firstPersonAt ?? Infinity, first),
            personReports: before.personReports + Number(count),
          },
    )
  }
  return found
}

function areaAt(
  { lat, lon }: { readonly lat: number | null; readonly lon: number | null },
  areaOf: AreaOf,
): string | null {
  return lat === null || lon === null ? null : areaOf({ lat, lon })
}
