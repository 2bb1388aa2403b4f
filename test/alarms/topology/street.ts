import type { RuleFacts } from '../../../src/alarms/alarms.ts'
import { alarmId } from '../../../src/alarms/ids.ts'
import { createTopology } from '../../../src/alarms/topology/graph.ts'
import { createTopologySource } from '../../../src/alarms/topology/source.ts'
import type { Town } from '../../../src/alarms/topology/town.ts'
import { asset, type Asset } from '../../../src/domain/asset.ts'
import { durationUs, SECOND } from '../../../src/domain/time.ts'
import type { AlarmKey, DetectorTransition } from '../../../src/domain/transition.ts'
import { north } from '../../support/database.ts'
import { plainFacts } from '../../support/rule-facts.ts'
import { openFixture, said, type Fixture } from '../fixture.ts'

const named = (en: string) => ({ sv: en, nb: en, en })

/** Dark lamps that the supply explains and that are gathered; and the supply. */
export const streetRules: Readonly<Record<string, RuleFacts>> = {
  dark: plainFacts({
    name: named('Dark'),
    priority: 3,
    faultClass: 'light_out',
    confirm: 'immediately',
    causedBy: [{ edge: 'FEEDS', faultClass: 'supply_lost' }],
    gather: {
      edge: 'FEEDS',
      atLeast: 5,
      share: 0.5,
      within: durationUs(60 * SECOND),
    },
  }),
  supply: plainFacts({
    name: named('Supply lost'),
    priority: 2,
    faultClass: 'supply_lost',
    confirm: 'immediately',
  }),
}

/** `cabinet` feeds `count` lamps, `other` feeds as many others; `station` feeds both, where there is one. */
export function street(count: number, station = false): Town {
  const parents = station ? [{ edge: 'FEEDS', asset: 'station' }] : []
  const assets = new Map<string, Asset>([
    ['cabinet', asset.parse({ name: 'Cabinet', type: 'Cabinet', parents })],
    ['other', asset.parse({ name: 'Other', type: 'Cabinet', parents })],
    ['station', asset.parse({ name: 'Station', type: 'Substation' })],
  ])
  const lamps = new Set<string>()
  for (const [parent, prefix] of [
    ['cabinet', 'lamp'],
    ['other', 'far'],
  ] as const) {
    for (let n = 1; n <= count; n += 1) {
      const id = `${prefix}-${n}`
      lamps.add(id)
      const parents = [{ edge: 'FEEDS', asset: parent }]
      assets.set(id, asset.parse({ name: id, type: 'Streetlight', parents }))
    }
  }
  const cabinets = new Set(['cabinet', 'other'])
  return {
    topology: createTopology(assets),
    rules: new Map(Object.entries(streetRules)),
    watchedBy: (rule) => (rule === 'dark' ? lamps : cabinets),
  }
}

export interface Street extends Fixture {
  /** Takes in `event` of these lamps, or of the supply of a cabinet, at the clock's time. */
  say(
    event: DetectorTransition['event'] | 'raised in old data',
    ...assets: readonly string[]
  ): Promise<void>
  /** What people heard of the alarm of an asset, in order. */
  heardOf(asset: string, discriminator?: string): readonly string[]
  /** Kinds of the reasons why an asset's alarm does not reach people. */
  reasons(asset: string): Promise<readonly string[]>
  /** Lets time pass, and does what is due. */
  pass(seconds: number): Promise<void>
}

function ruleOf(asset: string): string {
  return asset === 'cabinet' || asset === 'other' ? 'supply' : 'dark'
}

function keyOf(asset: string, discriminator = '', rule = ruleOf(asset)): AlarmKey {
  return { organisation: north, rule, asset, discriminator }
}

export async function openStreet(count = 10, station = false): Promise<Street> {
  const town = street(count, station)
  const here = await openFixture({
    rules: streetRules,
    sources: [createTopologySource(() => town)],
  })
  let sequence = 0
  return {
    ...here,
    async say(what, ...assets) {
      const historical = what === 'raised in old data'
      const event = historical ? 'raised' : what
      sequence += 1
      const at = here.clock.now()
      const transitions = assets.map((one, ordinal) =>
        said(sequence, event, { key: keyOf(one), ordinal, at, ingest: at, historical }),
      )
      await here.alarms.take(north, transitions, (rule) => streetRules[rule])
    },
    heardOf: (asset, discriminator = '') =>
      here.heard(
        alarmId(keyOf(asset, discriminator, discriminator === '' ? ruleOf(asset) : 'dark')),
      ),
    async reasons(asset) {
      const rows = await here.database
        .read(north)
        .selectFrom('alarm_suppression')
        .select('kind')
        .where('alarm', '=', alarmId(keyOf(asset)))
        .orderBy('kind')
        .execute()
      return rows.map(({ kind }) => kind)
    },
    async pass(seconds) {
      for (let passed = 0; passed < seconds; passed += 5) {
        here.clock.advance(durationUs(5 * SECOND))
        await here.runTimers()
      }
    },
    [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
  }
}

export function lamps(count: number, from = 1): readonly string[] {
  return Array.from({ length: count }, (_, n) => `lamp-${n + from}`)
}
