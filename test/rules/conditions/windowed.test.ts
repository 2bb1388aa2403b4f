import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ParameterColumn } from '../../../src/rules/conditions/leaf.ts'
import { blockOf, Row, type Said, setting } from './row.ts'

/** One of every windowed kind, with windows short enough for a history to fill them. */
const conditions = [
  { kind: 'rateOfChange', role: 'a', window: '64s', per: '1s', above: 0.1, deadband: 0.05 },
  { kind: 'rateOfChange', role: 'a', window: '64s', per: '1s', below: 1, counter: true },
  { kind: 'flatline', role: 'a', window: '32s', epsilon: 1 },
  { kind: 'deviation', role: 'a', from: 'b', by: 2, deadband: 1, within: '30s' },
  {
    kind: 'baseline',
    role: 'a',
    window: '64s',
    ago: '16s',
    smooth: '8s',
    by: 1,
    deadband: 0.5,
  },
  { kind: 'baseline', role: 'a', window: '64s', percent: 20, samples: 3 },
  { kind: 'discrepancy', command: 'a', feedback: 'b', travel: '20s' },
  { kind: 'countInWindow', role: 'a', event: 'change', count: 3, window: '60s' },
  { kind: 'countInWindow', role: 'a', event: 'reading', count: 70, window: '640s' },
  { kind: 'runTime', role: 'a', budget: '20s', window: '96s', on: 2 },
  { kind: 'forecast', role: 'a', window: '64s', horizon: '30s', above: 5 },
] as const

interface Step {
  readonly gap: number
  readonly slot: number
  readonly said: Said
}

const step: fc.Arbitrary<Step> = fc.record({
  gap: fc.integer({ min: 1, max: 12_000 }).map((ms) => ms / 1000),
  slot: fc.constantFrom(0, 0, 1),
  said: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 5 }) },
    { weight: 1, arbitrary: fc.constantFrom(null, 'local') },
  ),
})
const history = fc.array(step, { minLength: 1, maxLength: 80 })

/** What a row answers to each step, with what it computed. */
function play(row: Row, { two, steps, from }: Played): readonly string[] {
  let now = from
  return steps.map(({ gap, slot, said }) => {
    now += gap
    const answer = row.say(now, said, two ? slot : 0)
    return `${answer} ${row.computed(now)} ${row.due(now)} ${row.block.known(row.row)}`
  })
}

interface Played {
  readonly two: boolean
  readonly steps: readonly Step[]
  readonly from: number
}

const lengthOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, { gap }) => sum + gap, 0)

describe.each(conditions)('$kind', (condition) => {
  const two = 'from' in condition || 'command' in condition

  it('goes on exactly from what it saved, also through JSON and in another block', () => {
    fc.assert(
      fc.property(history, history, (before, after) => {
        const row = Row.of(condition)
        play(row, { two, steps: before, from: 0 })
        const saved: unknown = JSON.parse(JSON.stringify(row.block.save(0)))
        const other = new Row(blockOf(condition), 2)
        play(other, { two, steps: after, from: 0 })
        other.block.load(2, saved)
        expect(other.block.save(2)).toEqual(row.block.save(0))
        const from = lengthOf(before)
        expect(play(other, { two, steps: after, from })).toEqual(
          play(row, { two, steps: after, from }),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('goes on exactly in a copy, which shares nothing with the original', () => {
    fc.assert(
      fc.property(history, history, history, (before, one, other) => {
        const row = Row.of(condition)
        const copy = new Row(row.block, 1)
        play(copy, { two, steps: one, from: 0 })
        play(row, { two, steps: before, from: 0 })
        row.block.copy(0, 1)
        const from = lengthOf(before)
        const again = Row.of(condition)
        play(again, { two, steps: before, from: 0 })
        const expected = play(again, { two, steps: other, from })
        play(row, { two, steps: one, from })
        expect(play(copy, { two, steps: other, from })).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  it('knows nothing any more once cleared', () => {
    fc.assert(
      fc.property(history, history, (before, after) => {
        const row = Row.of(condition)
        play(row, { two, steps: before, from: 0 })
        row.block.clear(0)
        expect(row.ask(lengthOf(before))).toBe('U')
        expect(row.block.known(0)).toBe(-Infinity)
        expect(play(row, { two, steps: after, from: 0 })).toEqual(
          play(Row.of(condition), { two, steps: after, from: 0 }),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('answers the same at every time before it is due', () => {
    fc.assert(
      fc.property(history, fc.double({ min: 0, max: 1, noNaN: true }), (steps, share) => {
        const row = Row.of(condition)
        let now = 0
        for (const { gap, slot, said } of steps) {
          now += gap
          const answer = row.say(now, said, two ? slot : 0)
          const due = row.due(now) ?? now + 1000
          expect(due).toBeGreaterThan(now)
          const between = Math.max(now, Math.min(due - 1e-6, now + (due - now) * share))
          expect(row.ask(between)).toBe(answer)
        }
      }),
    )
  })

  it('is due at last when time alone will change it', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const row = Row.of(condition)
        play(row, { two, steps, from: 0 })
        let now = lengthOf(steps)
        for (let turn = 0; turn < 100; turn += 1) {
          const due = row.due(now)
          if (due === undefined) return
          now = due
          row.ask(now)
        }
        expect.fail('asks to be woken for ever')
      }),
    )
  })

  it('refuses what it never saved, and says what is wrong', () => {
    const block = blockOf(condition)
    const saved = JSON.stringify(block.save(0))
    for (const wrong of [null, 7, [], [1], 'x', {}, JSON.parse(`[${saved}]`) as unknown])
      expect(() => block.load(0, wrong)).toThrow(/a saved window should have/)
  })

  it('needs at most 4 KiB for an asset, which is three rows', () => {
    const assets = 400
    const before = heldBytes()
    const block = blockOf(condition, setting(assets * 3))
    // Long and dense enough for every cell of the longest window to have an entry.
    const steps = Array.from({ length: 1500 }, (_, at): Step => {
      return { gap: 0.5, slot: at % 2, said: (at * 7) % 6 }
    })
    play(new Row(block, 0), { two, steps, from: 0 })
    for (let row = 1; row < assets * 3; row += 1) block.copy(0, row)
    expect((heldBytes() - before) / assets).toBeLessThanOrEqual(4096)
    expect(block.known(assets * 3 - 1)).toBeGreaterThan(0)
  })
})

/** The column of an attribute that no asset has. */
const lacking: ParameterColumn = { at: () => Number.NaN, changes: () => Infinity }

describe('a limit that is not a number written down', () => {
  const limited = [
    { kind: 'rateOfChange', role: 'a', window: '2s', per: '1s', above: 1 },
    { kind: 'deviation', role: 'a', from: 'b', by: 1, within: '1m' },
    { kind: 'baseline', role: 'a', window: '2s', by: 1, samples: 1 },
    { kind: 'forecast', role: 'a', window: '2s', horizon: '1s', above: 1, samples: 3 },
  ] as const

  it.each(limited)('makes $kind UNKNOWN where the asset lacks it', (condition) => {
    const row = Row.of(condition, { ...setting(1), parameter: () => lacking })
    row.say(0, 1, 1)
    expect([0, 1, 2, 3].map((second) => row.say(second, second)).join('')).toBe('UUUU')
  })

  it.each(limited)(
    'makes $kind due when the clock changes it, and then counts',
    (condition) => {
      const noon = 3_000_000
      const parameter = () => ({
        at: (_row: number, at: number) => (at < noon ? 1e9 : -1e9),
        changes: (_row: number, at: number) => (at < noon ? noon : Infinity),
      })
      const row = Row.of(condition, { ...setting(1), parameter })
      row.say(0, 1, 1)
      for (const second of [0, 1, 2]) row.say(second, second)
      expect([row.ask(2), row.due(2), row.ask(3), row.due(3)]).toEqual([
        'F',
        3,
        'T',
        undefined,
      ])
    },
  )
})

/** Bytes in typed arrays that are in use, which is where all of a window lives. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().arrayBuffers
}
