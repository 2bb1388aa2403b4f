import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Row } from './row.ts'

const kind = 'rateOfChange'
const role = 'level'

describe('rate of change', () => {
  it.each([
    {
      name: 'needs half a window between two readings',
      rule: { window: '10m', per: '1m', above: 1 },
      every: 60,
      series: '0 2 4 6 8 10 12',
      answers: 'UUUUUTT',
    },
    {
      name: 'is reached at the limit itself and left only below the deadband',
      rule: { window: '1m', per: '1m', above: 10, deadband: 2 },
      every: 60,
      series: '0 10 18 25.9 35.8 45.8',
      answers: 'UTTFFT',
    },
    {
      name: 'is LOW in a mirror',
      rule: { window: '1m', per: '1m', below: -10, deadband: 2 },
      every: 60,
      series: '0 -10 -18 -25.9 -35.8 -45.8',
      answers: 'UTTFFT',
    },
    {
      name: 'divides by the time that really passed',
      rule: { window: '10m', per: '1m', above: 1 },
      every: 60,
      series: '0 . . . . . . 6.9 . 9',
      answers: 'U......F.T',
    },
    {
      name: 'is UNKNOWN with its newest reading and goes on after it',
      rule: { window: '2m', per: '1m', above: 1 },
      every: 60,
      series: '0 1 - 3 4',
      answers: 'UTUTT',
    },
    {
      name: 'forgets what is older than the window',
      rule: { window: '2m', per: '1m', above: 1 },
      every: 60,
      series: '0 100 100 100 100',
      answers: 'UTTFF',
    },
    {
      name: 'takes a drop for a fall',
      rule: { window: '2m', per: '1m', above: 5 },
      every: 60,
      series: '100 110 4 14',
      answers: 'UTFF',
    },
    {
      name: 'takes the drop of a counter for a new beginning',
      rule: { window: '2m', per: '1m', above: 5, counter: true },
      every: 60,
      series: '100 110 4 14',
      answers: 'UTTT',
    },
  ])('$name', ({ rule, every, series, answers }) => {
    expect(Row.of({ kind, role, ...rule }).play(series, every)).toBe(answers)
  })

  it('counts what a counter counted across its resets', () => {
    const row = Row.of({ kind, role, window: '4m', per: '1m', above: 1, counter: true })
    row.play('100 110 4 14', 60)
    expect(row.computed(180)).toBe((10 + 4 + 10) / 3)
  })

  it('says what it holds against which limit', () => {
    const row = Row.of({ kind, role, window: '1m', per: '1h', above: 60, deadband: 5 })
    row.play('0 2', 60)
    expect(row.computed(60)).toBe(120)
    expect(row.limit(60)).toBe(60)
    expect(row.limit(60, false)).toBe(55)
    expect(row.due(60)).toBeUndefined()
  })

  it('is exact between the newest reading and one at most a 32nd younger than the oldest', () => {
    const steps = fc.record({ gap: fc.integer({ min: 1, max: 40 }), value: fc.nat(1000) })
    fc.assert(
      fc.property(fc.array(steps, { minLength: 2, maxLength: 300 }), (history) => {
        const row = Row.of({ kind, role, window: '160s', per: '1s', above: 1e9 })
        let now = 0
        const said: { at: number; value: number }[] = []
        for (const { gap, value } of history) {
          now += gap
          said.push({ at: now, value })
          const answer = row.say(now, value)
          const oldest = said.find(({ at }) => at >= now - 160)
          const possible = said.filter(
            ({ at }) =>
              oldest !== undefined && at >= oldest.at && at < oldest.at + 160 / 32,
          )
          const allowed = possible.map((past) =>
            now - past.at < 80 ? 'U' : ((value - past.value) / (now - past.at)).toFixed(9),
          )
          expect(allowed).toContain(answer === 'U' ? 'U' : row.computed(now).toFixed(9))
        }
      }),
    )
  })
})
