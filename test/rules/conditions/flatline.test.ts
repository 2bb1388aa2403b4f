import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Row } from './row.ts'

const kind = 'flatline'
const role = 'level'

describe('a flat line', () => {
  it.each([
    {
      name: 'needs the whole window',
      rule: { window: '4m' },
      series: '5 5 5 5 5 5',
      answers: 'UUUUTT',
    },
    {
      name: 'needs its samples',
      rule: { window: '4m', samples: 4 },
      series: '5 . . . 5 5 5',
      answers: 'U...UUT',
    },
    {
      name: 'is over at the first value that moved, however little is known',
      rule: { window: '4m' },
      series: '5 5 6 6 6 6 6 6',
      answers: 'UUFFFFTT',
    },
    {
      name: 'allows exactly epsilon',
      rule: { window: '2m', epsilon: 0.5 },
      series: '5 5.5 5 5.5 5.501 5 5.5 5.5',
      answers: 'UUTTFFFT',
    },
    {
      name: 'is UNKNOWN with its newest reading and goes on after it',
      rule: { window: '2m' },
      series: '5 5 5 - 5 5 5',
      answers: 'UUTUUTT',
    },
    {
      name: 'counts the value with which the window began',
      rule: { window: '150s', samples: 3 },
      series: '6 . 5 5 5 5',
      answers: 'U.FFFT',
    },
  ])('$name', ({ rule, series, answers }) => {
    expect(Row.of({ kind, role, ...rule }).play(series, 60)).toBe(answers)
  })

  it('says how much the value moved', () => {
    const row = Row.of({ kind, role, window: '4m', epsilon: 1 })
    row.play('5 7 6', 60)
    expect(row.computed(120)).toBe(2)
    expect(row.limit(120)).toBe(1)
  })

  it('agrees with looking at every reading, but for a 32nd at the old edge', () => {
    const step = fc.record({ gap: fc.integer({ min: 1, max: 30 }), value: fc.nat(2) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (history) => {
        const row = Row.of({ kind, role, window: '64s', epsilon: 1 })
        let now = 0
        const said: { at: number; value: number }[] = []
        for (const { gap, value } of history) {
          now += gap
          said.push({ at: now, value })
          const answer = row.say(now, value)
          const exact = flatAt(said, now - 64)
          // The cells are 2 s: what shares one with the value at the beginning counts too.
          const begins = said.findLast(({ at }) => at <= now - 64)?.at ?? 0
          const wider = flatAt(said, Math.floor(begins / 2) * 2 - 1)
          const isFlat = exact.covered && exact.readings >= 3 && exact.spread <= 1
          const allowed =
            exact.spread > 1 ? 'F' : isFlat ? (wider.spread > 1 ? 'FT' : 'T') : 'FU'
          expect(allowed).toContain(answer)
        }
      }),
    )
  })
})

function flatAt(said: readonly { at: number; value: number }[], begins: number) {
  const within = said.filter(({ at }) => at > begins)
  const before = said.findLast(({ at }) => at <= begins)
  const all = before === undefined ? within : [before, ...within]
  const values = all.map(({ value }) => value)
  return {
    covered: before !== undefined,
    spread: Math.max(...values) - Math.min(...values),
    readings: all.length,
  }
}
