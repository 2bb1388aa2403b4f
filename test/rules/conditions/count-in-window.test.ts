import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Row } from './row.ts'

const kind = 'countInWindow'
const role = 'running'

describe('a count in a window', () => {
  it.each([
    { event: 'rising', series: '0 1 0 1 1 0 1', answers: 'UUUTTTT' },
    { event: 'falling', series: '1 0 1 0 0 1 0', answers: 'UUUTTTT' },
    { event: 'change', series: '1 2 2 3 3', answers: 'UUUTT' },
    { event: 'reading', series: '1 1', answers: 'UT' },
    { event: 'rising', series: '1 1 0.5 0.4 0.5 0 0.6', answers: 'UUUUUUT' },
    { event: 'rising', series: '0 - 1 - 1 0 1', answers: 'UUUUUUT' },
  ] as const)('counts $event in $series', ({ event, series, answers }) => {
    const row = Row.of({ kind, role, event, count: 2, window: '10m' })
    expect(row.play(series, 30)).toBe(answers)
  })

  it('leaves out what happened exactly a window ago', () => {
    // One reading a minute: three of them in the last three minutes. After avg(3m) in Zabbix 7,
    // tests/libs/zbxserver/evaluate_function.yaml, which takes values 3, 4 and 5 of 1 to 5.
    const row = Row.of({ kind, role, event: 'reading', count: 5, window: '3m' })
    row.play('1 2 3 4 5', 60)
    expect(row.computed(240)).toBe(3)
    const whole = Row.of({ kind, role, event: 'reading', count: 5, window: '5m' })
    expect(whole.play('1 2 3 4 5', 60)).toBe('UUUFT')
  })

  it('ends by itself when enough events have left', () => {
    const row = Row.of({ kind, role, event: 'rising', count: 2, window: '10m' })
    row.play('0 1 0 1', 60)
    expect(row.due(180)).toBe(660)
    expect(row.ask(659.999999)).toBe('T')
    expect(row.ask(660)).toBe('F')
    expect(row.due(660)).toBeUndefined()
  })

  it('takes few for too few only after half a window', () => {
    const row = Row.of({ kind, role, event: 'rising', count: 2, window: '10m' })
    expect(row.say(0, 0)).toBe('U')
    expect(row.due(0)).toBe(300)
    expect(row.ask(300)).toBe('F')
  })

  it('counts texts that change, and takes a text for UNKNOWN where an edge is meant', () => {
    const change = Row.of({ kind, role, event: 'change', count: 2, window: '10m' })
    expect(['auto', 'auto', 'local', 3].map((said, at) => change.say(at, said))).toEqual([
      'U',
      'U',
      'U',
      'T',
    ])
    const edge = Row.of({ kind, role, event: 'rising', count: 1, window: '10m' })
    edge.say(0, 0)
    expect(edge.say(1, 'local')).toBe('U')
    expect(edge.say(2, 1)).toBe('T')
  })

  it('is exact for 64 events or fewer, and right to a 64th of the window for more', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 250 })
    fc.assert(
      fc.property(gaps, fc.constantFrom(3, 64, 70), (history, count) => {
        const row = Row.of({ kind, role, event: 'reading', count, window: '640s' })
        let now = 0
        const said: number[] = []
        for (const gap of history) {
          now += gap
          said.push(now)
          row.say(now, 1)
          const exact = said.filter((at) => at > now - 640).length
          const fewest = said.filter((at) => at > now - 630).length
          const least = count <= 64 ? Math.min(count, exact) : fewest
          const most = count <= 64 ? least : exact
          expect(row.computed(now)).toBeGreaterThanOrEqual(least)
          expect(row.computed(now)).toBeLessThanOrEqual(most)
        }
      }),
    )
  })
})
