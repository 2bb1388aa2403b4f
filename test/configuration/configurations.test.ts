import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordActivation, unactivatedVersions } from '../../src/configuration/apply.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import type { ActiveConfiguration } from '../../src/configuration/active.ts'
import type { Database } from '../../src/database/database.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { applyTown, townFile } from './town.ts'

let database: Database
beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
})

async function currentTown(): Promise<ActiveConfiguration> {
  const current = await createConfigurations(database).current(north)
  if (current === undefined) throw new Error('no configuration')
  return current
}

const at = (sequence: number, index = 0) => ({ epoch: 'e', partition: 0, sequence, index })

describe('the configuration in force', () => {
  it('is none before the first apply', async () => {
    const configurations = createConfigurations(database)
    expect(await configurations.organisations()).toEqual([])
    expect(await configurations.current(north)).toBeUndefined()
    await applyTown(database)
    expect(await configurations.organisations()).toEqual([north])
    expect(await configurations.current(south)).toBeUndefined()
  })

  it('names points, devices and topics of every asset', async () => {
    await applyTown(database)
    const town = await currentTown()
    const device = town.decode.devices.get('slc-1')
    expect([...(device?.points.keys() ?? [])]).toEqual(['level', 'power'])
    expect(device?.type.interval).toBe(60_000_000)
    expect(town.topics.get('slc-1')).toEqual(['lights/north/slc-1/status'])
    expect(town.assetPoints.get('lamp-2')).toEqual([
      {
        role: 'watts',
        point: town.decode.devices.get('slc-2')?.points.get('power'),
        device: 'slc-2',
        unit: 'W',
      },
    ])
    expect(town.assetPoints.has('cabinet-1')).toBe(false)
  })

  it('puts every rule on the assets of its scope that have a device', async () => {
    await applyTown(database)
    const { rules, decode, ruleFacts, ruleNames } = await currentTown()
    expect(
      rules.targets.map(({ ruleId, asset, devices }) => [ruleId, asset, ...devices]),
    ).toEqual([
      ['dark', 'lamp-1', 'slc-1'],
      ['dark', 'lamp-2', 'slc-2'],
      ['silent', 'lamp-2', 'slc-2'],
    ])
    const power = decode.devices.get('slc-1')?.points.get('power')
    expect(rules.targets[0]?.points.get('power')).toBe(power)
    expect(rules.targets[0]?.interval).toBe(60_000_000)
    expect(rules.targets[1]?.points.has('power')).toBe(false)
    expect(ruleFacts.get('dark')).toEqual({
      name: { sv: 'Mörk', nb: 'Mørk', en: 'Dark' },
      priority: 3,
      faultClass: 'light_out',
      confirm: 'manual',
      acknowledge: true,
      requireConfirm: false,
      latching: false,
      reopenWithin: 1_800_000_000,
      causedBy: [],
      impliedBy: [],
      levels: [],
    })
    expect(ruleNames.get('silent')?.en).toBe('Silent')
  })

  it('has its routes in order', async () => {
    await applyTown(database)
    const { routes, units, areas, categories } = await currentTown()
    expect(routes.map(({ order }) => order)).toEqual([10, 20])
    expect(routes[0]).toEqual({
      order: 10,
      when: { category: 'light-out', area: 'centre' },
      unit: 'light',
      slug: 'lights',
    })
    expect([[...units.keys()], [...areas.keys()], [...categories.keys()]]).toEqual([
      ['light'],
      ['centre'],
      ['light-out'],
    ])
  })

  it('follows a new version at once', async () => {
    const configurations = createConfigurations(database)
    await applyTown(database)
    expect((await configurations.current(north))?.version).toBe(1)
    await applyTown(database, townFile('cases.yaml', 'name: Light,', 'name: Lights,'))
    const current = await configurations.current(north)
    expect([current?.version, current?.units.get('light')?.name]).toEqual([2, 'Lights'])
  })

  it('leaves out what is retired', async () => {
    await applyTown(database)
    await applyTown(database, { 'devices.yaml': undefined }, { prune: true })
    const town = await currentTown()
    expect([town.decode.devices.size, town.rules.targets.length]).toEqual([0, 0])
    expect((await createConfigurations(database).at(north, 1)).decode.devices.size).toBe(2)
  })

  it('speaks of renamed objects by the ids they began with', async () => {
    await applyTown(database)
    await applyTown(database, {
      ...townFile('assets.yaml', 'cabinet-1:', 'box-1:'),
      ...townFile('cases.yaml', 'light:', 'lamps:'),
      'assets.yaml': `assets:
  box-1: { was: cabinet-1, name: Cabinet 1, type: StreetlightControlCabinet }
  lamp-9: { was: lamp-1, name: L, type: Streetlight, parents: [{ edge: FEEDS, asset: box-1 }] }
  lamp-2: { name: Lamp 2, type: Streetlight }
`,
      'devices.yaml':
        'devices:\n  new: { was: slc-1, type: acme/slc@1.0.0, asset: lamp-9 }\n',
      'cases.yaml': `units:
  lamps: { was: light, name: Light }
routes:
  rest: { order: 20, unit: lamps }
`,
    })
    const town = await currentTown()
    expect(town.assets.get('lamp-1')?.parents).toEqual([
      { edge: 'FEEDS', asset: 'cabinet-1' },
    ])
    expect(town.topics.get('slc-1')).toEqual(['lights/north/new/status'])
    // The route that the files do not name any more was carried along.
    expect(town.routes.map(({ unit }) => unit)).toEqual(['light', 'light'])
    expect(town.assetPoints.get('lamp-1')?.[0]?.device).toBe('slc-1')
  })

  it('says since which version a rule has its text', async () => {
    await applyTown(database)
    await applyTown(database, townFile('rules/lights.yaml', 'below: 5', 'below: 6'))
    const { rules } = await currentTown()
    expect(rules.targets.map(({ ruleId, ruleVersion }) => [ruleId, ruleVersion])).toEqual([
      ['dark', 2],
      ['dark', 2],
      ['silent', 1],
    ])
  })
})

describe('versions', () => {
  it('take effect at their activation records', async () => {
    const configurations = createConfigurations(database)
    await applyTown(database)
    await applyTown(database, townFile('cases.yaml', 'name: Light,', 'name: Lights,'))
    expect(await unactivatedVersions(database, north)).toEqual([1, 2])
    await recordActivation(database, north, 1, at(5, 2))
    await recordActivation(database, north, 2, at(9))
    await recordActivation(database, north, 2, at(12))
    expect(await unactivatedVersions(database, north)).toEqual([])
    const places = [at(5, 1), at(5, 2), at(8, 900), at(9), at(1_000)]
    const versions = await Promise.all(
      places.map((place) => configurations.versionAt(north, place)),
    )
    expect(versions).toEqual([undefined, 1, 1, 2, 2])
    expect(await configurations.versionAt(south, at(1_000))).toBeUndefined()
  })

  it('are loaded once and kept', async () => {
    const configurations = createConfigurations(database)
    await applyTown(database)
    const [a, b] = await Promise.all([
      configurations.at(north, 1),
      configurations.at(north, 1),
    ])
    expect(a).toBe(b)
    for (const name of ['A', 'B', 'C', 'D']) {
      await applyTown(database, townFile('cases.yaml', 'name: Light,', `name: ${name},`))
      await configurations.current(north)
    }
    const again = await configurations.at(north, 1)
    expect(again).not.toBe(a)
    expect(again.units.get('light')?.name).toBe('Light')
  })

  it('that do not exist are not found', async () => {
    await applyTown(database)
    await expect(createConfigurations(database).at(north, 7)).rejects.toThrow(
      'The configuration of north has no version 7.',
    )
  })

  it('with a document of an older schema say which object it is', async () => {
    await applyTown(database)
    await database.write(north, 'normal', async ({ query }) => {
      await query
        .updateTable('configuration_object')
        .set({ document: '{"title":"old"}' })
        .where('kind', '=', 'unit')
        .execute()
    })
    const configurations = createConfigurations(database)
    const loading = configurations.at(north, 1)
    await expect(loading).rejects.toThrow(
      /^unit light in version 1 of north no longer fits/,
    )
    await expect(configurations.at(north, 1)).rejects.toThrow(/no longer fits/)
  })
})
