import type { ScopedQueries } from '../../database/database.ts'

/** One thing that changed, with its number in the organisation's feed. */
export interface FeedRow {
  readonly number: number
  readonly kind: string
  readonly subject: string
}

/** A follower further behind than this is told to load everything anew; so many rows are kept. */
export const CATCH_UP = 1_000

/** The rows after a number, in order; undefined when they are more than 1,000 or no longer all there. */
export async function rowsAfter(
  query: ScopedQueries,
  number: number,
): Promise<readonly FeedRow[] | undefined> {
  const rows = await query
    .selectFrom('feed')
    .select(['number', 'kind', 'subject'])
    .where('number', '>', number)
    .orderBy('number')
    .limit(CATCH_UP + 1)
    .execute()
  if (rows.length > CATCH_UP) return undefined
  // Numbers have no gaps, so a first row that is not the next one means that older ones are gone.
  const [first] = rows
  return first === undefined || first.number === number + 1 ? rows : undefined
}

/** The number of the newest row; 0 before the first. */
export async function currentNumber(query: ScopedQueries): Promise<number> {
  const row = await query.selectFrom('organisation').select('last_feed').executeTakeFirst()
  return row?.last_feed ?? 0
}

/** Of several changes of one thing only the last; they all say the same: look again. */
export function coalesce(rows: readonly FeedRow[]): readonly FeedRow[] {
  const last = new Map(rows.map((row) => [`${row.kind} ${row.subject}`, row.number]))
  return rows.filter((row) => last.get(`${row.kind} ${row.subject}`) === row.number)
}
