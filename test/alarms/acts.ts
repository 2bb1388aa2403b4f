import fc from 'fast-check'
import type { DetectorTransition } from '../../src/domain/transition.ts'

/** What people may ask that needs no more than a click. */
export type Word =
  | 'acknowledge'
  | 'unacknowledge'
  | 'confirm'
  | 'reset'
  | 'unshelve'
  | 'inService'

/** Something that happens in a history of one alarm. */
export type Act =
  | {
      readonly kind: 'say'
      readonly event: DetectorTransition['event']
      old: boolean
      level: number
    }
  /** The detector starts again from an earlier place and says all since then once more. */
  | { readonly kind: 'replay'; readonly from: number }
  | { readonly kind: 'ask'; readonly word: Word; readonly who: 'anna' | 'bo' }
  | { readonly kind: 'shelve'; readonly once: boolean; readonly minutes: number }
  | { readonly kind: 'out_of_service' }
  | { readonly kind: 'open_case' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'works' }
  /** The alarm that explains this one comes or goes. */
  | { readonly kind: 'cause'; readonly event: 'raised' | 'cleared' }
  | { readonly kind: 'wait'; readonly minutes: number }

/** Any of them, the detector's words most often. */
export const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      event: fc.constantFrom(
        'raised',
        'cleared',
        'raised',
        'cleared',
        'announced',
        'level',
        'evidence_lost',
        'evidence_back',
        'corrected',
        'withdrawn',
      ),
      old: fc.boolean(),
      level: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('replay' as const), from: fc.nat(20) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      word: fc.constantFrom<Word>(
        'acknowledge',
        'acknowledge',
        'unacknowledge',
        'confirm',
        'reset',
        'unshelve',
        'inService',
      ),
      who: fc.constantFrom('anna', 'bo'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('shelve' as const),
      once: fc.boolean(),
      minutes: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('out_of_service', 'open_case', 'comment', 'works'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cause' as const),
      event: fc.constantFrom('raised', 'cleared'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      minutes: fc.constantFrom(1, 10, 70),
    }),
  },
)
