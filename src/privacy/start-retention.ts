import type { Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { HOUR, toIso } from '../domain/time.ts'
import type { Privacy, RetentionCount } from './privacy.ts'

export interface NightlyParts {
  readonly clock: Clock
  readonly privacy: Pick<Privacy, 'runRetention'>
  readonly organisations: () => Promise<readonly OrganisationId[]>
  /** Told of each organisation of which something was erased. */
  readonly done: (organisation: OrganisationId, counts: readonly RetentionCount[]) => void
  readonly failed: (error: unknown) => void
}

/** Hours of the night in UTC, when nobody waits for the database from Iceland to Finland. */
const night = { from: 0, to: 4 }

/**
 * Runs retention once a night, for one organisation after another. Forgets at a restart that it ran:
 * another run finds nothing to do. One organisation that fails does not keep the others waiting.
 */
export function startRetention({
  clock,
  privacy,
  organisations,
  done,
  failed,
}: NightlyParts): AsyncDisposable {
  let lastDay = ''
  async function nightly(): Promise<void> {
    const now = toIso(clock.now())
    const hour = Number(now.slice(11, 13))
    const day = now.slice(0, 10)
    if (day === lastDay || hour < night.from || hour >= night.to) return
    for (const organisation of await organisations()) {
      try {
        const counts = await privacy.runRetention(organisation, 'system')
        if (counts.length > 0) done(organisation, counts)
      } catch (error) {
        failed(error)
      }
    }
    lastDay = day
  }
  return every(HOUR, clock, nightly, failed)
}
