import { expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { restoreDetector } from '../../src/rules/engine.ts'
import { stateOfPages } from '../../src/rules/pages.ts'
import { lab, labOf, organisation, target } from '../support/rules.ts'

const SIZE = 700
const targets = Array.from({ length: SIZE }, (_, index) => ({
  ...target({ onDelay: '60s' }),
  asset: `lamp-${index}`,
  points: new Map([['level', (index + 1) as PointId]]),
}))

it('goes on from several pages, of which some were saved later than others', () => {
  const tower = lab(...targets)
  for (let point = 1; point <= SIZE; point += 1) {
    tower.step({ kind: 'reading', point, value: point % 3 === 0 ? 60 : 40, at: 10 })
  }
  const first = tower.detector.changes()
  expect([...first.pages.keys()].toSorted()).toEqual(
    ['head', 'p0', 'p1', 'p2', 't0', 't1', 't2'].toSorted(),
  )
  first.saved()
  tower.step({ kind: 'reading', point: 300, value: 60, at: 40 })
  const next = tower.detector.changes()
  // Targets are sorted by the name of their asset, points by their number.
  expect([...next.pages.keys()]).toEqual(['head', 't0', 'p1'])
  const rules = { organisation, version: 1, zone: 'Europe/Stockholm', targets }
  const snapshot = {
    engine: next.engine,
    configurationVersion: next.configurationVersion,
    state: stateOfPages(new Map([...first.pages, ...next.pages])),
  }
  const restored = restoreDetector(snapshot, rules)
  if (restored === undefined) throw new Error('the snapshot is ours')
  expect(restored.snapshot()).toEqual(tower.detector.snapshot())
  const timer = { kind: 'timer', at: 500 } as const
  const told = labOf(restored).say(timer)
  expect(told).toHaveLength(233)
  expect(told).toEqual(tower.say(timer))
})
