import type { Database, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'

/** Rows of one page, and of one transaction that forgets. */
export const PAGE_ROWS = 1_000

/** A table of one organisation, from which old rows go. */
export interface Walk {
  /** The rows behind this id, in its order, and whether their time is over; fewer than `PAGE_ROWS` at the end. */
  readonly page: (
    after: string,
  ) => Promise<readonly { readonly id: string; readonly isOld: boolean }[]>
  /** Gives how many went. Awaits nothing but its own queries. */
  readonly forget: (work: UnitOfWork, ids: readonly string[]) => Promise<number>
}

/** What is old in an organisation at a time. */
export type Forgets = (
  database: Database,
  organisation: OrganisationId,
  now: TimeUs,
) => Walk

/** How far a walk came. */
export interface Walked {
  readonly forgotten: number
  readonly pages: number
  /** Where to go on; undefined at the end. */
  readonly after: string | undefined
}

/**
 * Forgets what is old, a page at a time, so that others get their turn between: each page is one query
 * by the key, and where something on it is old one transaction more.
 */
export async function forgetPages(
  database: Database,
  organisation: OrganisationId,
  walk: Walk,
  { after: start, pages: most }: { readonly after: string; readonly pages: number },
): Promise<Walked> {
  let [after, forgotten] = [start, 0]
  for (let pages = 1; ; pages += 1) {
    const rows = await walk.page(after)
    const old = rows.filter(({ isOld }) => isOld).map(({ id }) => id)
    if (old.length > 0) {
      forgotten += await database.write(organisation, 'normal', (work) =>
        walk.forget(work, old),
      )
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE_ROWS)
      return { forgotten, pages, after: undefined }
    after = last.id
    if (pages >= most) return { forgotten, pages, after }
  }
}
