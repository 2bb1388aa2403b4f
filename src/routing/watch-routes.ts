import type { Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { MINUTE } from '../domain/time.ts'
import type { BrokenRoute, CompiledRoutes } from './routing.ts'

/**
 * Tells the operator of routes that are broken: at the start, and within a minute after another
 * configuration came into force. Each configuration is told of once. What such a route takes goes to
 * triage; nobody should have to notice that by the cases that lie there.
 */
export function watchRoutes({
  organisations,
  routesOf,
  clock,
  broken,
  failed,
}: {
  readonly organisations: () => Promise<readonly OrganisationId[]>
  /** The same object as long as the configuration is the same. */
  readonly routesOf: (organisation: OrganisationId) => Promise<CompiledRoutes>
  readonly clock: Clock
  readonly broken: (organisation: OrganisationId, routes: readonly BrokenRoute[]) => void
  /** Hears of what could not be looked at; it is tried again. */
  readonly failed: (error: unknown) => void
}): AsyncDisposable {
  const told = new WeakSet<CompiledRoutes>()
  const look = async (): Promise<void> => {
    for (const organisation of await organisations()) {
      const routes = await routesOf(organisation)
      if (told.has(routes)) continue
      told.add(routes)
      if (routes.broken.length > 0) broken(organisation, routes.broken)
    }
  }
  const first = look().catch(failed)
  const watching = every(MINUTE, clock, look, failed)
  return {
    async [Symbol.asyncDispose]() {
      await first
      await watching[Symbol.asyncDispose]()
    },
  }
}
