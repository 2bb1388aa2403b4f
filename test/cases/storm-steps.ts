import fc from 'fast-check'
import { withMethods } from '../../crash/around.ts'
import type { Database } from '../../src/database/database.ts'
import { DatabaseLostError } from '../../src/database/errors.ts'

/** It dies before a write, inside of it, or when it is committed and nobody knows. */
const ways = ['before', 'inside', 'after'] as const

/** How the process dies: so many writes pass before. */
export interface Death {
  writes: number
  readonly way: (typeof ways)[number]
}

/** What may happen around reports, in any order. */
export type StormStep =
  /** Somebody reports: a lamp, or no thing at all, through the form or on the phone. */
  | { readonly kind: 'report'; readonly lamp: 0 | 1 | null; readonly isCalled: boolean }
  /** The write that comes after `writes` others is the process's last. */
  | { readonly kind: 'kill'; readonly writes: number; readonly way: (typeof ways)[number] }
  | { readonly kind: 'alarm'; readonly lamp: 0 | 1 }
  | { readonly kind: 'clear'; readonly lamp: 0 | 1 }
  /** The so-manieth report, sent again. */
  | { readonly kind: 'again'; readonly which: number }
  /** The so-manieth case, taken up, taken back, or merged. */
  | { readonly kind: 'start' | 'withdraw'; readonly which: number }
  | { readonly kind: 'merge'; readonly which: number; readonly into: number }
  | { readonly kind: 'place' }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }

const lamp = fc.constantFrom(0, 1)
const which = fc.nat(5)
/** The steps of one history. */
export const stormStep: fc.Arbitrary<StormStep> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      lamp: fc.constantFrom(0, 0, 1, null),
      isCalled: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('place', 'begin', 'end') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      writes: fc.nat(2),
      way: fc.constantFrom(...ways),
    }),
  },
  fc.record({ kind: fc.constantFrom('alarm', 'clear'), lamp }),
  fc.record({ kind: fc.constant('again' as const), which }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('start', 'withdraw'), which }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('merge' as const), which, into: which }),
  },
)

/** A database of which the process is cut off at the write that is its last. */
export function mortal(database: Database, life: { death: Death | undefined }): Database {
  return withMethods(database, {
    async write(organisation, lane, body) {
      if (life.death === undefined || life.death.writes-- > 0)
        return await database.write(organisation, lane, body)
      const { way } = life.death
      life.death = undefined
      if (way === 'before') throw new DatabaseLostError('killed')
      await database.write(organisation, lane, async (work) => {
        await body(work)
        if (way === 'inside') throw new DatabaseLostError('killed')
      })
      throw new DatabaseLostError('killed')
    },
  })
}
