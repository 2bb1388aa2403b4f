import { describe, expect, it } from 'vitest'
import { chooseUnit } from '../../src/cases/route.ts'
import { route, type Area, type Route } from '../../src/cases/category.ts'
import { timeUs } from '../../src/domain/time.ts'
import type { Routable } from '../../src/routing/routing.ts'
import { catalogue } from './town.ts'

const square = (west: number, east: number): Area => ({
  name: 'A square',
  ring: [
    [west, 58],
    [east, 58],
    [east, 59],
    [west, 59],
    [west, 58],
  ],
})
const areas = new Map([
  ['west', square(11, 12)],
  ['east', square(12, 13)],
])
const units = new Map(['a', 'b', 'c'].map((id) => [id, { name: id }]))

const unitOf = (about: Partial<Routable>, routes: readonly Partial<Route>[]) =>
  chooseUnit(
    { ...catalogue, areas, units, routes: routes.map((one) => route.parse(one)) },
    { category: 'litter', asset: null, place: null, source: 'citizen', ...about },
    timeUs(Date.UTC(2026, 10, 20, 12) * 1_000),
  ).unit

describe('who gets a case', () => {
  it('is whoever the first rule that fits names, whatever order they are listed in', () => {
    const routes = [
      { order: 20, unit: 'a' },
      { order: 10, when: { category: 'litter' }, unit: 'b' },
    ]
    expect(unitOf({}, routes)).toBe('b')
    expect(unitOf({ category: 'lamp-dark' }, routes)).toBe('a')
  })

  it('is triage when no rule fits, or when the rule names a unit that is gone', () => {
    expect(unitOf({}, [])).toBeNull()
    expect(unitOf({}, [{ order: 1, when: { source: 'alarm' }, unit: 'a' }])).toBeNull()
    expect(
      unitOf({}, [
        { order: 1, unit: 'gone' },
        { order: 2, unit: 'a' },
      ]),
    ).toBeNull()
  })

  it('follows the area that the place lies in', () => {
    const routes = [
      { order: 1, when: { area: 'west' }, unit: 'a' },
      { order: 2, when: { area: 'east' }, unit: 'b' },
    ]
    expect(unitOf({ place: { lat: 58.5, lon: 11.5 } }, routes)).toBe('a')
    expect(unitOf({ place: { lat: 58.5, lon: 12.5 } }, routes)).toBe('b')
    expect(unitOf({ place: { lat: 58.5, lon: 14 } }, routes)).toBeNull()
    expect(unitOf({ place: null }, routes)).toBeNull()
    expect(unitOf({ place: { lat: 58.5, lon: 12 } }, routes)).toBe('a')
    expect(unitOf({ place: { lat: 58.5, lon: 12 } }, routes.toReversed())).toBe('a')
  })

  it('goes to whoever mends the thing, not to whoever owns it', () => {
    const routes = [
      { order: 1, when: { maintainer: 'Lysekils kommun' }, unit: 'a' },
      { order: 2, when: { maintainer: 'LEVA' }, unit: 'b' },
    ]
    expect(unitOf({ asset: 'lamp-1' }, routes)).toBe('b')
    expect(unitOf({ asset: 'lamp-0' }, routes)).toBeNull()
  })

  it('needs every condition of a rule', () => {
    const both = [
      { order: 1, when: { category: 'litter', source: 'alarm' as const }, unit: 'a' },
    ]
    expect(unitOf({ source: 'alarm' }, both)).toBe('a')
    expect(unitOf({ source: 'citizen' }, both)).toBeNull()
  })
})
