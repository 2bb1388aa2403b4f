import { describe, expect, it } from 'vitest'
import { deviceType } from '../../src/devices/device-type.ts'
import { checkVectors, vector } from '../../src/devices/vectors.ts'
import { explainMisfit } from '../../src/configuration/issues.ts'
import type { JsonObject } from '../../src/configuration/json.ts'

const name = { sv: 'Fel', nb: 'Feil', en: 'Fault' }
const alarm = { name, priority: 2, faultClass: 'fault' }

const mqtt = { protocol: 'mqtt', mqtt: { topic: 'v1/{device}' } }
const opcua = { protocol: 'opcua', opcua: { namespaces: { p: 'urn:thing' } } }

function document(points: JsonObject, protocol: JsonObject = mqtt): JsonObject {
  const common = { type: 'test/thing@1.2.0', description: 'A thing', interval: '1m' }
  return { ...common, ...protocol, points }
}

function told(points: JsonObject, more: JsonObject = mqtt) {
  return explainMisfit(deviceType, document(points, more)).map(
    ({ path, why }) => `${path.join('.')}: ${why ?? ''}`,
  )
}

describe('an alarm at a point', () => {
  it.each<[string, JsonObject]>([
    ['a state', { door: { path: '$.d', kind: 'state', alarm } }],
    ['one bit', { door: { path: '$.d', bit: 3, alarm } }],
    ['a bit of several', { word: { path: '$.w', bits: { 3: { point: 'door', alarm } } } }],
    [
      'some names of an enum',
      {
        tilt: {
          path: '$.t',
          kind: 'state',
          enum: { 0: 'upright', 1: 'tilted' },
          alarm: { ...alarm, when: ['tilted'] },
        },
      },
    ],
    [
      'some numbers',
      {
        code: {
          path: '$.c',
          kind: 'state',
          valueType: 'number',
          alarm: { ...alarm, when: [7, 9] },
        },
      },
    ],
  ])('may stand at %s', (_, points) => {
    expect(told(points)).toEqual([])
  })

  it.each<[string, JsonObject, string[]]>([
    [
      'a measured value',
      { level: { path: '$.l', alarm } },
      ['points.level.alarm: expected a state, and this point is a measure'],
    ],
    [
      'a counter',
      { starts: { path: '$.s', kind: 'counter', alarm } },
      ['points.starts.alarm: expected a state, and this point is a counter'],
    ],
    [
      'a word of bits as a whole',
      { word: { path: '$.w', bits: { 0: 'a' }, alarm } },
      ['points.word.alarm: expected an alarm at each bit'],
    ],
    [
      'an enum without saying which names',
      { tilt: { path: '$.t', kind: 'state', enum: { 0: 'upright', 1: 'tilted' }, alarm } },
      ['points.tilt.alarm: expected when: which of its names'],
    ],
    [
      'names that the enum has not',
      {
        tilt: {
          path: '$.t',
          kind: 'state',
          enum: { 0: 'upright', 1: 'tilted' },
          alarm: { ...alarm, when: ['fallen'] },
        },
      },
      ['points.tilt.alarm.when: expected names of its enum (upright, tilted)'],
    ],
    [
      'numbers without saying which',
      { code: { path: '$.c', kind: 'state', valueType: 'number', alarm } },
      ['points.code.alarm: expected when: the values that are the alarm'],
    ],
    [
      'a bit that is told which value',
      { door: { path: '$.d', bit: 3, alarm: { ...alarm, when: [1] } } },
      ['points.door.alarm.when: expected nothing: a bit is an alarm while it is true'],
    ],
    [
      'two points under one code',
      {
        one: { path: '$.a', kind: 'state', semantic: 'own:tripped', alarm },
        word: {
          path: '$.w',
          bits: { 2: { point: 'two', semantic: 'own:tripped', alarm } },
        },
      },
      ['points.word.bits.2.alarm: expected a code of its own'],
    ],
  ])('may not stand at %s', (_, points, wanted) => {
    const found = told(points)
    expect(found).toHaveLength(wanted.length)
    for (const [index, text] of wanted.entries()) expect(found[index]).toContain(text)
  })

  it('needs a priority, a class and a name in three languages', () => {
    const points = { door: { path: '$.d', kind: 'state', alarm: { name: { en: 'Door' } } } }
    expect(explainMisfit(deviceType, document(points)).map(({ what }) => what)).toEqual([
      'points.door.alarm.name.sv is missing',
      'points.door.alarm.name.nb is missing',
      'points.door.alarm.priority is missing',
      'points.door.alarm.faultClass is missing',
    ])
  })

  it('stands at each bit when bits become points', () => {
    const type = deviceType.parse(
      document({
        word: {
          path: '$.w',
          bits: { 0: 'running', 3: { point: 'door', alarm: { ...alarm, onDelay: '5s' } } },
        },
      }),
    )
    expect(type.points['running']?.alarm).toBeUndefined()
    expect(type.points['door']?.alarm).toEqual({ ...alarm, onDelay: 5_000_000 })
  })
})

describe('a condition of OPC UA that is an alarm', () => {
  it('has a point beside it that says whether it was acknowledged at its source', () => {
    const type = deviceType.parse(
      document({ 'p1.fault': { condition: 'p:Pump1/Fault', kind: 'state', alarm } }, opcua),
    )
    expect(type.points['p1.fault.acked']).toMatchObject({
      condition: 'p:Pump1/Fault',
      says: 'acked',
      optional: true,
    })
  })

  it('keeps the one that the type has itself', () => {
    const type = deviceType.parse(
      document(
        {
          fault: { condition: 'p:Pump1/Fault', kind: 'state', alarm },
          seen: { condition: 'p:Pump1/Fault', kind: 'state', says: 'acked' },
        },
        opcua,
      ),
    )
    expect(Object.keys(type.points)).toEqual(['fault', 'seen'])
  })

  it('must have a name to which a part can be added', () => {
    const points = { 'a.b.c.d': { condition: 'p:Pump1/Fault', kind: 'state', alarm } }
    expect(told(points, opcua)).toEqual([
      'points.a.b.c.d: expected a name of three parts at most, because a.b.c.d.acked is a point too',
    ])
  })

  it('alone says acked', () => {
    const points = { level: { path: 'p:Level', kind: 'state', says: 'acked' } }
    expect(told(points, opcua)).toEqual([
      'points.level.says: expected only a condition says active or acked',
    ])
  })
})

describe('the vectors of a type with alarms', () => {
  const type = deviceType.parse(
    document({
      tilt: {
        path: '$.t',
        kind: 'state',
        enum: { 0: 'upright', 1: 'tilted' },
        alarm: { ...alarm, when: ['tilted'] },
      },
    }),
  )
  const upright = vector.parse({
    name: 'upright',
    payload: { t: 0 },
    ingest: '2026-11-20T12:00:00Z',
    expect: { readings: { tilt: { value: 'upright', quality: 'good' } } },
  })
  const tilted = vector.parse({
    name: 'tilted',
    payload: { t: 1 },
    ingest: '2026-11-20T12:00:00Z',
    expect: { readings: { tilt: { value: 'tilted', quality: 'good' } } },
  })

  it('raise each of them', async () => {
    const without = await checkVectors(type, [upright])
    expect(without.map(({ what }) => what)).toContain('No vector raises the fault tilt')
    const findings = await checkVectors(type, [upright, tilted])
    expect(findings.map(({ what }) => what)).toEqual([
      'No vector shows a malformed message',
    ])
  })
})
