import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KpisView } from '../../../src/alarms/kpis/views.ts'
import { distributionOf } from '../../../src/console/kpis/distribution.ts'

const slots = (count: number, distribution: KpisView['slots']['distribution']) => ({
  count,
  aboveTarget: 0,
  timeAboveTarget: 0,
  distribution,
  busiest: [],
})

describe('alarms per ten minutes', () => {
  it('has a bar for what never happened, and the quiet slots apart', () => {
    const shown = distributionOf(
      slots(144, [
        { annunciations: 0, slots: 140 },
        { annunciations: 1, slots: 3 },
        { annunciations: 4, slots: 1 },
      ]),
    )
    expect(shown).toEqual({
      alarms: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      slots: [3, 0, 0, 1, 0, 0, 0, 0, 0, 0],
      quiet: 140,
      all: 144,
    })
  })

  it('puts everything above 60 into the last bar', () => {
    const shown = distributionOf(
      slots(3, [
        { annunciations: 60, slots: 1 },
        { annunciations: 5_000, slots: 2 },
      ]),
    )
    expect(shown.alarms).toHaveLength(60)
    expect(shown.slots.at(-1)).toBe(3)
  })

  it('counts every slot once', () => {
    const row = fc.record({
      annunciations: fc.integer({ min: 0, max: 200 }),
      slots: fc.integer({ min: 1, max: 50 }),
    })
    const rows = fc.uniqueArray(row, { selector: ({ annunciations }) => annunciations })
    fc.assert(
      fc.property(rows, (distribution) => {
        const all = distribution.reduce((sum, one) => sum + one.slots, 0)
        const shown = distributionOf(slots(all, distribution))
        expect(shown.quiet + shown.slots.reduce((sum, one) => sum + one, 0)).toBe(all)
      }),
    )
  })
})
