import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Decode } from '../../../../src/devices/decoder.ts'
import { createDecoder } from '../../../../src/devices/decode.ts'
import type { PointId } from '../../../../src/domain/ids.ts'
import type { Envelope } from '../../../../src/domain/log-record.ts'
import { flag } from '../../../../src/domain/reading.ts'
import { typeWith, atOnce } from '../../../support/devices.ts'
import { createManualClock } from '../../../support/manual-clock.ts'
import { publishPacket, RawDevice, startField, topicOf } from '../../../support/mqtt.ts'
import { until } from '../../../support/until.ts'

/**
 * Everything bad that a message may hold, one line each. All of it is stored as it came and
 * acknowledged; the line says what it decodes to: `p=1` good, `p?code` uncertain, `p!code` bad.
 */

const up = topicOf('lamp-17')
const nothing = 'p!decode_error n!decode_error'
const text = (json: string) => `{"p":1,"n":"${json}"}`
const names = Array.from({ length: 2_001 }, (_, i) => `"k${i}":0`).join(',')
const list = `[${'1,'.repeat(29_999)}1]`

describe('a payload that is', () => {
  it.each<[string, string | Uint8Array, string, string?]>([
    ['empty', '', nothing, 'not_json'],
    ['a packed bomb', gzipSync(Buffer.alloc(20_000_000)), nothing, 'not_utf8'],
    ['CBOR', Buffer.from('a26170f94a006163182a', 'hex'), nothing, 'not_utf8'],
    ['CBOR that is also text', Buffer.from('6161', 'hex'), nothing, 'not_json'],
    ['UTF-16', Buffer.from('\uFEFF{"p":1}', 'utf16le'), nothing, 'not_utf8'],
    ['UTF-16 without a mark', Buffer.from('{"p":1}', 'utf16le'), nothing, 'not_json'],
    ['ISO 8859-1', Buffer.from('{"n":"Ångström"}', 'latin1'), nothing, 'not_utf8'],
    ['behind a byte order mark', '\uFEFF{"p":1}', nothing, 'not_json'],
    ['two messages', '{"p":1}{"p":2}', nothing, 'not_json'],
    ['half a message', '{"p":', nothing, 'not_json'],
    ['with a comment', '{"p":1/*W*/}', nothing, 'not_json'],
    ['a bare null', 'null', nothing, 'not_an_object'],
    ['a bare number', '42', nothing, 'not_an_object'],
    ['a list of 30,000', list, 'p!decode_error', 'missing'],
    ['a value of 30,000', `{"p":${list}}`, 'p!decode_error', 'wrong_type'],
    ['17 levels deep', `{"x":${'['.repeat(16)}${']'.repeat(16)}}`, nothing, 'too_deep'],
    ['60,000 levels deep', '['.repeat(60_000), nothing, 'too_deep'],
    ['2,001 names', `{${names}}`, nothing, 'too_many_keys'],
    ['with a name twice', '{"p":1,"p":2}', nothing, 'duplicate_key'],
    ['with __proto__', '{"p":1,"__proto__":{"n":"x"}}', nothing, 'forbidden_key'],
    ['__proto__ in disguise', String.raw`{"\u005f_proto__":{}}`, nothing, 'forbidden_key'],
    ['constructor.prototype', '{"constructor":{"prototype":1}}', nothing, 'forbidden_key'],
    ['with a plain constructor', '{"p":1,"constructor":"Volvo"}', 'p=1'],
    ['1e999', '{"p":1e999}', 'p!decode_error', 'not_finite'],
    ['-1e999', '{"p":-1e999}', 'p!decode_error', 'not_finite'],
    ['60,000 digits', `{"p":1${'0'.repeat(60_000)}}`, 'p!decode_error', 'not_finite'],
    ['60,000 decimals', `{"p":0.${'1'.repeat(60_000)}}`, 'p=0.1111111111111111'],
    ['-0', '{"p":-0}', 'p=0'],
    ['NaN', '{"p":NaN}', nothing, 'not_json'],
    ['"NaN"', '{"p":"NaN"}', 'p!decode_error', 'wrong_type'],
    ['12,5', '{"p":12,5}', nothing, 'not_json'],
    ['"12,5"', '{"p":"12,5"}', 'p!decode_error', 'wrong_type'],
    ['true for a number', '{"p":true}', 'p!decode_error', 'wrong_type'],
    ['null for a number', '{"p":null}', 'p!decode_error', 'missing'],
    ['a backslash and a line end', text(String.raw`a\\b\nc`), String.raw`p=1 n="a\\b\nc"`],
    ['a backslash at the end', text(String.raw`pump\\`), String.raw`p=1 n="pump\\"`],
    ['a comma, = and a space', text('a,b=c d'), 'p=1 n="a,b=c d"'],
    ['an emoji', text('💡å'), 'p=1 n="💡å"'],
    ['a formula', text('=HYPERLINK(1)'), 'p=1 n="=HYPERLINK(1)"'],
    ['a bare line end', text('a\nb'), nothing, 'not_json'],
    ['a NUL', text(String.raw`a\u0000`), 'p=1 n!decode_error', 'bad_text'],
    ['half a character', text(String.raw`\ud83d`), 'p=1 n!decode_error', 'bad_text'],
    ['501 letters', text('å'.repeat(501)), 'p=1 n!out_of_range', 'out_of_range'],
  ])('%s', async (_, payload, readings, problem) => {
    const envelope = await stored(payload)
    expect(envelope.payload).toEqual(Buffer.from(payload))
    const problems = problem === undefined ? [] : [problem]
    expect(heard(envelope, plain)).toMatchObject({ readings, problems })
  })
})

const noon = 1_795_176_000
const suspect = 'p?clock_suspect'

describe('a time that is', () => {
  it.each<[string, string, string, number, string?]>([
    ['now', `${noon}`, 'p=1', 0],
    ['10 s older than the last', `${noon - 10}`, 'p=1', 0],
    ['5 min late', `${noon - 300}`, 'p=1', 0],
    ['5 min and 1 s late', `${noon - 301}`, 'p=1', flag.historical],
    ['2 min ahead', `${noon + 120}`, 'p=1', 0],
    ['2 min and 1 s ahead', `${noon + 121}`, suspect, flag.clockSuspect],
    ['0', '0', suspect, flag.clockSuspect],
    ['in 1970', '86400', suspect, flag.clockSuspect],
    ['the end of 2014', '1420070399', suspect, flag.clockSuspect],
    ['the start of 2015', '1420070400', 'p=1', flag.historical],
    ['before 1970', '-1', suspect, flag.clockSuspect],
    ['ms for s', `${noon}000`, suspect, flag.clockSuspect, 'bad_time'],
    ['µs for s', `${noon}000000`, suspect, flag.clockSuspect, 'bad_time'],
    ['s for ms', `${noon / 1_000}`, suspect, flag.clockSuspect],
    ['1e999', '1e999', suspect, flag.clockSuspect, 'bad_time'],
    ['in quotes', `"${noon}"`, suspect, flag.clockSuspect, 'bad_time'],
    ['true', 'true', suspect, flag.clockSuspect, 'bad_time'],
    ['null', 'null', suspect, flag.clockSuspect, 'bad_time'],
    ['a list', `[${noon}]`, suspect, flag.clockSuspect, 'bad_time'],
  ])('%s', async (...[, ts, readings, flags, problem]) => {
    const envelope = await stored(`{"ts":${ts},"p":1}`)
    const problems = problem === undefined ? [] : [problem]
    expect(heard(envelope, timed)).toEqual({ readings, problems, flags: [flags] })
  })

  it.each([
    ['the year 9999', '9999-12-31T23:59:59Z'],
    ['the year 2255', '2255-06-06T00:00:00Z'],
    ['the year 0', '0000-01-01T00:00:00Z'],
    ['without a zone', '2026-11-20T12:00:00'],
    ['in no zone', '2026-11-20T12:00:00+99:99'],
    ['30 February', '2026-02-30T25:00:00Z'],
    ['60,000 digits', `2026-11-20T${'1'.repeat(60_000)}Z`],
  ])('%s in ISO is not believed', async (_, at) => {
    const envelope = await stored(`{"at":"${at}","p":1}`)
    expect(heard(envelope, iso)).toEqual({
      readings: suspect,
      problems: ['bad_time'],
      flags: [flag.clockSuspect],
    })
  })
})

describe('a message that may have come before, by its DUP flag', () => {
  it.each<[string, { qos: number; flags: number }, boolean, number, number]>([
    // qualities: kept as repeated, flags where the type has no time, flags where it has one
    ['with QoS 1', { qos: 1, flags: 8 }, true, flag.dupPossible, 0],
    ['with QoS 2', { qos: 2, flags: 8 }, true, flag.dupPossible, 0],
    ['with QoS 1, first time', { qos: 1, flags: 0 }, false, 0, 0],
    ['with QoS 0, which has no repeats', { qos: 0, flags: 8 }, false, 0, 0],
  ])('%s', async (...[, how, repeated, withoutTime, withTime]) => {
    const envelope = await stored(`{"ts":${noon},"p":1}`, how)
    expect(envelope.repeated ?? false).toBe(repeated)
    expect(heard(envelope, plain).flags).toEqual([withoutTime])
    expect(heard(envelope, timed).flags).toEqual([withTime])
  })
})

const p = { path: '$.p' }
const plain = decoderOf({ p, n: { path: '$.n', kind: 'text', optional: true } })
const timed = decoderOf({ p }, { path: '$.ts', format: 'epoch_s' })
const iso = decoderOf({ p }, { path: '$.at', format: 'iso' })

function decoderOf(points: Record<string, unknown>, time?: unknown): Decode {
  const type = typeWith(points, time === undefined ? {} : { time })
  const ids = Object.keys(points).map((key): [string, PointId] => [key, pointOf(key)])
  const devices = new Map([['lamp-17', { type, points: new Map(ids) }]])
  return createDecoder({ version: 1, devices })
}

/** `p` is point 112, `n` is 110: their letters. */
function pointOf(key: string): PointId {
  return key.charCodeAt(0) as PointId
}

/** What the broker stored of a message, which it took without complaint. */
async function stored(
  payload: string | Uint8Array,
  how: { readonly qos: number; readonly flags?: number } = { qos: 1 },
): Promise<Envelope> {
  await using field = await startField({ clock: createManualClock() })
  using device = await RawDevice.loggedIn(field.port)
  device.send(publishPacket(up, payload, { ...how, id: 7 }))
  await until(() => field.stored.length === 1)
  if (how.qos === 1) await until(() => device.acknowledged.length === 1)
  expect(field.refusals).toEqual([])
  const [envelope] = field.stored
  if (envelope === undefined) throw new Error('nothing was stored')
  return envelope
}

function heard(
  envelope: Envelope,
  decode: Decode,
): { readings: string; problems: readonly string[]; flags: readonly number[] } {
  const { readings, problems } = atOnce(decode(envelope))
  const told = readings.map(({ point, value, quality, code }) => {
    const name = String.fromCharCode(point)
    if (quality === 'good') return `${name}=${JSON.stringify(value)}`
    return `${name}${quality === 'bad' ? '!' : '?'}${code}`
  })
  return {
    readings: told.join(' '),
    problems: problems.map(({ reason }) => reason),
    flags: readings.map(({ flags }) => flags),
  }
}
