import { beforeAll, describe, expect, it } from 'vitest'
import type { FaultName } from '../../simulators/fault.ts'
import type { ActiveConfiguration } from '../../src/configuration/active.ts'
import { Problem } from '../../src/domain/problem.ts'
import { strandkoping } from '../support/service.ts'
import {
  demoConfiguration,
  inject,
  listen,
  numbersOf,
  of,
  townFrom,
  valuesOf,
} from './demo-town.ts'

const night = '2026-11-20T20:00:00Z'
const noon = '2026-11-20T11:00:00Z'

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

function refusalOf(work: () => void) {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error.details
    throw error
  }
  throw new Error('expected a Problem')
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
    const own = of('station-1', listen(configuration, town, { from: noon, minutes: 60 }))
    expect(Math.min(...numbersOf('p1.amps', own))).toBeGreaterThan(11)
    expect(new Set(valuesOf('p1.running', own))).toEqual(new Set(['running']))
    const levels = numbersOf('level', own)
    expect(levels).toEqual(levels.toSorted((a, b) => a - b))
    expect(levels.at(-1)).toBeGreaterThan(2.5)
  })

  it('a sound station keeps its well between its marks, the pumps in turns', () => {
    const town = townFrom(configuration, { start: noon })
    const own = of(
      'station-1',
      listen(configuration, town, { from: noon, minutes: 6 * 60 }),
    )
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
    const before = of(
      'station-1',
      listen(configuration, town, { from: noon, minutes: 5 }),
    ).at(-1)
    inject(town, 'station-1', 'stuck')
    const after = of('station-1', listen(configuration, town, { from: noon, minutes: 15 }))
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
    listen(configuration, town, { from: night, minutes: 5 })
    inject(town, 'lamp-17', 'mended')
    const after = of('lamp-17', listen(configuration, town, { from: night, minutes: 15 }))
    expect(after).toHaveLength(10)
    expect(Math.max(...numbersOf('missing', after))).toBeLessThan(2)
    expect(new Set(numbersOf('power', after)).size).toBeGreaterThan(1)
  })

  it('mended: a station pumps its well empty again, and a cabinet feeds its lamps', () => {
    const town = townFrom(configuration, { start: night })
    inject(town, 'station-1', 'blocked')
    inject(town, 'cabinet-1', 'cable')
    listen(configuration, town, { from: night, minutes: 60 })
    inject(town, 'station-1', 'mended')
    inject(town, 'cabinet-1', 'mended')
    const after = listen(configuration, town, { from: night, minutes: 120 })
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
