import { describe, expect, it } from 'vitest'
import type { ActiveRules, DetectorSnapshot } from '../../src/rules/detector.ts'
import { createDetector, restoreDetector } from '../../src/rules/engine.ts'
import { lab, labOf, organisation, silence, target } from '../support/rules.ts'

const rules: ActiveRules = { organisation, version: 1, targets: [target(), silence()] }

function taken(): DetectorSnapshot {
  const tower = lab(...rules.targets)
  tower.play('60 bad')
  return tower.detector.snapshot()
}

describe('a snapshot', () => {
  it('survives being written as JSON', () => {
    const snapshot = taken()
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
  })

  it('is not changed by what happens after it was taken', () => {
    const tower = lab(target())
    const snapshot = tower.detector.snapshot()
    const before = JSON.stringify(snapshot)
    tower.play('60')
    expect(JSON.stringify(snapshot)).toBe(before)
  })

  it('is not used by another engine or under another configuration', () => {
    const snapshot = taken()
    expect(restoreDetector({ ...snapshot, engine: 'detector/0' }, rules)).toBeUndefined()
    expect(restoreDetector(snapshot, { ...rules, version: 2 })).toBeUndefined()
    expect(restoreDetector(snapshot, rules)).toBeDefined()
  })

  it('of a detector without rules can be restored too', () => {
    const none = { organisation, version: 0, targets: [] }
    const snapshot = createDetector(organisation).snapshot()
    expect(restoreDetector(snapshot, none)?.nextDue()).toBeUndefined()
  })

  it('keeps what a switch and a text said', () => {
    const tower = lab(target({}, { above: 1 }))
    tower.step({ kind: 'reading', value: true, at: 0 })
    const restored = restoreDetector(tower.detector.snapshot(), {
      ...rules,
      targets: [target({}, { above: 1 })],
    })
    if (restored === undefined) throw new Error('the snapshot is ours')
    const withdrawal = { kind: 'activation', at: 60, version: 2, targets: [] } as const
    expect(labOf(restored).step(withdrawal)[0]?.evidence[0]?.value).toBe(true)
  })

  it.each([
    ['of something else', { some: 'thing' }, 'is damaged'],
    ['of too few targets', { organisation, blindTo: null, watches: [] }, '0 states for 2'],
    [
      'with states of other kinds',
      {
        organisation,
        blindTo: null,
        watches: [
          ['NORMAL', null, null, null, null],
          ['NORMAL', null, null, null, null],
        ],
      },
      'state 0 is of another kind',
    ],
    [
      'with a phase nobody knows',
      { organisation, blindTo: null, watches: [['ASLEEP', null, null, null, null]] },
      'is damaged',
    ],
    [
      'of another organisation',
      { organisation: 'lund', blindTo: null, watches: [] },
      'osby',
    ],
  ])('%s is refused with the reason', (_, state, reason) => {
    const snapshot = { engine: taken().engine, configurationVersion: 1, state }
    expect(() => restoreDetector(snapshot, rules)).toThrow(reason)
  })
})
