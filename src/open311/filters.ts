import { Problem } from '../domain/problem.ts'
import {
  durationUs,
  earlier,
  elapsed,
  HOUR,
  later,
  SECOND,
  type TimeUs,
} from '../domain/time.ts'
import { publicCategories } from '../cases/catalogue.ts'
import { serviceCode } from './config.ts'
import { floorSecond, readTime } from './dates.ts'
import { MOST_EXTENDED } from './extensions.ts'
import type { OpenDoor } from './jurisdictions.ts'
import { all, first, type Parameters } from './parameters.ts'
import { MOST_REQUESTS, type RequestFilter } from './requests.ts'

/** GeoReport v2: no more than 90 days at once. */
const LONGEST_WINDOW = durationUs(90 * 24 * HOUR)
/** A day with an hour put back is longer. */
const SLACK = durationUs(2 * HOUR)
/** Updates of so long, where nobody says since when. */
const USUAL_UPDATES = durationUs(24 * HOUR)
const LAST_PAGE = 10_000

/** What a list of requests is narrowed to. Throws Problem invalid that names the field. */
export function requestFilter(
  open: OpenDoor,
  query: Parameters,
  now: TimeUs,
): RequestFilter {
  const most = wantsExtensions(query) ? MOST_EXTENDED : MOST_REQUESTS
  const paged = pageOf(query, most)
  const ids = list(query, 'service_request_id')
  if (ids.length > most) throw tooMany('service_request_id', most)
  if (ids.length > 0) return { ...paged, ids }
  const updatedAfter = timeIn(open, query, 'updated_after')
  const updatedBefore = timeIn(open, query, 'updated_before')
  const [from, to] = [timeIn(open, query, 'start_date'), timeIn(open, query, 'end_date')]
  const byChange = updatedAfter !== undefined || updatedBefore !== undefined
  const windowed = !byChange || from !== undefined || to !== undefined
  const codes = list(query, 'service_code')
  return {
    ...paged,
    ...(windowed && { window: wholeTo(span({ from, to }, now, LONGEST_WINDOW)) }),
    ...(updatedAfter !== undefined && { updatedAfter }),
    ...(updatedBefore !== undefined && { updatedBefore: endOf(updatedBefore) }),
    ...(codes.length > 0 && {
      categories: publicCategories(open.catalogue)
        .map(([id]) => id)
        .filter((id) => codes.includes(serviceCode(id))),
    }),
    ...statuses(query),
  }
}

function pageOf(query: Parameters, most: number): Pick<RequestFilter, 'page' | 'pageSize'> {
  const page = count(query, 'page', LAST_PAGE) ?? 1
  return { page, pageSize: count(query, 'page_size', most) ?? most }
}

/** Does it ask for more than the contract has fields for? */
export function wantsExtensions(query: Parameters): boolean {
  return first(query, 'extensions')?.toLowerCase() === 'true'
}

/** Times are told to the second, so whoever asks up to a second means all of it. */
function endOf(time: TimeUs): TimeUs {
  return later(floorSecond(time), durationUs(SECOND - 1))
}

function wholeTo({ from, to }: Span): Span {
  return { from, to: endOf(to) }
}

interface Span {
  readonly from: TimeUs
  readonly to: TimeUs
}

/** The time that updates are asked for, both ends counted in. */
export function updateWindow(open: OpenDoor, query: Parameters, now: TimeUs): Span {
  const [from, to] = [timeIn(open, query, 'start_date'), timeIn(open, query, 'end_date')]
  return span({ from, to }, now, USUAL_UPDATES)
}

function span(
  { from, to }: { readonly from: TimeUs | undefined; readonly to: TimeUs | undefined },
  now: TimeUs,
  usual: typeof LONGEST_WINDOW,
): Span {
  const start = from ?? earlier(to ?? now, usual)
  const short = later(start, LONGEST_WINDOW)
  // From long ago without an end: as far as it goes, not up to now.
  const end = to ?? (short < now ? short : now)
  const length = elapsed(start, end)
  if (length < 0) throw backwards()
  if (length > LONGEST_WINDOW + SLACK) throw tooLong()
  return { from: start, to: end }
}

function timeIn(
  { catalogue, door }: OpenDoor,
  query: Parameters,
  field: string,
): TimeUs | undefined {
  const text = first(query, field)
  const { zone } = catalogue
  return text === undefined
    ? undefined
    : readTime(field, text, { zone, strict: door.strictTimes })
}

function statuses(query: Parameters): Pick<RequestFilter, 'statuses'> {
  const asked = list(query, 'status').map((status) => status.toLowerCase())
  if (asked.length === 0) return {}
  const known = asked.filter((status) => status === 'open' || status === 'closed')
  if (known.length < asked.length) throw wrongStatus()
  return { statuses: new Set(known) }
}

function list(query: Parameters, field: string): readonly string[] {
  return all(query, field)
    .flatMap((text) => text.split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function count(query: Parameters, field: string, most: number): number | undefined {
  const text = first(query, field)
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= most) return value
  throw new Problem({
    kind: 'invalid',
    what: `${field} is a number from 1 to ${most}`,
    where: field,
  })
}

function tooMany(field: string, most: number): Problem {
  return new Problem({
    kind: 'invalid',
    what: `${field} names more than ${most}`,
    where: field,
  })
}

function wrongStatus(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'status is open, closed or both',
    where: 'status',
  })
}

function backwards(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'end_date is before start_date',
    where: 'end_date',
  })
}

function tooLong(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'start_date and end_date are more than 90 days apart',
    where: 'start_date',
    next: 'Ask for 90 days at once, or page by updated_after',
  })
}
