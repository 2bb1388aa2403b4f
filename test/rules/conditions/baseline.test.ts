import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Row } from './row.ts'

const kind = 'baseline'
const role = 'flow'

describe('a moving baseline', () => {
  it.each([
    {
      name: 'is the median of the window, and needs its readings to reach back half of it',
      rule: { window: '4m', by: 3, samples: 2 },
      series: '10 11 12 13 20 21',
      answers: 'UUFFTT',
    },
    {
      name: 'needs its samples',
      rule: { window: '4m', by: 3, samples: 4 },
      series: '10 10 10 10 20',
      answers: 'UUUFT',
    },
    {
      name: 'ended some time ago',
      rule: { window: '2m', ago: '3m', by: 5, samples: 2 },
      series: '10 10 10 30 30 30 30 30 30',
      answers: 'UUUUTTTFF',
    },
    {
      name: 'is left only below the deadband',
      rule: { window: '10m', by: 5, deadband: 2, samples: 1, direction: 'above' },
      series: '10 10 10 10 10 10 15 13 12.9 14.9 15',
      answers: 'UUUUUFTTFFT',
    },
    {
      name: 'counts percent of its magnitude, in the direction that is meant',
      rule: { window: '10m', percent: 10, direction: 'below', samples: 1 },
      series: '-50 -50 -50 -50 -50 -50 -54.9 -55 -45',
      answers: 'UUUUUFFTF',
    },
    {
      name: 'is UNKNOWN for percent of 0',
      rule: { window: '2m', percent: 10, samples: 1 },
      series: '0 0 0 0',
      answers: 'UUUU',
    },
    {
      name: 'is UNKNOWN with its newest reading and goes on after it',
      rule: { window: '4m', by: 3, samples: 2 },
      series: '10 10 10 - 20',
      answers: 'UUFUT',
    },
  ])('$name', ({ rule, series, answers }) => {
    expect(Row.of({ kind, role, ...rule }).play(series, 60)).toBe(answers)
  })

  it('holds the mean of the last readings against it', () => {
    const smoothed = { kind, role, window: '2m', ago: '3m', smooth: '3m', samples: 2 }
    // Readings 1 to 5, one a minute: the mean of the last three minutes is 4, because the reading
    // three minutes ago is not in them. After avg(3m) in Zabbix 7,
    // tests/libs/zbxserver/evaluate_function.yaml.
    for (const [by, answer] of [
      [2.5, 'T'],
      [2.501, 'F'],
    ] as const) {
      const row = Row.of({ ...smoothed, by })
      for (const value of [1, 2, 3, 4]) row.say(value * 60, value)
      expect(row.say(300, 5)).toBe(answer)
      expect(row.computed(300)).toBe(1.5)
    }
  })

  it('says what is usual and where the limit lies in the unit of the point', () => {
    const rule = { window: '4m', percent: 10, deadband: 5, samples: 2, direction: 'below' }
    const row = Row.of({ kind, role, ...rule })
    row.play('200 200 200 150', 60)
    expect(row.computed(180)).toBe(200)
    expect(row.limit(180)).toBe(180)
    expect(row.limit(180, false)).toBe(190)
  })

  it('is not dragged along by an excursion while it lasts ago + window / 2, nor by half a window ever, however far it goes', () => {
    const noise = fc.array(fc.integer({ min: -5, max: 5 }), {
      minLength: 400,
      maxLength: 400,
    })
    fc.assert(
      fc.property(
        noise,
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 85 }),
        (history, excursion, length) => {
          const rule = { window: '128s', ago: '32s', by: 1e9 }
          const row = Row.of({ kind, role, ...rule })
          history.forEach((jitter, second) => {
            const isOut = second >= 200 && second < 200 + length
            row.say(second, 100 + jitter + (isOut ? excursion : 0))
            // Two cells of 5 s less than half of 128 s: both edges are rounded inwards.
            const isSafe = length <= 54 ? second >= 200 : isOut
            const moved = isSafe ? Math.abs(row.computed(second) - 100) : 0
            expect(moved).toBeLessThanOrEqual(5)
          })
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is the exact median where readings are further apart than a cell', () => {
    const step = fc.record({ gap: fc.integer({ min: 5, max: 40 }), value: fc.nat(100) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (history) => {
        // Cells of (128 + 32) / 32 = 5 s.
        const row = Row.of({ kind, role, window: '128s', ago: '32s', by: 1, samples: 3 })
        let now = 0
        const said: { at: number; value: number }[] = []
        for (const { gap, value } of history) {
          now += gap
          said.push({ at: now, value })
          const answer = row.say(now, value)
          const within = said.filter(({ at }) => at >= now - 160 && at <= now - 32)
          const [oldest] = within
          const isEnough =
            oldest !== undefined && oldest.at <= now - 96 && within.length >= 3
          expect(answer === 'U').toBe(!isEnough)
          if (!isEnough) continue
          const usual = medianOf(within.map((each) => each.value))
          expect(row.computed(now)).toBe(usual)
          expect(answer).toBe(Math.abs(value - usual) >= 1 ? 'T' : 'F')
        }
      }),
    )
  })

  it('lies among the means of the cells where readings are dense', () => {
    const values = fc.array(fc.nat(100), { minLength: 200, maxLength: 300 })
    fc.assert(
      fc.property(values, (history) => {
        const row = Row.of({ kind, role, window: '128s', ago: '32s', by: 1 })
        history.forEach((value, second) => row.say(second, value))
        const now = history.length - 1
        const within = history.slice(now - 160, now - 32 + 1)
        expect(row.computed(now)).toBeGreaterThanOrEqual(Math.min(...within))
        expect(row.computed(now)).toBeLessThanOrEqual(Math.max(...within))
      }),
      { numRuns: 30 },
    )
  })
})

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2
}
