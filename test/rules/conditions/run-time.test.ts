import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Row } from './row.ts'

const pump = { kind: 'runTime', role: 'running', budget: '10m', window: '1h' }

describe('a run time', () => {
  it('uses its budget up with time alone', () => {
    const row = Row.of(pump)
    for (let minute = 0; minute < 10; minute += 1) expect(row.say(minute * 60, 1)).toBe('U')
    expect(row.say(600, 1)).toBe('U')
    expect(row.computed(600)).toBe(600)
    expect(row.due(600)).toBe(600.000001)
    expect(row.ask(600.000001)).toBe('T')
  })

  it('does not count the gap for which no value vouches', () => {
    const row = Row.of(pump)
    row.say(0, 1)
    row.say(1000, 1)
    expect(row.computed(1000)).toBe(60)
    row.say(1030, null)
    row.say(1090, 0)
    expect(row.computed(1090)).toBe(90)
    expect(row.computed(1100)).toBe(90)
  })

  it('is FALSE within the budget only when half of the window is known', () => {
    const row = Row.of(pump)
    const answers = Array.from({ length: 32 }, (_, minute) => row.say(minute * 60, 0))
    expect(answers.join('')).toBe(`${'U'.repeat(30)}FF`)
  })

  it('gives back what leaves the window', () => {
    const row = Row.of(pump)
    for (let minute = 0; minute < 60; minute += 1) row.say(minute * 60, minute < 12 ? 1 : 0)
    expect(row.say(3600, 0)).toBe('T')
    // Two minutes more than the budget ran evenly from the beginning.
    const due = row.due(3600) ?? 0
    expect(Math.abs(due - 3720)).toBeLessThanOrEqual(1)
    for (let minute = 61; minute < 62; minute += 1) row.say(minute * 60, 0)
    expect(row.ask(3719)).toBe('T')
    expect(row.say(3722, 0)).toBe('F')
  })

  it('is UNKNOWN with its newest reading', () => {
    const row = Row.of({ ...pump, budget: '1m' })
    for (let minute = 0; minute < 5; minute += 1) row.say(minute * 60, 1)
    expect(row.ask(240)).toBe('T')
    expect(row.say(250, null)).toBe('U')
    expect(row.due(250)).toBeUndefined()
    expect(row.say(260, 0)).toBe('T')
  })

  it('agrees with adding up the stretches, but for a 32nd of the window', () => {
    const step = fc.record({
      gap: fc.integer({ min: 1, max: 200 }),
      said: fc.constantFrom(0, 1, null),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 150 }), (history) => {
        const row = Row.of({ ...pump, budget: '500s', window: '1280s' })
        let now = 0
        const said: { at: number; said: number | null }[] = []
        for (const { gap, said: what } of history) {
          now += gap
          said.push({ at: now, said: what })
          const answer = row.say(now, what)
          const { on, known } = sums(said, now - 1280, now)
          expect(Math.abs(row.computed(now) - on)).toBeLessThanOrEqual(40 + 1e-6)
          expect(allowed({ what, on, known })).toContain(answer)
        }
      }),
    )
  })
})

/** What it may answer with a budget of 500 s in 1280 s, when either sum is right to 40 s. */
function allowed({ what, on, known }: Known): string {
  if (what === null) return 'U'
  if (on > 540) return 'T'
  const within = known > 680 ? 'F' : known < 600 ? 'U' : 'FU'
  return on < 460 ? within : `T${within}`
}

interface Known {
  readonly what: number | null
  readonly on: number
  readonly known: number
}

/** Seconds on and known within a window: each value counts to the next, for a minute at most. */
function sums(
  said: readonly { at: number; said: number | null }[],
  begins: number,
  now: number,
) {
  let on = 0
  let known = 0
  said.forEach((each, index) => {
    if (each.said === null) return
    const end = Math.min(said[index + 1]?.at ?? now, each.at + 60)
    const within = Math.max(0, end - Math.max(each.at, begins))
    known += within
    if (each.said >= 0.5) on += within
  })
  return { on, known }
}
