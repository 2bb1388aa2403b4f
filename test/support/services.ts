import { describe } from 'vitest'

/** A server that some tests need: how to start it, or why that is not possible here. */
export type Service<T> =
  | { readonly kind: 'there'; readonly start: () => Promise<T> }
  | { readonly kind: 'missing'; readonly why: string }

/**
 * Whether the tests of this service must run: `REQUIRE_SERVICES=postgres,nats` turns "not there"
 * into a failure for those it names.
 */
function requireService(name: string): boolean {
  const named = (process.env['REQUIRE_SERVICES'] ?? '').split(',')
  return named.some((one) => one.trim() === name)
}

/**
 * Runs the suite with its service. Where the service is missing the suite is reported by name as
 * not run; or, when `REQUIRE_SERVICES` names it, `start` rejects and the suite fails. The suite
 * starts the service in `beforeAll`.
 */
export function describeWithService<T>(
  name: string,
  service: Service<T>,
  suite: (start: () => Promise<T>) => void,
): void {
  const why = service.kind === 'missing' ? service.why : undefined
  const skipped = why !== undefined && !requireService(name)
  const start =
    service.kind === 'there' ? service.start : () => Promise.reject(new Error(why))
  const note = skipped ? `: not run, ${why}` : ''
  describe.skipIf(skipped)(`with ${name}${note}`, () => {
    suite(start)
  })
}
