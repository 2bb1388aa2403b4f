import type { ScopedQueries } from '../../database/database.ts'
import { Problem } from '../../domain/problem.ts'
import { timeUs } from '../../domain/time.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import { viewsOf } from '../case-views.ts'
import type { CaseFilter, Cases } from '../cases.ts'
import type { OwnParts } from '../parts.ts'

const LIST_MAX = 500
/** Longest text that is searched for, and most words of it. */
const SEARCH_MAX = 100
const WORDS_MAX = 5

/** The first page alone. */
export function listCases(parts: OwnParts): Cases['list'] {
  const page = pageOfCases(parts)
  return async (organisation, filter) => (await page(organisation, filter)).cases
}

/** One page of cases; `next` leads to the page after it. */
export function pageOfCases({ database, catalogue }: OwnParts): Cases['page'] {
  return async (organisation, filter) => {
    const query = database.read(organisation)
    const limit = Math.min(Math.max(Math.trunc(filter.limit), 1), LIST_MAX)
    const rows = await rowsOf(query, { ...filter, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    return {
      cases: await viewsOf(query, await catalogue(organisation), shown),
      next: rows.length > limit && last !== undefined ? cursorOf(last, filter.sort) : null,
    }
  }
}

async function rowsOf(
  query: ScopedQueries,
  filter: CaseFilter,
): Promise<readonly CaseRow[]> {
  const after = filter.cursor === undefined ? undefined : readCursor(filter)
  if (filter.sort !== 'due') {
    let rows = selected(query, filter).orderBy('changed_at', 'desc').orderBy('id')
    if (after !== undefined) {
      const { time, id } = after
      rows = rows.where((where) =>
        where.or([
          where('changed_at', '<', time ?? timeUs(0)),
          where.and([where('changed_at', '=', time ?? timeUs(0)), where('id', '>', id)]),
        ]),
      )
    }
    return (await rows.limit(filter.limit).execute()).map(caseRow)
  }
  const due = after?.time === null ? [] : await rowsDue(query, filter, after)
  if (due.length >= filter.limit) return due
  // What has no deadline comes after everything that has one.
  let rest = selected(query, filter).where('due_at', 'is', null).orderBy('id')
  if (after !== undefined && after.time === null) rest = rest.where('id', '>', after.id)
  const rows = await rest.limit(filter.limit - due.length).execute()
  return [...due, ...rows.map(caseRow)]
}

async function rowsDue(
  query: ScopedQueries,
  filter: CaseFilter,
  after: Cursor | undefined,
): Promise<readonly CaseRow[]> {
  let rows = selected(query, filter)
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .orderBy('id')
  if (after !== undefined) {
    const { time, id } = after
    rows = rows.where((where) =>
      where.or([
        where('due_at', '>', time),
        where.and([where('due_at', '=', time), where('id', '>', id)]),
      ]),
    )
  }
  return (await rows.limit(filter.limit).execute()).map(caseRow)
}

function selected(query: ScopedQueries, filter: CaseFilter) {
  const { which, asset, states, unit, category, assignee, contractor } = filter
  let rows = query.selectFrom('case').selectAll()
  if (which === 'open') rows = rows.where('closed_at', 'is', null)
  if (states !== undefined && states.length > 0) rows = rows.where('state', 'in', states)
  if (asset !== undefined) rows = rows.where('asset', '=', asset)
  if (unit === null) rows = rows.where('unit', 'is', null)
  else if (unit !== undefined) rows = rows.where('unit', '=', unit)
  if (category !== undefined) rows = rows.where('category', '=', category)
  if (assignee !== undefined) rows = rows.where('assignee', '=', assignee)
  if (contractor !== undefined) rows = rows.where('contractor', '=', contractor)
  const { box } = filter
  if (box !== undefined) {
    rows = rows
      .where('lat', '>=', box.south)
      .where('lat', '<=', box.north)
      .where('lon', '>=', box.west)
      .where('lon', '<=', box.east)
  }
  for (const word of wordsOf(filter.search))
    rows = rows.where('search', 'like', `%${word}%`)
  return rows
}

/** Signs with a meaning in patterns separate words, as spaces do. */
function wordsOf(search: string | undefined): readonly string[] {
  if (search === undefined) return []
  return search
    .slice(0, SEARCH_MAX)
    .toLowerCase()
    .split(/[\s%_\\]+/)
    .filter((word) => word !== '')
    .slice(0, WORDS_MAX)
}

interface Cursor {
  /** Null: among those without a deadline. */
  readonly time: CaseRow['due_at']
  readonly id: string
}

function cursorOf(row: CaseRow, sort: CaseFilter['sort']): string {
  const time = sort === 'due' ? row.due_at : row.changed_at
  return `${sort === 'due' ? 'd' : 'c'}.${time ?? ''}.${row.id}`
}

/** Throws Problem invalid for what no page gave. */
function readCursor({ cursor = '', sort }: CaseFilter): Cursor {
  const [, kind, time = '', id = ''] =
    /^([cd])\.(\d{0,16})\.([\w-]{1,128})$/.exec(cursor) ?? []
  const fits = kind === (sort === 'due' ? 'd' : 'c') && (kind === 'd' || time !== '')
  if (fits) return { time: time === '' ? null : timeUs(Number(time)), id }
  throw new Problem({
    kind: 'invalid',
    what: 'This is not where a page of this list ended.',
    where: 'cursor',
    next: 'Begin with the first page.',
  })
}
