import { describe, expect, it } from 'vitest'
import { timeUs } from '../../src/domain/time.ts'
import { compileRoutes } from '../../src/routing/compile.ts'
import type { Routable } from '../../src/routing/routing.ts'
import { calendar, catalogueOf, friday, northOf, plain, square } from './town.ts'

const ask = (about: Partial<Routable>, ...catalogue: Parameters<typeof catalogueOf>) =>
  compileRoutes(catalogueOf(...catalogue), calendar).route({ ...plain, ...about }, friday)

/** So many metres north of the southern side of a square; a degree of latitude is 111,195 m. */
const at = (metres: number, south = 0) => ({
  lat: northOf(south) + metres / 111_195,
  lon: 11.405,
})

describe('routes', () => {
  it('give everything a route says, and the category speaks where it is silent', () => {
    const level = { order: 1, unit: 'a', person: 'anna', priority: 'urgent' }
    expect(ask({ category: 'dark' }, [level])).toEqual({
      unit: 'a',
      person: 'anna',
      priority: 'urgent',
      serviceLevel: 'lamps',
      order: 1,
      border: false,
    })
    const own = { order: 1, unit: 'a', serviceLevel: 'roads' }
    expect(ask({ category: 'dark', priority: 'low' }, [own])).toMatchObject({
      priority: 'low',
      serviceLevel: 'roads',
      person: null,
    })
    expect(ask({ category: 'dark' }, [])).toMatchObject({
      unit: null,
      order: null,
      serviceLevel: 'lamps',
    })
  })

  it('hand over to triage when the unit is gone, and say which route that is', () => {
    const catalogue = catalogueOf([
      { order: 1, unit: 'gone', person: 'anna' },
      { order: 2, unit: 'a' },
    ])
    const routes = compileRoutes(catalogue, calendar)
    expect(routes.route(plain, friday)).toMatchObject({
      unit: null,
      person: null,
      order: 1,
    })
    expect(routes.broken).toEqual([{ slug: null, order: 1, unit: 'gone' }])
  })

  it('let the owner of a thing speak before the ground it stands on', () => {
    const areas = new Map([['here', square(0, 0)]])
    const byArea = { order: 1, when: { area: 'here' }, unit: 'a' }
    const byMaintainer = { order: 9, when: { maintainer: 'LEVA' }, unit: 'b' }
    const lamp = { asset: 'asset-0' }
    expect(ask(lamp, [byArea, byMaintainer], areas).unit).toBe('b')
    expect(ask(lamp, [byArea], areas).unit).toBe('a')
    const both = { order: 2, when: { area: 'here', owner: 'Kommunen' }, unit: 'c' }
    expect(ask(lamp, [byArea, byMaintainer, both], areas).unit).toBe('c')
    const byCategory = { order: 5, when: { category: 'hole' }, unit: 'd' }
    expect(ask(lamp, [byArea, byCategory, byMaintainer], areas).unit).toBe('d')
    expect(ask(lamp, [byArea, byCategory], areas).unit).toBe('a')
  })

  it('know every door, and citizens as everybody but alarms', () => {
    const routes = [
      { order: 1, when: { source: 'phone' }, unit: 'a' },
      { order: 2, when: { source: 'citizen' }, unit: 'b' },
      { order: 3, when: { source: 'alarm' }, unit: 'c' },
    ]
    const unitOf = (source: Routable['source']) => ask({ source }, routes).unit
    expect(unitOf('phone')).toBe('a')
    expect(unitOf('open311')).toBe('b')
    expect(unitOf('citizen')).toBe('b')
    expect(unitOf('alarm')).toBe('c')
  })

  it('ask for answers, matter and priority', () => {
    const routes = [
      { order: 1, when: { answers: { size: ['big', 'huge'], wet: ['yes'] } }, unit: 'a' },
      { order: 2, when: { answers: { count: ['3'] } }, unit: 'b' },
      { order: 3, when: { matter: 'opinion' }, unit: 'c' },
      { order: 4, when: { priority: 'urgent' }, unit: 'd' },
    ]
    expect(ask({ answers: { size: ['small', 'huge'], wet: 'yes' } }, routes).unit).toBe('a')
    expect(ask({ answers: { size: 'huge' } }, routes).unit).toBeNull()
    expect(ask({ answers: { count: 3 } }, routes).unit).toBe('b')
    expect(ask({ matter: 'opinion' }, routes).unit).toBe('c')
    expect(ask({ priority: 'urgent' }, routes).unit).toBe('d')
  })

  it('know office hours, holidays and the night', () => {
    const times = [{ days: ['workday'], from: '07:00', to: '16:00' }]
    const routes = compileRoutes(
      catalogueOf([
        { order: 1, when: { times }, unit: 'a' },
        { order: 2, unit: 'b' },
      ]),
      calendar,
    )
    const unitAt = (iso: string) =>
      routes.route(plain, timeUs(Date.parse(iso) * 1_000)).unit
    expect(unitAt('2026-11-20T07:00:00+01:00')).toBe('a')
    expect(unitAt('2026-11-20T16:00:00+01:00')).toBe('b')
    expect(unitAt('2026-11-21T12:00:00+01:00')).toBe('b')
    expect(unitAt('2026-06-06T12:00:00+02:00')).toBe('b')
  })

  it('mark what lies within 25 m of a border that routes look at', () => {
    const areas = new Map([
      ['here', square(0, 0)],
      ['elsewhere', square(0, 5)],
    ])
    const routes = [{ order: 1, when: { area: 'here' }, unit: 'a' }]
    const border = (place: Routable['place']) => ask({ place }, routes, areas).border
    expect([-26, -24, 0, 24, 26].map((metres) => border(at(metres)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
    expect(border(at(0, 5))).toBe(false)
    expect(border(null)).toBe(false)
  })

  it('say of each route what did not hold', () => {
    const areas = new Map([['here', square(0, 0)]])
    const routes = compileRoutes(
      catalogueOf(
        [
          { order: 1, when: { category: 'dark', source: 'alarm' }, unit: 'a' },
          { order: 2, when: { area: 'here' }, unit: 'a' },
          { order: 3, when: { owner: 'Kommunen' }, unit: 'b' },
          { order: 4, unit: 'gone' },
        ],
        areas,
      ),
      calendar,
    )
    const {
      routing,
      routes: verdicts,
      areas: inside,
    } = routes.explain({ ...plain, asset: 'asset-0' }, friday)
    expect(routing.unit).toBe('b')
    expect(inside).toEqual(['here'])
    expect(
      verdicts.map(({ verdict, failed, broken }) => [verdict, failed, broken]),
    ).toEqual([
      ['fails', ['category', 'source'], false],
      ['yields', [], false],
      ['chosen', [], false],
      ['later', [], true],
    ])
  })

  it('close a ring that was left open', () => {
    const { name, ring } = square(0, 0)
    const areas = new Map([['here', { name, ring: ring.slice(0, -1) }]])
    const routes = [{ order: 1, when: { area: 'here' }, unit: 'a' }]
    expect(ask({ place: { lat: 58.202, lon: 11.405 } }, routes, areas).unit).toBe('a')
  })
})
