import { expect, it } from 'vitest'
import { z } from 'zod'
import type { PointId } from '../../src/domain/ids.ts'
import type { Detector } from '../../src/rules/detector.ts'
import { restoreDetector } from '../../src/rules/engine.ts'
import { stateOfPages } from '../../src/rules/pages.ts'
import { type Lab, lab, labOf, organisation, target } from '../support/rules.ts'

const SIZE = 700
const targets = Array.from({ length: SIZE }, (_, index) => ({
  ...target({ onDelay: '60s' }),
  asset: `lamp-${index}`,
  points: new Map([['level', (index + 1) as PointId]]),
}))

/** Every third is too full: 233 wait for their delay. */
function waiting(): Lab {
  const tower = lab(...targets)
  for (let point = 1; point <= SIZE; point += 1) {
    tower.step({ kind: 'reading', point, value: point % 3 === 0 ? 60 : 40, at: 10 })
  }
  return tower
}

const rules = { organisation, version: 1, zone: 'Europe/Stockholm', targets }

it('goes on from several pages, of which some were saved later than others', () => {
  const tower = waiting()
  const first = tower.detector.changes()
  const pages = new Map(first.pages)
  expect([...pages.keys()]).toEqual([
    'head',
    't0',
    't1',
    't2',
    ...Array.from({ length: 22 }, (_, page) => `p${page}`),
  ])
  first.saved()
  tower.step({ kind: 'reading', point: 300, value: 60, at: 40 })
  const next = tower.detector.changes()
  const later = new Map(next.pages)
  // Targets are sorted by the name of their asset, points by their number.
  expect([...later.keys()]).toEqual(['head', 't0', 'p9'])
  const { engine, configurationVersion } = next
  const state = stateOfPages(new Map([...pages, ...later]))
  expectToGoOn(restoreDetector({ engine, configurationVersion, state }, rules), tower)
})

it('tells what was when it was asked, however late that is read', () => {
  const tower = waiting()
  const then = tower.detector.snapshot().state
  const { pages } = tower.detector.changes()
  tower.step({ kind: 'reading', point: 300, value: 61, at: 40 })
  expect(stateOfPages(pages)).toEqual(then)
  expect(stateOfPages(pages)).toEqual(then)
})

it('goes on from the larger pages of an older engine, and keeps none of them', () => {
  const tower = waiting()
  const { head, pages } = z
    .object({ head: z.unknown(), pages: z.record(z.string(), z.array(z.unknown())) })
    .parse(tower.detector.snapshot().state)
  const points = Object.entries(pages).filter(([key]) => key.startsWith('p'))
  const large: Record<string, unknown[]> = {}
  for (const [key, rows] of points)
    (large[`p${Number(key.slice(1)) >> 3}`] ??= []).push(...rows)
  const targets = Object.entries(pages).filter(([key]) => key.startsWith('t'))
  const state = { head, pages: { ...Object.fromEntries(targets), ...large } }
  expect(Object.keys(large)).toEqual(['p0', 'p1', 'p2'])
  const before = { engine: 'detector/3', configurationVersion: 1, state }
  const restored = restoreDetector(before, rules)
  expect(restored?.changes().isWhole).toBe(true)
  expectToGoOn(restored, tower)
})

function expectToGoOn(restored: Detector | undefined, tower: Lab): void {
  if (restored === undefined) throw new Error('the snapshot is ours')
  expect(restored.snapshot()).toEqual(tower.detector.snapshot())
  const timer = { kind: 'timer', at: 500 } as const
  const told = labOf(restored).say(timer)
  expect(told).toHaveLength(233)
  expect(told).toEqual(tower.say(timer))
}
