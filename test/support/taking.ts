import type { AdapterContext } from '../../src/adapters/adapter.ts'
import type { Envelope } from '../../src/domain/log-record.ts'

/** A reading log for an adapter under test that takes one envelope as it takes many. */
export function taking(
  append: (envelope: Envelope) => Promise<unknown>,
): Pick<AdapterContext, 'append' | 'appendAll'> {
  return {
    append,
    async appendAll(envelopes) {
      await Promise.all(envelopes.map((envelope) => append(envelope)))
    },
  }
}
