import { describe, expect, it } from 'vitest'
import type { ActiveRules, DetectorSnapshot } from '../../src/rules/detector.ts'
import { createDetector, restoreDetector } from '../../src/rules/engine.ts'
import { stateOfPages } from '../../src/rules/pages.ts'
import { lab, labOf, organisation, silence, target } from '../support/rules.ts'

const rules: ActiveRules = {
  organisation,
  version: 1,
  zone: 'Europe/Stockholm',
  targets: [target(), silence()],
}

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
    const none = { ...rules, version: 0, targets: [] }
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

  it('in pages says the same, and later only what changed', () => {
    const tower = lab(...rules.targets)
    tower.play('60 bad')
    const first = tower.detector.changes()
    expect(first.isWhole).toBe(true)
    const pages = new Map(first.pages)
    expect(stateOfPages(pages)).toEqual(tower.detector.snapshot().state)
    expect(tower.detector.changes().isWhole).toBe(true)
    first.saved()
    expect([...new Map(tower.detector.changes().pages).keys()]).toEqual(['head'])
    tower.play('60', 120)
    const next = tower.detector.changes()
    expect(next.isWhole).toBe(false)
    const together = new Map([...pages, ...next.pages])
    expect(stateOfPages(together)).toEqual(tower.detector.snapshot().state)
  })

  const head = { organisation, blindTo: null, since: null, targets: 2, points: 1 }
  const page = [0, [0, null, null, null, null]]
  it.each([
    ['of something else', { some: 'thing' }, 'is damaged'],
    ['of too few targets', { head: { ...head, targets: 0 }, pages: {} }, '0 states for 2'],
    ['without its pages', { head, pages: {} }, 'target 0 is missing'],
    [
      'with states of other kinds',
      { head, pages: { t0: [0, 0] } },
      'state 1: is of another kind',
    ],
    [
      'with a phase nobody knows',
      { head, pages: { t0: [0, [9, null, null, null, null]], p0: [[]] } },
      'is damaged',
    ],
    ['with damaged readings', { head, pages: { t0: page, p0: [7] } }, 'point 0'],
    [
      'of another organisation',
      { head: { ...head, organisation: 'lund' }, pages: {} },
      'it is of lund and not of osby',
    ],
  ])('%s is refused with the reason', (_, state, reason) => {
    const snapshot = { engine: taken().engine, configurationVersion: 1, state }
    expect(() => restoreDetector(snapshot, rules)).toThrow(reason)
  })
})
