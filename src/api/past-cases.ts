import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import { matter, reportSource } from '../cases/views.ts'
import type { PastCase } from '../routing/dry-run.ts'

/** Cases read at once. */
const PAGE = 100

const opened = z.object({ report: z.string().optional(), source: reportSource.optional() })
const routed = z.object({ unit: z.string() })
const answers = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))

/** The events with which a case begins; its service level may come between them. */
const FIRST_EVENTS = 6

/** Cases as they came, the newest first, page by page; `only` for one of them. */
export async function* pastCases(
  query: ScopedQueries,
  only?: string,
): AsyncGenerator<readonly PastCase[]> {
  let last: Row | undefined
  for (;;) {
    const rows = await page(query, only, last)
    if (rows.length > 0) yield await asTheyCame(query, rows)
    last = rows.at(-1)
    if (rows.length < PAGE) return
  }
}

async function page(
  query: ScopedQueries,
  only: string | undefined,
  before: Row | undefined,
): Promise<readonly Row[]> {
  let found = query
    .selectFrom('case')
    .select(['id', 'number', 'category', 'asset', 'lat', 'lon', 'opened_at'])
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(PAGE)
  if (only !== undefined) found = found.where('id', '=', only)
  if (before !== undefined) {
    const { opened_at: at, id } = before
    found = found.where((eb) =>
      eb.or([
        eb('opened_at', '<', at),
        eb.and([eb('opened_at', '=', at), eb('id', '<', id)]),
      ]),
    )
  }
  return await found.execute()
}

interface Row {
  readonly id: string
  readonly number: string
  readonly category: string
  readonly asset: string | null
  readonly lat: number | null
  readonly lon: number | null
  readonly opened_at: PastCase['at']
}

async function asTheyCame(
  query: ScopedQueries,
  rows: readonly Row[],
): Promise<readonly PastCase[]> {
  const ids = rows.map(({ id }) => id)
  const events = await query
    .selectFrom('case_event')
    .select(['case', 'kind', 'at', 'data'])
    .where('case', 'in', ids)
    .where('kind', 'in', ['opened', 'routed'])
    .where('sequence', '<=', FIRST_EVENTS)
    .orderBy('sequence')
    .execute()
  const begun = new Map<string, ReturnType<typeof beginning>>()
  for (const id of ids) begun.set(id, beginning(events.filter((one) => one.case === id)))
  const reports = await reportsOf(
    query,
    [...begun.values()].flatMap(({ report }) => report ?? []),
  )
  return rows.map((row) => {
    const start = begun.get(row.id) ?? beginning([])
    return pastCase(row, start, reports.get(start.report ?? ''))
  })
}

type Report = Awaited<ReturnType<typeof reportsOf>> extends Map<string, infer R> ? R : never

/** As it was reported: what was made of it later is another matter. */
function pastCase(
  row: Row,
  start: ReturnType<typeof beginning>,
  report: Report | undefined,
): PastCase {
  const { category, asset, lat, lon } = report ?? row
  const place = lat === null || lon === null ? null : { lat, lon }
  const source = reportSource.catch('internal').parse(report?.source ?? start.source)
  return {
    id: row.id,
    number: row.number,
    at: start.at ?? row.opened_at,
    went: start.unit,
    about: {
      category,
      asset,
      place,
      source,
      matter: matter.catch('fault').parse(report?.matter),
      answers: answers.parse(JSON.parse(report?.answers ?? '{}')),
    },
  }
}

interface BeginningEvent {
  readonly kind: string
  readonly at: PastCase['at']
  readonly data: string
}

/** Its first report, and the unit it went to at once; null was triage. */
function beginning(events: readonly BeginningEvent[]) {
  const first = events.find(({ kind }) => kind === 'opened')
  const to = events.find(({ kind, at }) => kind === 'routed' && at === first?.at)
  return {
    ...(first === undefined ? {} : opened.parse(JSON.parse(first.data))),
    at: first?.at,
    unit: to === undefined ? null : routed.parse(JSON.parse(to.data)).unit,
  }
}

async function reportsOf(query: ScopedQueries, ids: readonly string[]) {
  const rows = await query
    .selectFrom('report')
    .select(['id', 'source', 'category', 'asset', 'lat', 'lon', 'matter', 'answers'])
    .where('id', 'in', ids.length === 0 ? [''] : ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}
