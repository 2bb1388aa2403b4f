import { describe, expect, it } from 'vitest'
import { writeMessage } from '../../src/devices/modbus/message.ts'
import { timeUs } from '../../src/domain/time.ts'
import { jsonMessage } from '../../src/workshop/json-message.ts'
import { decodeMessage } from '../../src/workshop/decode-message.ts'
import { faultyValue, healthyValues } from '../../src/workshop/simulated-values.ts'
import { templateOf } from '../../src/workshop/templates.ts'
import { tryMessage } from '../../src/workshop/try-message.ts'
import { checkTypeFiles } from '../../src/workshop/type-files.ts'
import { scaffold } from '../../src/workshop/scaffold.ts'
import { typeOfRegisters } from '../../src/workshop/type-of-registers.ts'

const at = timeUs(1_795_194_000_000_000)

async function typeOf(text: string) {
  const { read, mistakes } = await checkTypeFiles([{ path: 'type.yaml', text }])
  if (read === undefined) throw new Error(JSON.stringify(mistakes))
  return read.type
}

const station = `
type: acme/station@1.0.0
description: A station
protocol: modbus
interval: 5s
modbus: { addressBase: 0 }
points:
  level: { table: input, address: 10, type: float32, order: ABCD, unit: m, range: [0, 6] }
`

describe('a type that is tried', () => {
  it('names a wrong word order', async () => {
    const payload = writeMessage({
      v: 1,
      unit: 1,
      // 2.5 with the low register first.
      blocks: [{ table: 'input', address: 10, words: '00004020' }],
    })
    const { hints } = await tryMessage(await typeOf(station), { payload, ingest: at })
    expect(hints).toMatchObject([{ point: 'level', mistake: 'word_order' }])
    expect(hints[0]?.what).toMatch(/order/)
    expect(hints[0]?.next).toContain('CDAB')
  })

  it('names an address that is off by one', async () => {
    const payload = writeMessage({
      v: 1,
      unit: 1,
      blocks: [
        { table: 'input', address: 10, words: '00007fff' },
        { table: 'input', address: 9, words: '40200000' },
      ],
    })
    const { hints } = await tryMessage(await typeOf(station), { payload, ingest: at })
    expect(hints).toMatchObject([{ point: 'level', mistake: 'address_off_by_one' }])
  })

  it('names a namespace that is given by its index', async () => {
    const text = templateOf('opcua', { type: 'a/b@1.0.0', at }).typeText
    const wrong = text.replace('urn:example:station', '2')
    const { read, mistakes } = await checkTypeFiles([{ path: 'type.yaml', text: wrong }])
    expect(read).toBeUndefined()
    expect(JSON.stringify(mistakes)).toContain('never by index')
  })

  it.each(['modbus', 'opcua', 'lorawan', 'mqtt', 'http'] as const)(
    'from the template of %s holds its own vectors',
    async (protocol) => {
      const files = await scaffold(templateOf(protocol, { type: 'a/b@1.0.0', at }))
      expect((await checkTypeFiles(files)).mistakes).toEqual([])
    },
  )

  it('from a scan has every register that said something', async () => {
    const made = typeOfRegisters({
      type: 'a/b@1.0.0',
      addressBase: 0,
      at,
      from: 'plc',
      found: [
        {
          where: 'unit 3 input register 4',
          shows: [
            { as: 'hex', value: '0x00ea' },
            { as: 'uint16', value: '234' },
          ],
          proposal: {
            key: 'input4',
            definition: { table: 'input', address: 4, type: 'uint16' },
          },
        },
        { where: 'unit 3 input register 5', shows: [{ as: 'hex', value: '0x0000' }] },
      ],
    })
    const { read, mistakes } = await checkTypeFiles(await scaffold(made))
    expect(mistakes).toEqual([])
    expect(read?.vectors[0]?.vector.expect.readings).toMatchObject({
      input4: { value: 234 },
    })
  })
})

describe('a simulated device', () => {
  it('says in JSON what it means, so that the type reads the same values again', async () => {
    const type = await typeOf(`
type: acme/slc@1.0.0
description: A lamp
interval: 60s
mqtt: { topic: 'l/{device}/s' }
time: { path: $.meta.ts, format: epoch_ms }
points:
  power: { path: $.p, scale: 0.1, unit: W, range: [0, 400] }
  state: { path: '$.st[1].now', kind: state, enum: { '0': off, '1': on } }
  hot: { path: $.f, kind: state, bit: 3 }
  energy: { path: $.wh, kind: counter }
  label: { path: $.name, kind: text }
`)
    const values = healthyValues(type, 7)
    const payload = jsonMessage(type, { like: { other: 1 }, values, at })
    const { readings, problems } = await decodeMessage(type, { payload, ingest: at })
    expect(problems).toEqual([])
    expect(new Map([...readings].map(([key, { value }]) => [key, value]))).toEqual(values)
    const hot = type.points['hot']
    const state = type.points['state']
    expect(hot && faultyValue(hot)).toBe(true)
    expect(state && faultyValue(state)).toBe('on')
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ other: 1 })
  })
})
