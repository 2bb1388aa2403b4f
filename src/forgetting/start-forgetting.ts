import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, elapsed, HOUR, type TimeUs } from '../domain/time.ts'
import { forgetPages, type Forgets } from './forget-pages.ts'

const DAY = durationUs(24 * HOUR)
/** Pages of one hour, of all organisations and tables together; the rest of a round comes in the next one. */
export const PAGES_AN_HOUR = 200

export interface ForgettingParts {
  readonly database: Database
  readonly clock: Clock
  readonly organisations: () => Promise<readonly OrganisationId[]>
  /** In this order: what others hold on to goes after them. */
  readonly tables: readonly Forgets[]
  /** Left out: `PAGES_AN_HOUR`. */
  readonly pagesAnHour?: number
  readonly failed: (error: unknown) => void
}

interface Step {
  readonly organisation: OrganisationId
  readonly forgets: Forgets
  readonly after: string
}

/**
 * Forgets what is old in rounds over all organisations, one a day, the first an hour after the start. An
 * hour takes at most `PAGES_AN_HOUR` pages and goes on where the last one stopped; a restart begins the
 * round anew. A table that fails is left until the next round.
 */
export function startForgetting(parts: ForgettingParts): AsyncDisposable {
  const { clock, failed } = parts
  let begun: TimeUs | undefined
  let round: readonly Step[] = []
  async function hourly(): Promise<void> {
    const now = clock.now()
    if (round.length === 0) {
      if (begun !== undefined && elapsed(begun, now) < DAY) return
      round = (await parts.organisations()).flatMap((organisation) =>
        parts.tables.map((forgets) => ({ organisation, forgets, after: '' })),
      )
      begun = now
    }
    round = await walkOn(parts, round, now)
  }
  return every(HOUR, clock, hourly, failed)
}

/** What is left of the round after one hour. */
async function walkOn(
  { database, failed, pagesAnHour = PAGES_AN_HOUR }: ForgettingParts,
  round: readonly Step[],
  now: TimeUs,
): Promise<readonly Step[]> {
  let left = pagesAnHour
  for (const [at, step] of round.entries()) {
    if (left === 0) return round.slice(at)
    const { organisation, forgets, after } = step
    try {
      const walk = forgets(database, organisation, now)
      const walked = await forgetPages(database, organisation, walk, { after, pages: left })
      left -= walked.pages
      if (walked.after !== undefined)
        return [{ ...step, after: walked.after }, ...round.slice(at + 1)]
    } catch (error) {
      failed(error)
    }
  }
  return []
}
