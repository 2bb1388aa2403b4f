import { describe, expect, it } from 'vitest'
import { importConnection, importMessage } from '../../src/devices/import-message.ts'
import { flag } from '../../src/domain/reading.ts'
import { earlier, MINUTE } from '../../src/domain/time.ts'
import { at, decodeOne, first, lamp, noon, typeWith } from '../support/devices.ts'

const seconds = (us: number) => us / 1_000_000

describe('a message of a street light', () => {
  it('becomes one reading per point, at the time the device measured', () => {
    const measured = earlier(noon, MINUTE)
    const { readings, problems } = decodeOne(
      lamp,
      JSON.stringify({ ts: seconds(measured), p: 823, st: 1, f: 5, note: 'ok' }),
    )
    expect(problems).toEqual([])
    expect(readings.map(({ point, value }) => [point, value])).toEqual([
      [1, 82.3],
      [2, 'on'],
      [3, true],
      [4, 'ok'],
    ])
    for (const reading of readings) {
      expect(reading).toMatchObject({
        quality: 'good',
        code: 'ok',
        effective: measured,
        source: measured,
        ingest: noon,
        flags: 0,
        typeVersion: 7,
      })
    }
  })

  it('says missing for a required value and nothing for an optional one', () => {
    const { readings, problems } = decodeOne(lamp, '{"ts":1795176000,"st":0,"f":0}')
    expect(readings).toHaveLength(3)
    expect(readings[0]).toMatchObject({
      value: null,
      quality: 'bad',
      code: 'decode_error',
    })
    expect(problems).toEqual([{ reason: 'missing', detail: 'power: $.p is missing' }])
  })

  it('treats null as not there', () => {
    const { problems } = decodeOne(
      lamp,
      '{"ts":1795176000,"p":null,"st":0,"f":0,"note":null}',
    )
    expect(problems).toEqual([{ reason: 'missing', detail: 'power: $.p is null' }])
  })

  it('keeps the good values of a message with a bad one', () => {
    const { readings, problems } = decodeOne(
      lamp,
      '{"ts":1795176000,"p":true,"st":1,"f":4}',
    )
    expect(readings.map(({ quality }) => quality)).toEqual(['bad', 'good', 'good'])
    expect(problems.map(({ reason }) => reason)).toEqual(['wrong_type'])
  })

  it('marks a retained message as a replay', () => {
    const { readings } = decodeOne(lamp, '{"ts":1795176000,"p":1,"st":1,"f":4}', {
      retained: true,
    })
    expect(readings[0]?.flags).toBe(flag.replay)
  })
})

describe('a message that cannot be understood at all', () => {
  const deep = `{"p":${'['.repeat(17)}${']'.repeat(17)}}`
  const wide = `{${Array.from({ length: 2_001 }, (_, i) => `"k${i}":0`).join(',')}}`
  const utf16 = new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])
  it.each<[string, string, string | Uint8Array]>([
    ['an empty message', 'not_json', ''],
    ['text', 'not_json', 'hello'],
    ['half an object', 'not_json', '{"p":'],
    ['NaN, which JSON does not know', 'not_json', '{"p":NaN}'],
    ['a byte order mark', 'not_json', '\uFEFF{"p":1}'],
    ['UTF-16', 'not_utf8', utf16],
    ['a packed message', 'not_utf8', new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])],
    ['a cut character', 'not_utf8', new Uint8Array([0x22, 0xc3, 0x22])],
    ['a bare number', 'not_an_object', '42'],
    ['null', 'not_an_object', 'null'],
    ['17 levels', 'too_deep', deep],
    ['2,001 names', 'too_many_keys', wide],
    ['65,537 bytes', 'too_large', `{"p":1}${' '.repeat(65_530)}`],
    ['a name twice', 'duplicate_key', '{"p":1,"q":{"a":1,"\\u0061":2}}'],
    ['__proto__', 'forbidden_key', '{"p":1,"__proto__":{"q":1}}'],
    ['hidden __proto__', 'forbidden_key', '{"p":1,"\\u005f_proto__":{"q":1}}'],
    ['constructor.prototype', 'forbidden_key', '{"constructor":{"prototype":{"p":1}}}'],
  ])('%s makes every point bad, with the one problem %s', (_, reason, payload) => {
    const { readings, problems } = decodeOne(lamp, payload)
    expect(problems.map((problem) => problem.reason)).toEqual([reason])
    expect(readings).toHaveLength(4)
    for (const reading of readings) {
      expect(reading).toMatchObject({
        value: null,
        quality: 'bad',
        code: 'decode_error',
        effective: noon,
      })
    }
  })

  it('of an unknown device gives no readings', () => {
    const { readings, problems } = decodeOne(lamp, '{}', { device: 'nobody' })
    expect(readings).toEqual([])
    expect(problems.map(({ reason }) => reason)).toEqual(['unknown_device'])
  })

  it('16 levels, 2,000 names and 65,536 bytes are still read', () => {
    const bare = typeWith({ p: { path: '$.p' } })
    const nested = `{"p":1,"q":${'['.repeat(15)}${']'.repeat(15)}}`
    const names = Array.from({ length: 1_999 }, (_, i) => `"k${i}":0`).join(',')
    expect(first(bare, nested)).toMatchObject({ value: 1, reasons: [] })
    expect(first(bare, `{"p":1,${names}}`)).toMatchObject({ value: 1, reasons: [] })
    expect(first(bare, `{"p":1}${' '.repeat(65_529)}`)).toMatchObject({ value: 1 })
  })

  it('brackets and colons inside text count for nothing', () => {
    const bare = typeWith({ p: { path: '$.p', kind: 'text' } })
    const text = '[[[[[[[[[[[[[[[[[[::\\"[['
    expect(first(bare, `{"p":"${text}"}`)).toMatchObject({ reasons: [], quality: 'good' })
  })
})

describe('imported rows', () => {
  it('are values by point in their own units, at a time that may lie before 2015', () => {
    const row = {
      at: at('2013-12-02T21:15:00Z'),
      values: { power: 73.9, state: 'on', fault: false },
    }
    const { readings, problems } = decodeOne(lamp, importMessage(row), {
      connection: importConnection,
    })
    expect(problems).toEqual([])
    expect(readings.map(({ value }) => value)).toEqual([73.9, 'on', false])
    for (const reading of readings) {
      expect(reading).toMatchObject({
        effective: row.at,
        quality: 'good',
        flags: flag.historical,
      })
    }
  })

  it('leave out what the row leaves out, and are checked like any message', () => {
    const row = { at: noon, values: { power: 500, state: null, fault: 1 } }
    const { readings, problems } = decodeOne(lamp, importMessage(row), {
      connection: importConnection,
    })
    expect(readings.map(({ code }) => code)).toEqual(['out_of_range', 'decode_error'])
    expect(problems.map(({ reason }) => reason)).toEqual(['out_of_range', 'wrong_type'])
  })
})
