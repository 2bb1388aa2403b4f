import { describe, expect, it } from 'vitest'
import { activeConfiguration } from '../../src/configuration/activate.ts'
import type { ActiveConfiguration } from '../../src/configuration/active.ts'
import { checkObjects } from '../../src/configuration/check.ts'
import type { JsonObject } from '../../src/configuration/json.ts'
import type { KindName } from '../../src/configuration/kinds.ts'
import { objectSet } from '../../src/configuration/objects.ts'
import { organisationId, type PointId } from '../../src/domain/ids.ts'

const lund = organisationId.parse('lund')
const name = { sv: 'Släckt', nb: 'Mørk', en: 'Out' }
const alarm = { name, priority: 3, faultClass: 'light_out' }

function lampType(type: string, points: JsonObject): [KindName, string, JsonObject] {
  return [
    'deviceType',
    type,
    {
      type,
      description: 'A lamp',
      mqtt: { topic: 'lamps/{device}' },
      interval: '60s',
      points,
    },
  ]
}

const lamp = (slug: string): [KindName, string, JsonObject] => [
  'asset',
  slug,
  { name: slug, type: 'Streetlight', attributes: { watts: 40 } },
]
const device = (slug: string, rest: JsonObject): [KindName, string, JsonObject] => [
  'device',
  slug,
  rest,
]

const bitsOf = (more: JsonObject = {}): JsonObject => ({
  power: { path: '$.p', unit: 'W' },
  faults: {
    path: '$.f',
    bits: {
      0: { point: 'lampFailure', semantic: 'talq:lampFailure', alarm },
      1: { point: 'ballast', alarm: { ...alarm, onDelay: '5s', ...more } },
      2: 'flicker',
    },
  },
})

const town: [KindName, string, JsonObject][] = [
  lampType('acme/slc@1.0.0', bitsOf()),
  lamp('lamp-1'),
  lamp('lamp-2'),
  device('slc-1', { type: 'acme/slc@1.0.0', asset: 'lamp-1' }),
  device('slc-2', {
    type: 'acme/slc@1.0.0',
    asset: 'lamp-2',
    measures: { dark: 'lampFailure' },
  }),
]

function active(
  objects: readonly (readonly [KindName, string, JsonObject, number?])[],
): ActiveConfiguration {
  const keys = ['lampFailure', 'ballast', 'power', 'flicker', 'fault', 'fault.acked']
  const devices = objects.flatMap(([kind, slug]) => (kind === 'device' ? [slug] : []))
  const points = devices.flatMap((id, at) =>
    keys.map((key, index): [string, PointId] => [
      `${id} ${key}`,
      ((at + 1) * 100 + index) as PointId,
    ]),
  )
  return activeConfiguration({
    organisation: lund,
    version: 7,
    objects: objects.map(([kind, slug, document, since = 3]) => ({
      kind,
      id: slug,
      slug,
      document,
      since,
    })),
    points: new Map(points),
  })
}

function targets({ rules }: ActiveConfiguration) {
  return rules.targets.map(({ ruleId, asset }) => `${ruleId} ${asset}`)
}

describe('alarms that devices raise themselves', () => {
  it('are a target for every asset whose device has the point', () => {
    const configuration = active(town)
    expect(targets(configuration)).toEqual([
      'source:talq:lampFailure lamp-1',
      'source:talq:lampFailure lamp-2',
      'source:acme/slc/ballast lamp-1',
    ])
    const [first, second] = configuration.rules.targets
    expect(first).toMatchObject({
      ruleVersion: 3,
      points: new Map([['lampFailure', 100]]),
      devices: ['slc-1'],
      interval: 60_000_000,
      attributes: { watts: 40 },
      rule: {
        condition: { kind: 'state', role: 'lampFailure', in: [true] },
        priority: 3,
        faultClass: 'light_out',
        onDelay: 0,
        offDelay: 0,
        confirm: 'manual',
        acknowledge: true,
      },
    })
    // One rule for all of them, so one role, whatever an asset calls it.
    expect(second?.rule).toBe(first?.rule)
    expect(second?.points).toEqual(new Map([['lampFailure', 200]]))
  })

  it('are named and judged like rules', () => {
    const { ruleFacts, ruleNames, rules } = active(town)
    expect(ruleNames.get('source:talq:lampFailure')).toEqual(name)
    expect(ruleFacts.get('source:acme/slc/ballast')).toMatchObject({
      name,
      priority: 3,
      faultClass: 'light_out',
      confirm: 'manual',
    })
    expect(rules.targets[2]?.rule.onDelay).toBe(5_000_000)
  })

  it('keep their code when the type gets a new version', () => {
    const [, ...rest] = town
    const next = rest.map(([kind, slug, document]): [KindName, string, JsonObject] => [
      kind,
      slug,
      kind === 'device' ? { ...document, type: 'acme/slc@2.0.0' } : document,
    ])
    const after = active([lampType('acme/slc@2.0.0', bitsOf()), ...next])
    expect(targets(after)).toEqual(targets(active(town)))
  })

  it('have one text for however many lamps', () => {
    const many = Array.from({ length: 20 }, (_, at) => [
      lamp(`lamp-${at}`),
      device(`slc-${at}`, { type: 'acme/slc@1.0.0', asset: `lamp-${at}` }),
    ]).flat()
    const all = active([lampType('acme/slc@1.0.0', bitsOf()), ...many]).rules.targets
    expect(all).toHaveLength(40)
    expect(new Set(all.map(({ rule }) => rule)).size).toBe(2)
  })

  it('are newer when the type they begin with is', () => {
    const base = lampType('acme/base@1.0.0', bitsOf())
    const own = { type: 'acme/slc@1.0.0', extends: 'acme/base@1.0.0', points: {} }
    const all = active([
      [...base, 6],
      ['deviceType', 'acme/slc@1.0.0', own, 2],
      lamp('lamp-1'),
      device('slc-1', { type: 'acme/slc@1.0.0', asset: 'lamp-1' }),
    ])
    expect(all.rules.targets[0]?.ruleVersion).toBe(6)
  })

  it('of two devices on one asset are one alarm under one code', () => {
    const configuration = active([
      lampType('acme/slc@1.0.0', bitsOf()),
      lampType('other/eye@1.0.0', {
        fault: {
          path: '$.f',
          kind: 'state',
          semantic: 'talq:lampFailure',
          alarm: { ...alarm, priority: 2 },
        },
      }),
      lamp('lamp-1'),
      lamp('lamp-2'),
      device('slc-1', { type: 'acme/slc@1.0.0', asset: 'lamp-1' }),
      device('eye-1', { type: 'other/eye@1.0.0', asset: 'lamp-1' }),
      device('slc-2', { type: 'acme/slc@1.0.0', asset: 'lamp-2' }),
    ])
    const [first, second] = configuration.rules.targets
    expect(first?.rule.condition).toEqual({
      kind: 'any',
      of: [
        { kind: 'state', role: 'lampFailure', in: [true] },
        { kind: 'state', role: 'lampFailure.2', in: [true] },
      ],
    })
    expect(first?.devices).toEqual(['slc-1', 'eye-1'])
    expect(first?.points).toEqual(
      new Map([
        ['lampFailure', 100],
        ['lampFailure.2', 204],
      ]),
    )
    // With one source both roles are it, so that the rule is the same.
    expect(second?.rule).toBe(first?.rule)
    expect([...(second?.points.values() ?? [])]).toEqual([300, 300])
    expect(configuration.ruleFacts.get('source:talq:lampFailure')?.priority).toBe(2)
  })

  it('say whether somebody acknowledged them at their source', () => {
    const condition = { condition: 'p:Lamp/Fault', kind: 'state', alarm }
    const configuration = active([
      [
        'deviceType',
        'acme/ua@1.0.0',
        {
          type: 'acme/ua@1.0.0',
          protocol: 'opcua',
          description: 'A lamp',
          interval: '60s',
          opcua: { namespaces: { p: 'urn:lamp' } },
          points: { fault: condition },
        },
      ],
      lamp('lamp-1'),
      device('ua-1', { type: 'acme/ua@1.0.0', asset: 'lamp-1' }),
    ])
    expect(configuration.sourceAlarms).toEqual(
      new Map([
        [
          'source:acme/ua/fault lamp-1',
          [{ device: 'ua-1', key: 'fault', acknowledges: true, acked: 105 }],
        ],
      ]),
    )
    // Told when it begins and ends only, so it does not grow stale in between.
    expect(configuration.rules.targets[0]?.rule.maxGap).toBe(366 * 86_400_000_000)
  })
})

describe('types that say different things of one code', () => {
  it('are told of', () => {
    expect(findings(3)).toEqual([])
    expect(findings(1)).toMatchObject([
      {
        severity: 'warning',
        slug: 'other/eye@1.0.0',
        path: ['points', 'fault', 'alarm', 'priority'],
        what: 'talq:lampFailure has priority 1 here and 3 in acme/slc@1.0.0',
      },
    ])
  })
})

/** What is said of town's lamps beside one of another type, of this priority. */
function findings(priority: number) {
  const objects = [
    ...town,
    lampType('other/eye@1.0.0', {
      fault: {
        path: '$.f',
        kind: 'state',
        semantic: 'talq:lampFailure',
        alarm: { ...alarm, priority },
      },
    }),
    lamp('lamp-3'),
    device('eye-3', { type: 'other/eye@1.0.0', asset: 'lamp-3' }),
  ].map(([kind, slug, document]) => ({ kind, slug, document }))
  return checkObjects(objectSet(objects)).filter(({ kind }) => kind === 'deviceType')
}
