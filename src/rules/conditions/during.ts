import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE } from '../truth.ts'
import type { Leaf } from './leaf.ts'
import { byClockAlone } from './by-clock-alone.ts'

/** TRUE during civil times of the organisation; never UNKNOWN. */
export const during: Leaf<LeafOf<'during'>> = {
  roles: () => [],
  lookBack: () => durationUs(0),
  isTimed: true,
  make: ({ times }, { calendar }) => ({
    ...byClockAlone,
    judge: (_row, at) => (calendar.within(times, at) ? TRUE : FALSE),
    due: (_row, at) => calendar.changes(times, at),
    figures: () => ({}),
  }),
}
