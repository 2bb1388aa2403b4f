import type { KpisView } from '../../alarms/kpis/views.ts'

/** How many slots of ten minutes had how many alarms; the quiet ones are counted apart. */
export interface Distribution {
  /** Alarms in a slot, 1 and up without holes, at least to 10 and at most to 60. */
  readonly alarms: readonly number[]
  readonly slots: readonly number[]
  readonly quiet: number
  readonly all: number
}

/** A flood begins above this, so the axis reaches as far on a calm day too. */
const LEAST = 10
/** Everything above is in the last bar; nobody tells 61 from 90. */
const MOST = 60

/** Makes bars of the figures, which leave out what never happened. */
export function distributionOf({ count, distribution }: KpisView['slots']): Distribution {
  const busy = distribution.filter(({ annunciations }) => annunciations > 0)
  const top = Math.min(MOST, Math.max(LEAST, ...busy.map((one) => one.annunciations)))
  const slots = Array.from({ length: top }, () => 0)
  let loud = 0
  for (const one of busy) {
    const at = Math.min(one.annunciations, top) - 1
    slots[at] = (slots[at] ?? 0) + one.slots
    loud += one.slots
  }
  return {
    alarms: slots.map((_, index) => index + 1),
    slots,
    quiet: Math.max(0, count - loud),
    all: count,
  }
}
