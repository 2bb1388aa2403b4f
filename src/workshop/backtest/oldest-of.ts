import type { TimeUs } from '../../domain/time.ts'

/** Where a row stands in the order of time and id. */
export interface Place {
  readonly at: TimeUs
  readonly id: string
}

/** What a run is held against. */
export interface Held<T> {
  readonly list: readonly T[]
  /** There is more: these are the oldest. */
  readonly more: boolean
}

/** Of one kind that are held against a run. */
export const MOST_HELD = 10_000
/** Rows read at once. */
const PAGE = 10_000
/** Pages looked through for the assets of a rule; who has more of them than that chooses a shorter time. */
const MOST_PAGES = 300

/**
 * The oldest 10,000 rows since `from` of these assets. `read` gives at most so many rows behind a place, in their
 * order and of whatever assets: a rule may watch more of them than a query can name.
 */
export async function oldestOf<Row extends Place & { readonly asset: string | null }>(
  { from, assets }: { readonly from: TimeUs; readonly assets: ReadonlySet<string> },
  read: (behind: Place, atMost: number) => Promise<readonly Row[]>,
): Promise<Held<Row & { readonly asset: string }>> {
  const list: (Row & { readonly asset: string })[] = []
  // No id is empty: everything of that time lies behind it.
  let behind: Place = { at: from, id: '' }
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const rows = await read(behind, PAGE)
    for (const row of rows) {
      const { asset } = row
      if (asset === null || !assets.has(asset)) continue
      if (list.length === MOST_HELD) return { list, more: true }
      list.push({ ...row, asset })
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return { list, more: false }
    behind = last
  }
  return { list, more: true }
}
