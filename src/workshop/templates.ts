import { writeMessage as modbusMessage } from '../devices/modbus/message.ts'
import { writeMessage as opcuaMessage } from '../devices/opcua/message.ts'
import type { TimeUs } from '../domain/time.ts'
import { halfOf, type Scaffold, type VectorSeed } from './scaffold.ts'
import { typeText } from './type-text.ts'

/** Protocols that a new type can be made for. */
export const protocols = ['mqtt', 'modbus', 'opcua', 'lorawan', 'http'] as const
export type NewProtocol = (typeof protocols)[number]

interface Template {
  readonly sections: Readonly<Record<string, unknown>>
  readonly points: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[]
  readonly message: (at: TimeUs) => Uint8Array
  /** A second one, for what the first cannot show: a state is one thing at a time. */
  readonly other?: { readonly file: string; readonly message: (at: TimeUs) => Uint8Array }
  /** A message that nothing can be made of; left out: half of the good one. */
  readonly broken?: Uint8Array
  /** LoRaWAN: on this port. */
  readonly fPort?: number
  readonly about: readonly string[]
}

const bytes = (...all: readonly number[]): Uint8Array => Uint8Array.from(all)
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

const templates: Readonly<Record<NewProtocol, Template>> = {
  lorawan: {
    about: [
      'A device behind a LoRaWAN network server. tlv is for bytes of channel, type and value; a codec',
      'of its maker goes into codec.js beside this file: codec: ./codec.js instead of codec: tlv.',
    ],
    sections: {
      lorawan: { fPort: [85] },
      codec: 'tlv',
      tlv: {
        '01/75': { len: 1, point: 'battery' },
        '03/82': { len: 2, le: true, point: 'distance' },
      },
    },
    points: [
      ['battery', { unit: '%', range: [0, 100] }, ''],
      ['distance', { unit: 'mm', range: [20, 4500] }, ''],
    ],
    message: () => bytes(0x01, 0x75, 0x5c, 0x03, 0x82, 0x44, 0x08),
    fPort: 85,
    broken: bytes(0x01, 0x75),
  },
  mqtt: {
    about: [
      'A device that publishes JSON. Where a value stands is its path in the message.',
    ],
    sections: {
      mqtt: { topic: 'devices/{organisation}/{device}/status' },
      time: { path: '$.ts', format: 'epoch_s' },
    },
    points: [
      ['power', { path: '$.power', unit: 'W', range: [0, 500] }, 'a number'],
      [
        'state',
        { path: '$.state', kind: 'state', enum: { '0': 'off', '1': 'on' } },
        'a number with a meaning',
      ],
    ],
    message: (at) => json({ ts: Math.floor(at / 1e6), power: 62.5, state: 1 }),
    other: {
      file: 'off',
      message: (at) => json({ ts: Math.floor(at / 1e6), power: 0, state: 0 }),
    },
  },
  http: {
    about: ['A device or a gateway that sends JSON to /api/v1/… of ours.'],
    sections: { http: { format: 'json' }, time: { path: '$.time', format: 'iso' } },
    points: [
      ['level', { path: '$.level', unit: 'm', range: [0, 20] }, 'a number'],
      ['battery', { path: '$.battery', unit: '%', range: [0, 100], optional: true }, ''],
    ],
    message: (at) =>
      json({ time: new Date(at / 1e3).toISOString(), level: 2.34, battery: 91 }),
  },
  modbus: {
    about: [
      'A device with registers. addressBase is the number of the first register in its manual:',
      '0 or 1, the commonest mistake of all. 32-bit values also have an order of registers.',
    ],
    sections: { modbus: { addressBase: 0, poll: { fast: '5s', slow: '60s' } } },
    points: [
      [
        'level',
        {
          table: 'input',
          address: 0,
          type: 'int16',
          scale: 0.01,
          unit: 'm',
          range: [0, 6],
        },
        'hundredths of a metre',
      ],
      [
        'starts',
        { table: 'holding', address: 10, type: 'uint32', order: 'CDAB', kind: 'counter' },
        'low register first',
      ],
      ['fail', { table: 'discrete', address: 20, kind: 'state' }, 'true while it is so'],
    ],
    message: () =>
      modbusMessage({
        v: 1,
        unit: 1,
        blocks: [
          { table: 'discrete', address: 20, bits: '0' },
          { table: 'input', address: 0, words: '00ea' },
          { table: 'holding', address: 10, words: '04d20001' },
        ],
      }),
  },
  opcua: {
    about: [
      'A device in the address space of an OPC UA server. Namespaces are named by their URI, never',
      'by index: servers number anew when they start. Paths start at the root of each device.',
    ],
    sections: { opcua: { namespaces: { p: 'urn:example:station' } } },
    points: [
      ['level', { path: 'p:WetWell/p:Level', unit: 'm', range: [0, 6] }, 'a variable'],
      ['p1.running', { path: 'p:Pump1/p:Running', kind: 'state' }, ''],
    ],
    message: (at) =>
      opcuaMessage({
        v: 1,
        values: [
          {
            path: 'p:WetWell/p:Level',
            type: 'Double',
            value: 2.34,
            source: at,
            server: at,
          },
          {
            path: 'p:Pump1/p:Running',
            type: 'Boolean',
            value: true,
            source: at,
            server: at,
          },
        ],
      }),
  },
}

/** A small type that works, to be changed line by line. */
export function templateOf(
  protocol: NewProtocol,
  { type, at }: { readonly type: string; readonly at: TimeUs },
): Scaffold {
  const { about, sections, points, message, other, broken, fPort } = templates[protocol]
  const payload = message(at)
  const text = typeText(
    {
      about: [...about, 'This is a template: change every line.'],
      type,
      description: 'What it is, who makes it, and how it speaks',
      protocol,
      interval: protocol === 'modbus' || protocol === 'opcua' ? '5s' : '60s',
      sections,
    },
    points.map(([key, definition, comment]) => ({ key, definition, comment })),
  )
  const on = fPort === undefined ? {} : { fPort }
  const seeds: VectorSeed[] = [
    { file: 'normal', name: 'a normal message', payload, at, ...on },
    ...(other === undefined
      ? []
      : [
          {
            file: other.file,
            name: `a message that says ${other.file}`,
            payload: other.message(at),
            at,
            ...on,
          },
        ]),
    {
      file: 'malformed',
      name: 'half a message',
      payload: broken ?? halfOf(payload),
      at,
      ...on,
    },
  ]
  return { typeText: text, seeds, origin: ['Made from a template.'] }
}
