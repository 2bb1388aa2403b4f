import { describe, expect, it } from 'vitest'
import { activeConfiguration } from '../../src/configuration/activate.ts'
import type { JsonObject } from '../../src/configuration/json.ts'
import type { KindName } from '../../src/configuration/kinds.ts'
import { organisationId } from '../../src/domain/ids.ts'

const parents = [{ edge: 'FEEDS', asset: 'cabinet' }]
const lamp = (slug: string): [KindName, string, JsonObject] => [
  'asset',
  slug,
  { name: slug, type: 'Streetlight', parents },
]
const controller = (type: string, interval: string): [KindName, string, JsonObject] => [
  'deviceType',
  type,
  {
    type,
    description: 'A lamp controller',
    mqtt: { topic: 'lamps/{device}' },
    interval,
    points: { power: { path: '$.p', unit: 'W' } },
  },
]
const dim = { kind: 'group', edge: 'FEEDS', value: 'mean', role: 'power', below: 5 }
const never = { kind: 'threshold', role: 'door', above: 1 }

function targetsOf(text: JsonObject) {
  const rule = {
    name: { sv: 'Mörkt', nb: 'Mørkt', en: 'Dark' },
    priority: 3,
    assets: { slugs: ['cabinet'] },
    faultClass: 'lights_out',
    ...text,
  }
  const objects: [KindName, string, JsonObject][] = [
    ['asset', 'cabinet', { name: 'cabinet', type: 'StreetlightControlCabinet' }],
    lamp('lamp-1'),
    lamp('lamp-2'),
    controller('acme/quick@1.0.0', '60s'),
    controller('acme/slow@1.0.0', '15m'),
    ['device', 'node-1', { type: 'acme/quick@1.0.0', asset: 'lamp-1' }],
    ['device', 'node-2', { type: 'acme/slow@1.0.0', asset: 'lamp-2' }],
    ['rule', 'dark', rule],
  ]
  const { rules } = activeConfiguration({
    organisation: organisationId.parse('lund'),
    version: 1,
    objects: objects.map(([kind, slug, document]) => {
      return { kind, id: slug, slug, document, since: 1 }
    }),
    points: new Map(),
  })
  return rules.targets
}

describe('a rule on a group of which nothing measures the asset itself', () => {
  it('waits for the slowest member, so that none is too old the moment it speaks', () => {
    expect(targetsOf({ condition: dim })).toMatchObject([
      {
        asset: 'cabinet',
        interval: 900_000_000,
        devices: [],
        members: [{ asset: 'lamp-1' }, { asset: 'lamp-2' }],
      },
    ])
  })

  it('has its members, too, where only its end is a group', () => {
    const [target] = targetsOf({ condition: never, clearWhen: dim })
    expect(target?.members?.map(({ asset }) => asset)).toEqual(['lamp-1', 'lamp-2'])
  })
})
