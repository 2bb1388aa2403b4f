import { describe, expect, it } from 'vitest'

/** A server that some tests need: how to start it, or why that is not possible here. */
export type Service<T> =
  | { readonly kind: 'there'; readonly start: () => Promise<T> }
  | { readonly kind: 'missing'; readonly why: string }

/**
 * Whether the tests of this service must run: `REQUIRE_SERVICES=postgres,nats` turns "not there"
 * into a failure for those it names.
 */
export function requireService(name: string): boolean {
  const named = (process.env['REQUIRE_SERVICES'] ?? '').split(',')
  return named.some((one) => one.trim() === name)
}

/**
 * Runs the suite when its service is there. Else it is reported by name as not run, or fails when
 * `REQUIRE_SERVICES` names the service.
 */
export function describeWithService<T>(
  name: string,
  service: Service<T>,
  suite: (start: () => Promise<T>) => void,
): void {
  if (service.kind === 'there') {
    describe(`with ${name}`, () => suite(service.start))
  } else if (requireService(name)) {
    it(`has ${name}, which REQUIRE_SERVICES names`, () => {
      expect.fail(service.why)
    })
  } else {
    it(`with ${name}: not run`, ({ skip }) => skip(service.why))
  }
}
