import { describe, expect, it } from 'vitest'
import { mistakesIn } from './town.ts'

const types = {
  'device-types/acme-plc/type.yaml': `type: acme/plc@1.0.0
description: A station over Modbus
protocol: modbus
modbus: { addressBase: 0 }
interval: 60s
points:
  level: { table: input, address: 3, type: int16 }
`,
  'device-types/acme-bin/type.yaml': `type: acme/bin@1.0.0
description: A bin over LoRaWAN
protocol: lorawan
lorawan: { payload: object }
interval: 1h
points:
  distance: { path: $.data.distance, unit: mm }
`,
  'device-types/acme-agent/type.yaml': `type: acme/agent@1.0.0
description: An agent that sends lines
protocol: http
http: { format: line }
interval: 60s
points:
  load: { path: $.fields.load }
`,
  'connections.yaml': `connections:
  line-1: { protocol: modbus, transport: tcp, host: plc.example }
  lns: { protocol: http, format: chirpstack4 }
  telegraf: { protocol: http, format: line, identity: { tag: host } }
`,
}

/** What is wrong with devices at these places. */
function mistakesOf(devices: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(devices).map(([slug, text]) => `  ${slug}: ${text}\n`)
  return mistakesIn({ ...types, 'devices.yaml': `devices:\n${lines.join('')}` })
}

const plc = 'type: acme/plc@1.0.0, asset: lamp-1, measures: { power: level }'
const otherPlc = 'type: acme/plc@1.0.0, asset: lamp-2, measures: { power: level }'
const bin = 'type: acme/bin@1.0.0, asset: lamp-1, measures: { power: distance }'
const agent = 'type: acme/agent@1.0.0, asset: lamp-1, measures: { power: load }'

describe('where a device is', () => {
  it('is known when its connection carries its protocol and its address fits', () => {
    const at = 'connection: line-1, address: { unit: 1 }'
    expect(mistakesOf({ one: `{ ${plc}, ${at} }` })).toEqual([])
    const eui = 'connection: lns, address: { devEui: 24e124136b502217 }'
    expect(mistakesOf({ one: `{ ${bin}, ${eui} }` })).toEqual([])
    const id = 'connection: telegraf, address: { id: pump-pc }'
    expect(mistakesOf({ one: `{ ${agent}, ${id} }` })).toEqual([])
  })

  it.each([
    [
      'no connection',
      'address: { unit: 1 }',
      'acme/plc@1.0.0 needs a connection (it speaks modbus)',
    ],
    [
      'a connection of another protocol',
      'connection: lns, address: { unit: 1 }',
      'the connection is http chirpstack4 (acme/plc@1.0.0 needs modbus)',
    ],
    [
      'a connection that is not there',
      'connection: line-7, address: { unit: 1 }',
      'there is no connection "line-7"',
    ],
    ['no unit', 'connection: line-1', 'unit is missing'],
    [
      'a unit that no line has',
      'connection: line-1, address: { unit: 300 }',
      'unit is 300',
    ],
    [
      'a key of another protocol',
      'connection: line-1, address: { unit: 1, devEui: 24e124136b502217 }',
      'the key "devEui" is unknown here',
    ],
  ])('is refused with %s', (_, place, said) => {
    const mistakes = mistakesOf({ one: `{ ${plc}, ${place} }` })
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toMatch(/^devices\.yaml:2:\d+: /)
    expect(mistakes[0]).toContain(said)
  })

  it('is one for each: two at the same address would be heard as each other', () => {
    const at = 'connection: line-1, address: { unit: 1 }'
    expect(mistakesOf({ one: `{ ${plc}, ${at} }`, two: `{ ${otherPlc}, ${at} }` })).toEqual(
      [expect.stringContaining('one is at this address of line-1 already')],
    )
  })

  it('is our own broker for a device that speaks MQTT', () => {
    const lamp = 'type: acme/slc@1.0.0, asset: lamp-1'
    expect(mistakesOf({ one: `{ ${lamp}, connection: line-1 }` })).toEqual([
      expect.stringContaining(
        'acme/slc@1.0.0 speaks to our own broker; leave connection out',
      ),
    ])
  })
})
