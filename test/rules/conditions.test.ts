import { describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import type { RuleTarget } from '../../src/rules/detector.ts'
import { lab, ruled, type Stimulus, target } from '../support/rules.ts'

const heard = (point: number, value: number, at: number): Stimulus => ({
  kind: 'reading',
  point,
  value,
  at,
})
const a = { kind: 'threshold', role: 'a', above: 50 }
const b = { kind: 'threshold', role: 'b', above: 50 }
const two = (text: Parameters<typeof ruled>[0]): RuleTarget => ({
  ...ruled(text),
  points: new Map([
    ['a', 1 as PointId],
    ['b', 2 as PointId],
  ]),
})

describe('levels', () => {
  const steps = [60, 70, 80].map((limit) => ({ limit, deadband: 10, priority: 3 }))
  const leveled = ruled({
    condition: { kind: 'levels', role: 'level', side: 'above', steps },
  })

  // The values of Kapacitor's documentation of resets; there 62 drops straight to the first level.
  it('drop through their own deadbands', () => {
    const tower = lab(leveled)
    const levels = [61, 73, 64, 85, 62, 56, 47].map((value, index) =>
      tower
        .step(heard(1, value, index * 60))
        .map(({ event, level }) => `${event} ${level}`),
    )
    expect(levels).toEqual([
      ['raised 1'],
      ['level 2'],
      [],
      ['level 3'],
      ['level 2'],
      ['level 1'],
      ['cleared 1'],
    ])
  })
})

describe('a tree', () => {
  it('names the leaves that decided', () => {
    const tower = lab(two({ condition: { kind: 'any', of: [a, b] } }))
    const [raised] = tower.step(heard(1, 40, 0), heard(2, 60, 10))
    expect(raised?.evidence).toMatchObject([
      { role: 'b', point: 2, value: 60, limit: 50, condition: 'threshold' },
    ])
  })

  it('does not know what was measured too long ago', () => {
    const tower = lab(two({ condition: { kind: 'all', of: [a, b] } }))
    expect(tower.say(heard(1, 60, 0), heard(2, 60, 181))).toEqual([])
    expect(tower.say(heard(1, 60, 200))).toEqual(['raised 200'])
  })

  it('takes the readings of one record and time together', () => {
    const tower = lab(two({ condition: { kind: 'oneOf', of: [a, b] } }))
    expect(tower.say(heard(1, 60, 0), heard(2, 60, 0))).toEqual([])
    expect(tower.say(heard(2, 40, 10))).toEqual(['raised 10'])
  })
})

describe('the end of an alarm', () => {
  it('waits for its own condition where the rule has one', () => {
    const rule = two({
      condition: a,
      clearWhen: { kind: 'threshold', role: 'b', below: 10 },
    })
    const tower = lab(rule)
    expect(tower.say(heard(2, 20, 0), heard(1, 60, 10), heard(1, 40, 20))).toEqual([
      'raised 10',
    ])
    expect(tower.say(heard(2, 5, 30))).toEqual(['cleared 30'])
  })

  it('comes with quiet where the source never tells of it', () => {
    const tower = lab(ruled({ condition: { ...a, role: 'level' }, quietClear: '10m' }))
    expect(tower.say(heard(1, 60, 0))).toEqual(['raised 0'])
    expect(tower.due()).toBe(600)
    expect(tower.say({ kind: 'timer', at: 600 })).toEqual(['cleared 600'])
    expect(tower.due()).toBeUndefined()
  })
})

describe('UNKNOWN', () => {
  const level = { ...a, role: 'level' }
  const bad = { kind: 'reading', value: null, quality: 'bad', at: 10 } as const

  it('is an alarm where the rule says so, and so is a value that is too old', () => {
    const tower = lab(ruled({ condition: level, onUnknown: 'raise' }))
    expect(tower.say(heard(1, 40, 0), bad, heard(1, 40, 20))).toEqual([
      'raised 10',
      'cleared 20',
    ])
    expect(tower.say({ kind: 'timer', at: 300 })).toEqual(['raised 200.000001'])
  })

  it('ends an alarm where the rule says so', () => {
    const tower = lab(ruled({ condition: level, onUnknown: 'clear' }))
    expect(tower.say(heard(1, 60, 0), bad)).toEqual(['raised 0', 'cleared 10'])
  })

  it('is what an uncertain value says where the rule holds', () => {
    const tower = lab(ruled({ condition: level, uncertain: 'hold' }))
    expect(tower.play('60? 60')).toEqual(['raised 60'])
  })
})

describe('a parameter', () => {
  it('by schedule is an edge that judges what is known, and starts the delay there', () => {
    // The tests begin on 2026-09-21 at 16:13:20 in Stockholm.
    const schedule = [{ during: { from: '16:20', to: '17:00' }, value: 50 }]
    const above = { schedule, otherwise: 100 }
    const rule = ruled({
      condition: { ...a, role: 'level', above },
      onDelay: '1m',
      maxGap: '1h',
    })
    const tower = lab(rule)
    expect(tower.say(heard(1, 60, 0))).toEqual([])
    expect(tower.due()).toBe(400)
    expect(tower.say({ kind: 'timer', at: 400 })).toEqual([])
    expect(tower.say({ kind: 'timer', at: 460 })).toEqual(['raised 460'])
    expect(tower.say({ kind: 'timer', at: 2_800 })).toEqual(['cleared 2800'])
  })

  it('that the asset lacks makes the condition UNKNOWN', () => {
    const condition = { ...a, role: 'level', above: { attribute: 'max' } }
    expect(lab(ruled({ condition })).say(heard(1, 60, 0))).toEqual([])
    const named = { ...ruled({ condition }), attributes: { max: 55 } }
    expect(lab(named).say(heard(1, 60, 0))).toEqual(['raised 0'])
  })
})

describe('a group', () => {
  const condition = { kind: 'group', edge: 'FEEDS', of: a, share: 0.5, population: 2 }
  const members = [1, 2, 3].map((point) => ({
    asset: `lamp-${point}`,
    points: new Map([['a', point as PointId]]),
    attributes: {},
  }))
  const feeder = { ...ruled({ condition }), asset: 'feeder', points: new Map(), members }

  it('counts its members that are known', () => {
    const tower = lab(feeder)
    expect(tower.say(heard(1, 60, 0))).toEqual([])
    expect(tower.say(heard(2, 40, 1))).toEqual(['raised 1'])
    expect(tower.say(heard(3, 40, 2))).toEqual(['cleared 2'])
    const [raised] = tower.step(heard(2, 60, 3))
    expect(raised).toMatchObject({
      key: { asset: 'feeder' },
      event: 'raised',
      evidence: [{ condition: 'group', limit: 2, computed: 2 }],
    })
  })
})

describe('what a detector explains', () => {
  it('is each node of the condition, and why it is not known', () => {
    const tower = lab(two({ condition: { kind: 'all', of: [a, b] }, onDelay: '5m' }))
    tower.say(heard(1, 60, 0))
    expect(tower.detector.explain('high', 'lamp-1')).toMatchObject({
      phase: 'NORMAL',
      condition: {
        kind: 'all',
        truth: 'unknown',
        of: [{ truth: 'true' }, { truth: 'unknown', because: 'no_reading' }],
      },
    })
    tower.say(heard(2, 60, 10))
    expect(tower.detector.explain('high', 'lamp-1')).toMatchObject({ phase: 'PENDING' })
    expect(tower.detector.explain('high', 'lamp-2')).toBeUndefined()
  })

  it('changes nothing', () => {
    const tower = lab(target({ onDelay: '5m' }))
    tower.play('60')
    const before = tower.detector.snapshot()
    tower.detector.explain('high', 'lamp-1')
    expect(tower.detector.snapshot()).toEqual(before)
  })
})
