import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Row } from './row.ts'

const kind = 'forecast'
const role = 'level'

describe('a forecast', () => {
  it('follows the line to the end of the horizon', () => {
    // 1 to 5, one a minute, is 65 an hour later. After forecast(#5,1h) in Zabbix 7,
    // tests/libs/zbxserver/evaluate_function.yaml.
    const row = Row.of({ kind, role, window: '10m', horizon: '1h', above: 65 - 1e-9 })
    expect(row.play('1 2 3 4 5 6', 60)).toBe('UUUUUT')
    expect(row.computed(300)).toBeCloseTo(66, 9)
    const five = Row.of({ kind, role, window: '8m', horizon: '1h', above: 65.001 })
    expect(five.play('1 2 3 4 5', 60)).toBe('UUUUF')
    expect(five.computed(240)).toBeCloseTo(65, 9)
  })

  it.each([
    {
      name: 'a fall to a lower limit',
      rule: { below: 0, horizon: '5m' },
      series: '20 18 16 14 12 10',
      answers: 'UUUUFT',
    },
    {
      name: 'a value that is there already, with no line at all',
      rule: { above: 50, horizon: '1m' },
      series: '60 10 60',
      answers: 'TUT',
    },
    {
      name: 'jitter without a direction, which is no forecast however badly it fits',
      rule: { above: 50, horizon: '10m' },
      series: '10 12 10 12 10 12 10',
      answers: 'UUUUFFF',
    },
    {
      name: 'a rise that fits badly, which says nothing',
      rule: { above: 30, horizon: '1h', minR2: 0.9 },
      series: '10 14 10 16 12 18 13',
      answers: 'UUUUUUU',
    },
    {
      name: 'values that are all equal, which fit perfectly',
      rule: { above: 30, horizon: '1h', minR2: 1 },
      series: '10 10 10 10 10 10',
      answers: 'UUUUFF',
    },
    {
      name: 'its newest reading UNKNOWN',
      rule: { above: 20, horizon: '10m' },
      series: '10 11 12 13 14 - 16',
      answers: 'UUUUTUT',
    },
  ])('sees $name', ({ rule, series, answers }) => {
    expect(Row.of({ kind, role, window: '8m', ...rule }).play(series, 60)).toBe(answers)
  })

  it('forgets the rise that left the window', () => {
    const row = Row.of({ kind, role, window: '4m', horizon: '10m', above: 30 })
    expect(row.play('10 12 14 16 18 18 18 18 18 18', 60)).toBe('UUUUTTFFFF')
  })

  it('is ordinary least squares over the readings of the window', () => {
    const step = fc.record({ gap: fc.integer({ min: 10, max: 40 }), value: fc.nat(1000) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 100 }), (history) => {
        // Cells of 10 s: no two readings share one. A large offset must not cost digits.
        const offset = 1e6
        const row = Row.of({ kind, role, window: '160s', horizon: '60s', above: 1e12 })
        let now = 0
        const said: { at: number; value: number }[] = []
        for (const { gap, value } of history) {
          now += gap
          said.push({ at: now, value })
          const answer = row.say(now, offset + value)
          const within = said.filter(({ at }) => at >= now - 160)
          const isKnown =
            within.length >= 5 && within[0] !== undefined && now - within[0].at >= 80
          const computed = row.computed(now) - offset
          expect(answer).toBe(isKnown ? 'F' : 'U')
          expect(isKnown ? computed : 0).toBeCloseTo(
            isKnown ? reached(within, now + 60) : 0,
            5,
          )
        }
      }),
    )
  })
})

/** The textbook's line, far from zero neither in time nor in value. */
function reached(points: readonly { at: number; value: number }[], at: number): number {
  const from = points[0]?.at ?? 0
  const mean = (of: (point: { at: number; value: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const time = mean((point) => point.at - from)
  const value = mean((point) => point.value)
  const product = mean((point) => (point.at - from - time) * (point.value - value))
  const square = mean((point) => (point.at - from - time) ** 2)
  return value + (product / square) * (at - from - time)
}
