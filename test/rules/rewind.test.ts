import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import type { RuleTarget } from '../../src/rules/detector.ts'
import { restoreDetector } from '../../src/rules/engine.ts'
import {
  inputOf,
  lab,
  labOf,
  organisation,
  ruled,
  type Stimulus,
} from '../support/rules.ts'
import { limits } from '../support/rule-histories.ts'

type Heard = Stimulus & { readonly kind: 'reading' }

const high = (role: string, above: number) => ({
  kind: 'threshold',
  role,
  above,
  deadband: 3,
})
const group = { kind: 'group', edge: 'FEEDS' }
const conditions = [
  { ...group, of: high('a', 50), share: 0.5, population: 2 },
  { ...group, value: 'sum', role: 'a', above: 100, deadband: 4 },
  { ...group, value: 'sum', role: 'a', below: 60, deadband: 4, mostUnknown: 0.5 },
  { ...group, value: 'mean', role: 'a', above: 50, deadband: 3, population: 2 },
  {
    kind: 'any',
    of: [
      { ...group, value: 'mean', role: 'a', below: 45 },
      { kind: 'nOfM', of: { ...group, value: 'sum', role: 'a', above: 104 }, n: 2, m: 3 },
    ],
  },
  { kind: 'all', of: [high('a', 50), { kind: 'not', of: high('b', 55) }] },
  { kind: 'any', of: [high('a', 55), high('b', 55)] },
  { kind: 'oneOf', of: [high('a', 50), high('b', 50)] },
  { kind: 'firstKnown', of: [high('a', 52), high('b', 48)] },
  { kind: 'all', of: [high('a', 50), { kind: 'lately', of: high('b', 55), within: '4m' }] },
  { kind: 'nOfM', of: high('a', 50), n: 2, m: 3 },
  {
    kind: 'levels',
    role: 'a',
    side: 'above',
    steps: [
      { limit: 50, deadband: 2, priority: 3 },
      { limit: 55, priority: 2 },
    ],
  },
  { kind: 'countInWindow', role: 'a', event: 'rising', on: 50, count: 2, window: '5m' },
  { kind: 'flatline', role: 'a', window: '4m', epsilon: 3, samples: 3 },
  { kind: 'rateOfChange', role: 'a', window: '4m', per: '1m', above: 2 },
  { kind: 'deviation', role: 'a', from: 'b', by: 6, within: '5m' },
  { kind: 'runTime', role: 'a', on: 50, budget: '90s', window: '5m' },
  { kind: 'discrepancy', command: 'a', feedback: 'b', travel: '1m', tolerance: 5 },
]

const trees: fc.Arbitrary<RuleTarget> = fc
  .record({
    condition: fc.constantFrom(...conditions),
    onDelay: fc.constantFrom('0s', '60s', '150s'),
    offDelay: fc.constantFrom('0s', '60s'),
    gapPolicy: fc.constantFrom('reset' as const, 'hold' as const),
    onUnknown: fc.constantFrom(
      'hold' as const,
      'hold' as const,
      'clear' as const,
      'raise' as const,
    ),
  })
  .map((text) => withTwoPoints(ruled(text)))

function withTwoPoints(rule: RuleTarget): RuleTarget {
  const points = new Map([
    ['a', 1 as PointId],
    ['b', 2 as PointId],
  ])
  // For a group each of the two points is one member's.
  const members = [1, 2].map((point) => ({
    asset: `lamp-${point}`,
    points: new Map([['a', point as PointId]]),
    attributes: {},
  }))
  return { ...rule, points, members }
}

/** Readings of two points at times of their own, and how much later than in order each is heard. */
const readings = fc.array(
  fc.record({
    wait: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
      fc.integer({ min: 1, max: 500 }),
    ),
    value: fc.integer({ min: 40, max: 60 }),
    point: fc.constantFrom(1, 1, 2),
    bad: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
    late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(290)),
  }),
  { maxLength: 40 },
)

/** What was measured, in its order, and in the order it is heard; never further behind than the window. */
const deliveries = readings.map((steps) => {
  let at = 0
  const measured = steps.map(({ wait, value, point, bad, late }) => {
    at += wait
    const said = bad ? { value: null, quality: 'bad' as const } : { value }
    const reading: Heard = { kind: 'reading', point, at, ...said }
    return { reading, key: at + late }
  })
  const heard = measured.toSorted((a, b) => a.key - b.key).map(({ reading }) => reading)
  return {
    inOrder: arriving(measured.map(({ reading }) => reading)),
    heard: arriving(heard),
  }
})

/** Each is heard at the newest time that was measured by then. */
function arriving(all: readonly Heard[]): readonly Heard[] {
  let now = 0
  return all.map((one) => {
    now = Math.max(now, one.at)
    return { ...one, heard: now }
  })
}

/** The history with every timer the detector asks for, and one at the end of time. */
function live(rule: RuleTarget, history: readonly Heard[]) {
  const tower = lab(rule)
  const said: DetectorTransition[] = []
  const wake = (now: number): void => {
    for (let due = tower.due(); due !== undefined && due < now; due = tower.due()) {
      said.push(...tower.step({ kind: 'timer', at: due }))
    }
  }
  for (const one of history) {
    wake(one.heard ?? one.at)
    said.push(...tower.step(one))
  }
  wake(20_000)
  return { said, state: stateNow(tower.detector.snapshot().state) }
}

/** What is kept of episodes whatever the checkpoints are: two windows, in µs. */
const KEPT = 600_000_000

/** A state without its checkpoints, and what those alone need: where they lie depends on what was heard when. */
function stateNow(state: unknown) {
  const { head, pages } = state as {
    head: unknown
    pages: Record<string, (0 | unknown[])[]>
  }
  const targets = pages['t0']?.map((saved) => {
    if (saved === 0) return 0
    const [now, , , parts, , , episodes] = saved as [number[], ...unknown[]]
    const from = (now[5] ?? 0) - KEPT
    const pairs = episodes as number[]
    return [now, parts, pairs.filter((_, index) => (pairs[index | 1] ?? 0) >= from)]
  })
  return { head, targets, points: pages['p0'] }
}

/** Episodes as someone understands who was told all this; what was corrected did not happen. */
function understood(said: readonly DetectorTransition[]): boolean {
  let isOpen = false
  for (const { event } of said) {
    if (event !== 'raised' && event !== 'cleared') continue
    expect(event).toBe(isOpen ? 'cleared' : 'raised')
    isOpen = event === 'raised'
  }
  return isOpen
}

describe('readings out of order, within the window', () => {
  it.each([
    ['limits', limits],
    ['trees and windows', trees],
  ])('leave the state they would leave in order: %s', (_, rules) => {
    fc.assert(
      fc.property(rules, deliveries, (rule, { inOrder, heard }) => {
        const own = { ...rule, points: new Map([...rule.points, ['level', 1 as PointId]]) }
        const straight = live(own, inOrder)
        const shuffled = live(own, heard)
        expect(shuffled.state).toEqual(straight.state)
        expect(understood(shuffled.said)).toBe(understood(straight.said))
        expect(straight.said.filter(({ late }) => late)).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  it('never end an alarm before the time that people were told it began', () => {
    const low = ruled({ condition: { kind: 'threshold', role: 'level', below: 50 } })
    const tower = lab(low)
    const say = (at: number, value: number, rest: object = {}) =>
      tower.say({ kind: 'reading', point: 1, at, value, heard: 9, ...rest })
    expect(say(0, 40)).toEqual(['raised 0'])
    // It began earlier, as is known now: the same alarm, and nothing to say.
    expect(say(-2, 40)).toEqual([])
    // And it was two: people know of the one that stands.
    expect(say(-1, 51)).toEqual(['corrected -2 historical late'])
    expect(say(10, 51, { heard: 10 })).toEqual(['cleared 10'])
  })

  it('tell that evidence came back before they announce', () => {
    const low = ruled({ condition: { kind: 'threshold', role: 'level', below: 50 } })
    const tower = lab(low)
    const say = (at: number, rest: object) =>
      tower.say({ kind: 'reading', point: 1, at, value: 40, heard: 0, ...rest })
    expect(say(-301, {})).toEqual(['raised -301 historical'])
    expect(say(0, { value: null, quality: 'bad' })).toEqual(['evidence_lost 0 historical'])
    expect(say(0, {})).toEqual(['evidence_back 0 historical late', 'announced 0 late'])
  })

  it('are told the same after a restart at any point', () => {
    fc.assert(
      fc.property(trees, deliveries, fc.nat(), (rule, { heard }, cut) => {
        const { detector } = lab(rule)
        const inputs = heard.map((one, index) => inputOf(one, index + 2))
        const before = cut % (inputs.length + 1)
        for (const input of inputs.slice(0, before)) detector.step(input)
        const saved = JSON.parse(JSON.stringify(detector.snapshot()))
        const rules = {
          organisation,
          version: 1,
          zone: 'Europe/Stockholm',
          targets: [rule],
        }
        const restored = restoreDetector(saved, rules)
        if (restored === undefined) throw new Error('the snapshot is ours')
        expect(restored.snapshot()).toEqual(saved)
        for (const input of inputs.slice(before)) {
          expect(restored.step(input)).toEqual(detector.step(input))
          expect(restored.nextDue()).toBe(detector.nextDue())
        }
        expect(labOf(restored).detector.snapshot()).toEqual(detector.snapshot())
      }),
      { numRuns: 300 },
    )
  })

  it('say nothing when they are heard twice', () => {
    fc.assert(
      fc.property(trees, deliveries, (rule, { heard }) => {
        const once = lab(rule)
        const twice = lab(rule)
        for (const one of heard) {
          expect(twice.say(one)).toEqual(once.say(one))
          expect(twice.say(one)).toEqual([])
        }
      }),
      { numRuns: 300 },
    )
  })
})
