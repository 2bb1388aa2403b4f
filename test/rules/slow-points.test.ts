import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import type { ActiveRules, RuleTarget } from '../../src/rules/detector.ts'
import { restoreDetector } from '../../src/rules/engine.ts'
import {
  at,
  inputOf,
  lab,
  labOf,
  organisation,
  ruled,
  type Stimulus,
  target,
} from '../support/rules.ts'

/** Points that speak more seldom than the reorder window, so that checkpoints lie far behind. */
const high = (role: string) => ({ kind: 'threshold', role, above: 50, deadband: 2 })
const conditions = [
  { kind: 'any', of: [high('a'), high('b')] },
  { kind: 'all', of: [high('a'), high('b')] },
  { kind: 'all', of: [high('a'), { kind: 'lately', of: high('b'), within: '20m' }] },
  { kind: 'deviation', role: 'a', from: 'b', by: 6, within: '20m' },
  { kind: 'group', edge: 'FEEDS', value: 'sum', role: 'a', above: 100, deadband: 3 },
  { kind: 'group', edge: 'FEEDS', value: 'mean', role: 'a', below: 49 },
  { kind: 'group', edge: 'FEEDS', of: high('a'), atLeast: 1 },
]

const rules: fc.Arbitrary<RuleTarget> = fc
  .record({
    condition: fc.constantFrom(...conditions),
    onDelay: fc.constantFrom('0s', '1m', '9m'),
    offDelay: fc.constantFrom('0s', '1m', '9m'),
    gapPolicy: fc.constantFrom('reset' as const, 'hold' as const),
  })
  .map((text) => slow(ruled(text)))

/** Both points report every 7 minutes or so; a rule bears three times as much. */
function slow(rule: RuleTarget): RuleTarget {
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
  return { ...rule, points, members, interval: durationUs(7 * MINUTE) }
}

/** Now and then two come close together, and one may have been on its way for minutes. */
const histories: fc.Arbitrary<readonly Stimulus[]> = fc
  .array(
    fc.record({
      wait: fc.constantFrom(1, 30, 60, 130, 200, 500, 570, 1_230, 1_400),
      value: fc.constantFrom(40, 49, 60),
      point: fc.constantFrom(1, 2),
      late: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(299)),
    }),
    { minLength: 3, maxLength: 14 },
  )
  .map((steps) => {
    let now = 0
    return steps.map(({ wait, value, point, late }): Stimulus => {
      now += wait
      return { kind: 'reading', value, point, at: now - late, heard: now }
    })
  })

function active(rule: RuleTarget): ActiveRules {
  return { organisation, version: 1, zone: 'Europe/Stockholm', targets: [rule] }
}

/** So many records after each restart are held against those of a detector that went on. */
const AFTER = 5

function said(value: number, point: number, then: number, heard = then): Stimulus {
  return { kind: 'reading', value, point, at: then, heard }
}

describe('points that speak seldom', () => {
  it('are told of the same after a restart between any two records', () => {
    fc.assert(
      fc.property(rules, histories, (rule, history) => {
        const { detector } = lab(rule)
        const inputs = history.map((stimulus, index) => inputOf(stimulus, index + 2))
        const saved: string[] = []
        const told = inputs.map((input) => {
          saved.push(JSON.stringify(detector.snapshot()))
          return detector.step(input)
        })
        saved.forEach((snapshot, cut) => {
          const restored = restoreDetector(JSON.parse(snapshot), active(rule))
          const end = cut + AFTER
          expect(inputs.slice(cut, end).map((input) => restored?.step(input))).toEqual(
            told.slice(cut, end),
          )
        })
      }),
      { numRuns: 300 },
    )
  })

  it('end an alarm at a time that is found out much later, and it stays one alarm after a restart', () => {
    const rule = slow(
      ruled({ condition: { kind: 'any', of: [high('a'), high('b')] }, offDelay: '1m' }),
    )
    const tower = lab(rule)
    // At 1,320 nobody knows of b any more; at 2,300 it says that all was over by then.
    const told = tower.say(
      said(60, 1, 0),
      said(40, 2, 30),
      said(40, 1, 1_260),
      said(40, 2, 2_300),
      said(40, 1, 2_430),
    )
    expect(told).toEqual(['raised 0', 'cleared 1320'])
    const restored = restoreDetector(tower.detector.snapshot(), active(rule))
    if (restored === undefined) throw new Error('the snapshot is ours')
    const late = said(40, 1, 2_200, 2_430)
    expect(tower.say(late)).toEqual([])
    expect(labOf(restored).say(late)).toEqual([])
  })

  it('bear witness by what they had said when a delay ran out, though nobody woke the rule then', () => {
    const tower = lab({ ...target({ onDelay: '2m' }), interval: durationUs(15 * MINUTE) })
    const [raise] = tower.step(
      { kind: 'reading', value: 60, at: 0 },
      { kind: 'reading', value: 70, at: 900 },
    )
    expect(raise).toMatchObject({ event: 'raised', at: at(120) })
    expect(raise?.evidence).toMatchObject([{ value: 60, quality: 'good', at: at(0) }])
  })

  it('bear no witness of a time before their newest, in a replay', () => {
    const rule = slow(ruled({ condition: { kind: 'all', of: [high('a'), high('b')] } }))
    const tower = lab(rule)
    const raises = tower.step(
      { kind: 'reading', value: 60, point: 2, at: 0 },
      { kind: 'reading', value: 60, point: 2, at: 900 },
      { kind: 'reading', value: 60, point: 1, at: 880, heard: 901 },
    )
    expect(raises).toMatchObject([{ event: 'raised', at: at(880), late: true }])
    expect(raises[0]?.evidence).toMatchObject([
      { role: 'a', value: 60, quality: 'good' },
      { role: 'b', value: null, quality: 'bad', at: at(880) },
    ])
  })
})
