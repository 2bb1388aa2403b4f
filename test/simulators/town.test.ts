import { beforeAll, describe, expect, it } from 'vitest'
import type { FaultName } from '../../simulators/fault.ts'
import { createTown, type TownDevice } from '../../simulators/town.ts'
import type { ActiveConfiguration } from '../../src/configuration/active.ts'
import { HOUR, later, MINUTE, SECOND, durationUs } from '../../src/domain/time.ts'
import { fjordvik, strandkoping } from '../support/service.ts'
import {
  at,
  demoConfiguration,
  inject,
  listen,
  numbersOf,
  of,
  townFrom,
  understand,
  valuesOf,
} from './demo-town.ts'

const night = '2026-11-20T20:00:00Z'
const noon = '2026-11-20T11:00:00Z'
const hours = (count: number) => durationUs(count * HOUR)
const minutes = (count: number) => durationUs(count * MINUTE)

let configuration: ActiveConfiguration
beforeAll(async () => {
  configuration = await demoConfiguration(strandkoping)
})

/** What a town with these faults says in its first 10 minutes. */
function said(start: string, faults: readonly (readonly [string, FaultName])[] = []) {
  const town = townFrom(configuration, { start })
  for (const [device, name] of faults) inject(town, device, name)
  return listen(configuration, town, { from: start, minutes: 10 })
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
