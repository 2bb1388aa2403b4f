import { beforeAll, describe, expect, it } from 'vitest'
import type { FaultName } from '../../simulators/fault.ts'
import { createTown, type Town, type TownDevice } from '../../simulators/town.ts'
import type { ActiveConfiguration } from '../../src/configuration/active.ts'
import { HOUR, later, MINUTE, SECOND, durationUs } from '../../src/domain/time.ts'
import { Problem } from '../../src/domain/problem.ts'
import { fjordvik, strandkoping } from '../support/service.ts'
import {
  at,
  demoConfiguration,
  inject,
  townFrom,
  understand,
  type Understood,
} from './demo-town.ts'

const night = '2026-11-20T20:00:00Z'
const noon = '2026-11-20T11:00:00Z'
const hours = (count: number) => durationUs(count * HOUR)
const minutes = (count: number) => durationUs(count * MINUTE)

let configuration: ActiveConfiguration
beforeAll(async () => {
  configuration = await demoConfiguration(strandkoping)
})

/** A town that has run for a while, and what it says in the 10 minutes after that. */
function said(start: string, faults: readonly (readonly [string, FaultName])[] = []) {
  const town = townFrom(configuration, { start })
  for (const [device, name] of faults) inject(town, device, name)
  return listen(town, start, 10)
}

function listen(town: Town, from: string, length: number): readonly Understood[] {
  return understand(configuration, town.advance(later(at(from), minutes(length))))
}

function of(device: string, heard: readonly Understood[]): readonly Understood[] {
  return heard.filter((one) => one.device === device)
}

function valuesOf(role: string, heard: readonly Understood[]): readonly unknown[] {
  return heard.map(({ values }) => values[role])
}

function numbersOf(role: string, heard: readonly Understood[]): readonly number[] {
  return valuesOf(role, heard).map(Number)
}

function refusalOf(work: () => void) {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error.details
    throw error
  }
  throw new Error('expected a Problem')
}

describe('the simulated town', () => {
  it('says the same again with the same seed and clock, however often it is asked', () => {
    const [one, two] = [1, 2].map(() => townFrom(configuration, { start: night }))
    const whole = one?.advance(later(at(night), hours(2)))
    const pieces = Array.from({ length: 120 }, (_, index) =>
      two?.advance(later(at(night), minutes(index + 1))),
    )
    expect(whole?.length).toBeGreaterThan(5_000)
    expect(pieces.flat()).toEqual(whole)
  })

  it('says something else with another seed', () => {
    const other = townFrom(configuration, { start: night, seed: 18 })
    const town = townFrom(configuration, { start: night })
    const until = later(at(night), minutes(2))
    expect(other.advance(until)).not.toEqual(town.advance(until))
  })

  it('speaks in order of time, each device at its interval', () => {
    const heard = said(night)
    const times = heard.map((one) => one.at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const gaps = (device: string) => {
      const own = of(device, heard).map((one) => one.at)
      return new Set(own.slice(1).map((time, index) => time - (own[index] ?? 0)))
    }
    expect(gaps('lamp-17')).toEqual(new Set([MINUTE]))
    expect(gaps('cabinet-1')).toEqual(new Set([MINUTE]))
    expect(gaps('station-1')).toEqual(new Set([30 * SECOND]))
  })

  it('says beforehand when it speaks next', () => {
    const town = townFrom(configuration, { start: night })
    for (let round = 0; round < 100; round += 1) {
      const due = town.nextDue()
      const [first] = town.advance(due)
      expect(first?.at).toBe(due)
      expect(town.nextDue()).toBeGreaterThan(due)
    }
  })

  it('has every device of the demo, and both of its towns', async () => {
    const devices = [...configuration.decode.devices.keys()]
    expect(new Set(said(night).map(({ device }) => device))).toEqual(new Set(devices))
    const other = await demoConfiguration(fjordvik)
    const town = townFrom(other, { start: night })
    const heard = understand(other, town.advance(later(at(night), minutes(1))))
    expect(heard.flatMap(({ problems }) => problems)).toEqual([])
    expect(heard).toHaveLength(other.decode.devices.size)
  })
})

const everyFault: readonly (readonly [string, FaultName])[] = [
  ['lamp-17', 'dark'],
  ['cabinet-1', 'cable'],
  ['station-1', 'blocked'],
  ['lamp-18', 'stuck'],
  ['station-2', 'stuck'],
  ['cabinet-2', 'silent'],
]

describe('every message of the town', () => {
  it.each([
    ['at night', night, []],
    ['by day', noon, []],
    ['over dusk', '2026-11-20T14:40:00Z', []],
    ['with every fault at once', night, everyFault],
  ] as const)('is understood without a problem %s', (_, start, faults) => {
    const town = townFrom(configuration, { start })
    for (const [device, name] of faults) inject(town, device, name)
    const heard = understand(configuration, town.advance(later(at(start), hours(1))))
    expect(heard.flatMap(({ problems }) => problems)).toEqual([])
    const empty = heard.filter(({ values }) =>
      Object.values(values).some((value) => value === null || value === undefined),
    )
    expect(empty).toEqual([])
    // The time of a message is the device's own, to the second of its format.
    const late = heard.filter(({ at, effective = 0 }) => at - effective >= SECOND)
    expect(late).toEqual([])
  })
})

describe('the lamps of the town', () => {
  it('are lit at night and draw what they should, and are off by day', () => {
    const lit = of('lamp-17', said(night))
    expect(new Set(valuesOf('powerState', lit))).toEqual(new Set(['on']))
    expect(Math.min(...numbersOf('power', lit))).toBeGreaterThan(55)
    expect(Math.max(...numbersOf('missing', lit))).toBeLessThan(2)
    const off = of('lamp-17', said(noon))
    expect(new Set(valuesOf('powerState', off))).toEqual(new Set(['off']))
    expect(Math.max(...numbersOf('power', off))).toBeLessThan(1)
    expect(new Set(valuesOf('missing', off))).toEqual(new Set([0]))
  })

  it('switch on at dusk and off at dawn, once each', () => {
    const town = townFrom(configuration, { start: noon })
    const day = understand(configuration, town.advance(later(at(noon), hours(24))))
    const own = of('lamp-17', day)
    const switched = own.flatMap(({ values, at: when }, index) => {
      const before = own[index - 1]?.values['powerState'] ?? 'off'
      if (values['powerState'] === before) return []
      const hour = new Date(when / 1_000).toISOString().slice(11, 13)
      return `${String(values['powerState'])} at ${hour}`
    })
    // The sun of 20 November goes down at 15:40 and comes up at 8:20 there, an hour after UTC.
    expect(switched).toEqual(['on at 14', 'off at 07'])
  })

  it.each([
    ['polar night', '2026-12-21T11:00:00Z', [1]],
    ['midnight sun', '2026-06-21T23:00:00Z', [0]],
  ])('know the %s', (_, start, states) => {
    const town = createTown({
      seed: 1,
      start: at(start),
      devices: [{ ...plainLamp, place: { lat: 78.2, lon: 15.6 } }],
    })
    const told = town.advance(later(at(start), hours(24)))
    const lit = told.map(({ payload }) => (JSON.parse(payload) as { st: number }).st)
    expect([...new Set(lit)]).toEqual(states)
  })
})

const plainLamp: TownDevice = {
  device: 'lamp-1',
  kind: 'lamp',
  topic: 'lights/longyear/lamp-1/status',
  place: { lat: 58, lon: 11 },
}

describe('a fault in the town', () => {
  it('dark: the lamp misses the power it should draw, and only at night', () => {
    const dark = of('lamp-17', said(night, [['lamp-17', 'dark']]))
    expect(Math.min(...numbersOf('missing', dark))).toBeGreaterThan(55)
    expect(Math.max(...numbersOf('power', dark))).toBeLessThan(1)
    const day = of('lamp-17', said(noon, [['lamp-17', 'dark']]))
    expect(new Set(valuesOf('missing', day))).toEqual(new Set([0]))
    const other = of('lamp-18', said(night, [['lamp-17', 'dark']]))
    expect(Math.max(...numbersOf('missing', other))).toBeLessThan(2)
  })

  it('cable: no voltage at the cabinet, and the lamps behind it fall silent, no others', () => {
    const heard = said(night, [['cabinet-2', 'cable']])
    const cabinet = of('cabinet-2', heard)
    expect(cabinet).toHaveLength(10)
    for (const role of ['voltage', 'voltageL2', 'voltageL3', 'power']) {
      expect(new Set(valuesOf(role, cabinet))).toEqual(new Set([0]))
    }
    const silent = [...configuration.decode.devices.keys()].filter(
      (device) => of(device, heard).length === 0,
    )
    const fed = Array.from({ length: 16 }, (_, index) => `lamp-${index + 17}`)
    expect(silent.toSorted()).toEqual(fed.toSorted())
    expect(Math.min(...numbersOf('voltage', of('cabinet-1', heard)))).toBeGreaterThan(200)
  })

  it('blocked: pump 1 runs heavy, and the well rises', () => {
    const town = townFrom(configuration, { start: noon })
    inject(town, 'station-1', 'blocked')
    const own = of('station-1', listen(town, noon, 60))
    expect(Math.min(...numbersOf('p1.amps', own))).toBeGreaterThan(11)
    expect(new Set(valuesOf('p1.running', own))).toEqual(new Set(['running']))
    const levels = numbersOf('level', own)
    expect(levels).toEqual(levels.toSorted((a, b) => a - b))
    expect(levels.at(-1)).toBeGreaterThan(2.5)
  })

  it('a sound station keeps its well between its marks, the pumps in turns', () => {
    const town = townFrom(configuration, { start: noon })
    const own = of('station-1', listen(town, noon, 6 * 60))
    const levels = numbersOf('level', own)
    expect(Math.max(...levels)).toBeLessThan(2.5)
    expect(Math.min(...levels)).toBeGreaterThan(0.5)
    for (const pump of ['p1', 'p2']) {
      expect(valuesOf(`${pump}.running`, own)).toContain('running')
      expect(Math.max(...numbersOf(`${pump}.amps`, own))).toBeLessThan(11)
    }
  })

  it('stuck: every value stays what it was, only the time goes on', () => {
    const town = townFrom(configuration, { start: noon })
    const before = of('station-1', listen(town, noon, 5)).at(-1)
    inject(town, 'station-1', 'stuck')
    const after = of('station-1', listen(town, noon, 15))
    expect(after).toHaveLength(20)
    for (const { values } of after) expect(values).toEqual(before?.values)
    expect(new Set(after.map(({ effective }) => effective)).size).toBe(20)
  })

  it('silent: nothing is heard of the device', () => {
    expect(of('lamp-17', said(night, [['lamp-17', 'silent']]))).toEqual([])
  })

  it.each(['dark', 'stuck', 'silent'] as const)('mended: ends %s', (fault) => {
    const town = townFrom(configuration, { start: night })
    inject(town, 'lamp-17', fault)
    listen(town, night, 5)
    inject(town, 'lamp-17', 'mended')
    const after = of('lamp-17', listen(town, night, 15))
    expect(after).toHaveLength(10)
    expect(Math.max(...numbersOf('missing', after))).toBeLessThan(2)
    expect(new Set(numbersOf('power', after)).size).toBeGreaterThan(1)
  })

  it('mended: a station pumps its well empty again, and a cabinet feeds its lamps', () => {
    const town = townFrom(configuration, { start: night })
    inject(town, 'station-1', 'blocked')
    inject(town, 'cabinet-1', 'cable')
    listen(town, night, 60)
    inject(town, 'station-1', 'mended')
    inject(town, 'cabinet-1', 'mended')
    const after = listen(town, night, 120)
    expect(Math.min(...numbersOf('level', of('station-1', after)))).toBeLessThan(1)
    expect(of('lamp-1', after)).toHaveLength(60)
  })

  it('is refused for a device the town does not have, or that cannot have it', () => {
    const town = townFrom(configuration, { start: night })
    expect(town.has('lamp-17')).toBe(true)
    expect(town.has('lamp-99')).toBe(false)
    expect(refusalOf(() => inject(town, 'lamp-99', 'dark'))).toMatchObject({
      kind: 'not_found',
      what: 'the town has no device lamp-99',
    })
    expect(refusalOf(() => inject(town, 'lamp-17', 'blocked'))).toEqual({
      kind: 'invalid',
      what: 'lamp-17 cannot be blocked',
      why: 'it is a lamp',
      next: 'take one of dark, stuck, silent, mended',
    })
  })
})
