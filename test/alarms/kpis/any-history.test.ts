import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SLOT_US } from '../../../src/alarms/kpis/rates.ts'
import { kpisView } from '../../../src/alarms/kpis/views.ts'
import { acknowledged, active, DAY, kpis, start, told } from './facts.ts'

describe('any history', () => {
  const second = fc.integer({ min: 0, max: 86_399 })
  const name = fc.constantFrom('a/1', 'a/2', 'b/1')
  const history = fc.record({
    annunciations: fc.array(
      fc
        .tuple(name, second, fc.boolean())
        .map(([key, time, again]) => told(key, time, { again })),
      { maxLength: 60 },
    ),
    moves: fc
      .array(fc.tuple(name, second, fc.integer({ min: 0, max: 200 })), { maxLength: 30 })
      .map((all) => all.flatMap(([key, time, length]) => active(key, time, time + length))),
    acknowledgements: fc.array(
      fc.tuple(name, second).map(([key, time]) => acknowledged(key, time)),
      { maxLength: 20 },
    ),
  })

  it('gives the same figures in whatever order its rows come', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (some, dice) => {
        const shuffled = <T>(rows: readonly T[]): T[] =>
          rows
            .map((row) => ({ row, by: dice.next().value }))
            .toSorted((one, other) => one.by - other.by)
            .map(({ row }) => row)
        // Moves of one alarm and time are told apart by their number, which is the time here.
        const times = new Set(some.moves.map(({ alarm, at: time }) => `${alarm} ${time}`))
        fc.pre(times.size === some.moves.length)
        const other = {
          annunciations: shuffled(some.annunciations),
          moves: shuffled(some.moves),
          acknowledgements: shuffled(some.acknowledgements),
        }
        expect(kpis(other)).toEqual(kpis(some))
      }),
      { numRuns: 60 },
    )
  })

  it('has counts that add up over two windows that meet at a slot', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 143 }), (some, slot) => {
        const middle = start + slot * SLOT_US
        const counts = (from: number, to: number) => {
          const one = kpis(some, { window: { from, to } })
          return [
            one.annunciations,
            one.slots.count,
            one.slots.aboveTarget,
            one.floods.count,
            one.fleeting,
            one.stale.became,
            one.acknowledgement.asked,
            one.returnToNormal.count,
            one.reAlarms.count,
            one.suppression.raised,
            Math.round(one.active.total * 1e6),
          ]
        }
        const before = counts(start, middle)
        const after = counts(middle, start + DAY)
        expect(before.map((count, i) => count + (after[i] ?? 0))).toEqual(
          counts(start, start + DAY),
        )
      }),
      { numRuns: 100 },
    )
  })

  it('is what its schema says', () => {
    fc.assert(
      fc.property(history, (some) => {
        const one = kpis(some)
        expect(kpisView.parse(one)).toEqual(one)
      }),
      { numRuns: 40 },
    )
  })
})
