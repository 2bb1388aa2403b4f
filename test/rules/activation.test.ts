import { describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import type { RuleTarget } from '../../src/rules/detector.ts'
import { createDetector } from '../../src/rules/engine.ts'
import {
  at,
  inputOf,
  lab,
  organisation,
  readingsOf,
  silence,
  target,
} from '../support/rules.ts'

const activation = (at: number, version: number, ...targets: readonly RuleTarget[]) =>
  ({ kind: 'activation', at, version, targets }) as const

const changed = (to: RuleTarget): RuleTarget => ({ ...to, ruleVersion: 2 })
const bound = (to: RuleTarget, point?: number): RuleTarget => ({
  ...to,
  points: new Map(point === undefined ? [] : [['level', point as PointId]]),
})

describe('a new version of the configuration', () => {
  it('changes nothing when it is activated twice', () => {
    const tower = lab(target())
    tower.play('60')
    expect(tower.say(activation(60, 1))).toEqual([])
    expect(tower.play('40', 120)).toEqual(['cleared 120'])
  })

  it('leaves rules that did not change as they were, their delays running on', () => {
    const tower = lab(target({ onDelay: '2m' }))
    tower.play('60 60')
    expect(tower.say(activation(70, 2, target({ onDelay: '2m' })))).toEqual([])
    expect(tower.due()).toBe(120)
    expect(tower.play('60', 120)).toEqual(['raised 120'])
  })

  it('lets a new rule wait for its first reading', () => {
    const tower = lab(silence())
    tower.play('60')
    expect(tower.say(activation(30, 2, silence(), target()))).toEqual([])
    expect(tower.play('60', 60)).toEqual(['raised 60'])
  })

  it('withdraws the alarm of a rule or asset that is gone', () => {
    const tower = lab(target(), silence())
    tower.say({ kind: 'timer', at: 600 })
    tower.play('60', 600)
    tower.say({ kind: 'timer', at: 1_200 })
    const withdrawn = tower.step(activation(1_300, 2))
    expect(withdrawn.map(({ key, event, ordinal }) => [key.rule, event, ordinal])).toEqual([
      ['high', 'withdrawn', 0],
      ['silent', 'withdrawn', 1],
    ])
    expect(tower.due()).toBeUndefined()
  })

  it('withdraws a clearing alarm too, and says nothing of a pending one', () => {
    const clearing = lab(target({ offDelay: '5m' }))
    clearing.play('60 40')
    expect(clearing.say(activation(70, 2))).toEqual(['withdrawn 70'])
    const pending = lab(target({ onDelay: '5m' }))
    pending.play('60 60')
    expect(pending.say(activation(70, 2))).toEqual([])
  })

  it('withdraws as history what nobody was told of', () => {
    const tower = lab(target())
    tower.say({ kind: 'reading', value: 60, at: 0, heard: 1_000 })
    expect(tower.say(activation(1_010, 2))).toEqual(['withdrawn 1010 historical'])
  })

  it('starts anew when a limit becomes a time-out', () => {
    const tower = lab(target())
    tower.play('60')
    const silent = { ...silence(), ruleId: 'high', ruleVersion: 2 }
    expect(tower.say(activation(60, 2, silent))).toEqual(['withdrawn 60'])
    expect(tower.due()).toBe(660)
  })
})

describe('a rule whose text changed', () => {
  it('keeps its alarm when the last value still holds', () => {
    const tower = lab(target())
    tower.play('60')
    expect(tower.say(activation(30, 2, changed(target({}, { above: 55 }))))).toEqual([])
    expect(tower.play('54', 60)).toEqual(['cleared 60'])
  })

  it('keeps its alarm when the last value lies in the new deadband', () => {
    const tower = lab(target())
    tower.play('60')
    const wider = changed(target({}, { above: 65, deadband: 10 }))
    expect(tower.say(activation(30, 2, wider))).toEqual([])
  })

  it('withdraws it, and never clears it, when the last value does not hold', () => {
    const tower = lab(target())
    tower.play('60')
    const [withdrawn] = tower.step(activation(30, 2, changed(target({}, { above: 70 }))))
    expect(withdrawn).toMatchObject({
      event: 'withdrawn',
      ruleVersion: 2,
      evidence: [{ value: 60, limit: 70 }],
    })
    expect(tower.play('69 70', 60)).toEqual(['raised 120'])
  })

  it('keeps it while the last value is UNKNOWN', () => {
    const tower = lab(target())
    tower.play('60 bad')
    expect(tower.say(activation(70, 2, changed(target({}, { above: 70 }))))).toEqual([])
    expect(tower.play('60', 120)).toEqual(['evidence_back 120', 'cleared 120'])
  })

  it('takes a clearing alarm back when the value holds again', () => {
    const tower = lab(target({ offDelay: '5m' }))
    tower.play('60 45')
    const lower = changed(target({ offDelay: '5m' }, { above: 40 }))
    expect(tower.say(activation(70, 2, lower))).toEqual([])
    expect(tower.due()).toBeUndefined()
    expect(tower.say(activation(80, 3))).toEqual(['withdrawn 80'])
  })

  it('measures a running on-delay by the new length', () => {
    const tower = lab(target({ onDelay: '10m' }))
    tower.play('60 60')
    expect(tower.say(activation(70, 2, changed(target({ onDelay: '1m' }))))).toEqual([])
    expect(tower.due()).toBe(60)
    expect(tower.say({ kind: 'timer', at: 71 })).toEqual(['raised 60'])
  })

  it('raises nothing by itself, even when the last value holds now', () => {
    const tower = lab(target())
    tower.play('40')
    const lower = changed(target({}, { above: 30 }))
    expect(tower.say(activation(30, 2, lower))).toEqual([])
    expect(tower.play('40', 60)).toEqual(['raised 60'])
  })

  it('keeps a silence that is one under the new time-out too, else withdraws it', () => {
    const tower = lab(silence())
    tower.say({ kind: 'reading', value: 1, at: 0 }, { kind: 'timer', at: 700 })
    const eleven = changed(silence({}, { timeout: '11m' }))
    expect(tower.say(activation(700, 2, eleven))).toEqual([])
    const hour = { ...silence({}, { timeout: '1h' }), ruleVersion: 3 }
    expect(tower.say(activation(710, 3, hour))).toEqual(['withdrawn 710'])
    expect(tower.due()).toBe(3_600)
  })
})

describe('a binding that changed', () => {
  it('keeps the alarm and waits for what the new point says', () => {
    const tower = lab(target())
    tower.play('60')
    expect(tower.say(activation(30, 2, bound(target(), 2)))).toEqual([])
    expect(tower.play('40', 60)).toEqual([])
    expect(tower.say({ kind: 'reading', value: 40, at: 20, heard: 70, point: 2 })).toEqual([
      'cleared 20',
    ])
  })

  it('starts a running on-delay anew', () => {
    const tower = lab(target({ onDelay: '2m', gapPolicy: 'hold' }))
    tower.play('60 60')
    tower.say(activation(70, 2, bound(target({ onDelay: '2m' }), 2)))
    expect(tower.due()).toBeUndefined()
  })

  it('that is gone leaves the alarm without evidence', () => {
    const tower = lab(target())
    tower.play('60')
    expect(tower.say(activation(30, 2, bound(target())))).toEqual(['evidence_lost 30'])
    expect(tower.say(activation(40, 3, target()))).toEqual([])
    expect(tower.play('60', 60)).toEqual(['evidence_back 60'])
  })

  it('to other devices gives them the whole time-out', () => {
    const tower = lab(silence())
    tower.say({ kind: 'reading', value: 1, at: 0 })
    tower.say(activation(500, 2, { ...silence(), devices: ['node-2'] }))
    expect(tower.due()).toBe(1_100)
  })
})

describe('what happened in one record', () => {
  it('is told by rule and then by asset, whatever the order of the configuration', () => {
    const targets = ['b2', 'a1', 'c3'].flatMap((asset) => [
      { ...target(), asset, ruleId: 'z' },
      { ...target(), asset, ruleId: 'y' },
    ])
    const told = ['0 y a1', '1 y b2', '2 y c3', '3 z a1', '4 z b2', '5 z c3']
    expect(raisedOf(targets)).toEqual(told)
    expect(raisedOf(targets.toReversed())).toEqual(told)
  })

  it('carries the place and time of the record, and the alarm key', () => {
    const [raised] = lab(target()).step({ kind: 'reading', value: 60, at: 0, heard: 20 })
    expect(raised).toMatchObject({
      key: { organisation: 'osby', rule: 'high', asset: 'lamp-1', discriminator: '' },
      event: 'raised',
      position: { epoch: 'test', sequence: 2 },
      ordinal: 0,
      ruleVersion: 1,
    })
  })

  it('shares one frozen list when it is nothing', () => {
    const { detector } = lab(target())
    const [first, second] = readingsOf('40 41').map((reading, index) =>
      detector.step(inputOf(reading, 2 + index)),
    )
    expect(first).toEqual([])
    expect(second).toBe(first)
    expect(Object.isFrozen(first)).toBe(true)
  })
})

describe('rules that cannot be', () => {
  it('of another organisation are refused', () => {
    const detector = createDetector(organisation)
    const rules = {
      organisation: 'lund' as typeof organisation,
      version: 1,
      zone: 'UTC',
      targets: [],
    }
    const position = { epoch: 'test', partition: 0, sequence: 1, index: 0 }
    const input = { kind: 'activation', position, ingest: at(0), rules } as const
    expect(() => detector.step(input)).toThrow('rules of lund for the detector of osby')
  })

  it('with one asset twice are refused', () => {
    expect(() => lab(target(), target())).toThrow('rule high has asset lamp-1 twice')
  })
})

/** Who is raised by one high value of the point all these targets watch, in order. */
function raisedOf(targets: readonly RuleTarget[]): readonly string[] {
  return lab(...targets)
    .step(...readingsOf('60'))
    .map(({ key, ordinal }) => `${ordinal} ${key.rule} ${key.asset}`)
}
