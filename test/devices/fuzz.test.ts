import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDecoder } from '../../src/devices/decode.ts'
import type { Decode, Decoded } from '../../src/devices/decoder.ts'
import { deviceType, type DeviceType } from '../../src/devices/device-type.ts'
import { effectiveTime, MAX_AHEAD, parseTime } from '../../src/devices/effective-time.ts'
import {
  importConnection,
  importMessage,
  importRow,
} from '../../src/devices/import-message.ts'
import { createMessageParser } from '../../src/devices/json/parse-message.ts'
import type { PointId } from '../../src/domain/ids.ts'
import { CpuBudget } from '../support/cpu-budget.ts'
import { Dice } from '../support/dice.ts'
import { atOnce, envelope, noon, typeWith } from '../support/devices.ts'

/** 100,000 cases each. */
const numRuns = 100_000
/** A few seconds each; more on a machine that has other things to do. */
const timeout = 120_000

const names = ['a', 'b', 'c', 'ts', '__proto__', 'constructor', 'prototype'] as const
const pieces = ['{', '}', '[', ']', '"', ':', ',', '\\', 'u0041', '1', 'e9', '.'] as const
const text = (json: unknown) => new TextEncoder().encode(JSON.stringify(json))

describe('the parser of messages', () => {
  const parse = createMessageParser()

  it(
    'gives any bytes a value or a reason',
    () => {
      const budget = new CpuBudget()
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const dice = new Dice(seed)
          const scraps = Buffer.from(dice.list(20, () => dice.pick(pieces)).join(''))
          const payload = dice.chance(2) ? dice.bytes(60) : scraps
          const parsed = budget.count(() => parse(payload))
          return (
            parsed.ok ||
            (parsed.problem.reason !== '' && parsed.problem.detail.length < 400)
          )
        }),
        { numRuns },
      )
      expect(budget.verdict(numRuns)).toBe('kept')
    },
    timeout,
  )

  it(
    'reads all JSON that is not refused by name just as JavaScript does',
    () => {
      const budget = new CpuBudget()
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const payload = text(new Dice(seed).json(names))
          const parsed = budget.count(() => parse(payload))
          if (!parsed.ok) return parsed.problem.reason === 'forbidden_key'
          return JSON.stringify(parsed.root) === new TextDecoder().decode(payload)
        }),
        { numRuns },
      )
      expect(budget.verdict(numRuns)).toBe('kept')
    },
    timeout,
  )
})

const steps = ['.a', '.b', '.c', '[0]', '[1]'] as const
const kinds = ['measure', 'state', 'counter', 'text'] as const
const ranges = [
  [0, 100],
  [-40, 85],
  [5, 1],
] as const
const formats = ['epoch_s', 'epoch_ms', 'epoch_us', 'iso'] as const

/** A device type that the schema takes, with points of every kind. */
function anyType(dice: Dice): DeviceType {
  const point = () => ({
    path: `$${dice.list(3, () => dice.pick(steps)).join('')}`,
    kind: dice.pick(kinds),
    scale: dice.pick([1, 0.1, -2, 1e300]),
    offset: dice.pick([0, -40, 0.5]),
    optional: dice.chance(2),
    ...(dice.chance(3) && { range: dice.pick(ranges) }),
    ...(dice.chance(3) && { bit: dice.below(32) }),
    ...(dice.chance(9) && { enum: { 0: 'off', true: 'open', a: 'b' } }),
  })
  const time = { path: dice.pick(['$.ts', '$.a']), format: dice.pick(formats) }
  const read = deviceType.safeParse({
    type: 'test/thing@1.0.0',
    description: 'random',
    mqtt: { topic: 'v1/{device}' },
    interval: '15m',
    points: { a: point(), b: point(), c: point() },
    ...(dice.chance(2) && { time }),
  })
  // A bit and an enum exclude each other.
  return read.data ?? anyType(dice)
}

/** A time, or what a device takes for one. */
function stamp(dice: Dice): unknown {
  const seconds = 1_795_176_000 + dice.below(1_000_000) - 500_000
  const year = String(dice.pick([2026, 2026, 1970, 0, 9999, 2255, 10_000])).padStart(4, '0')
  const zone = dice.pick(['Z', '+01:00', '-2400', '+99:99', ''])
  switch (dice.below(4)) {
    case 0:
      return dice.json(names, 1)
    case 1:
      return seconds * dice.pick([1, 1_000, 1_000_000, 1e-3])
    case 2:
      return `${year}-${dice.pick(['11', '13', '00'])}-20T12:00:00${zone}`
    default:
      return `${year}-11-20T${dice.text()}${zone}`
  }
}

describe('the decoder', () => {
  it(
    'makes of any message, for any type, readings that can be stored',
    () => {
      const budget = new CpuBudget()
      const isRight = (dice: Dice, decode: Decode): boolean => {
        const message = { a: dice.json(names, 2), b: dice.json(names, 2), ts: stamp(dice) }
        const root = dice.chance(5) ? dice.json(names) : message
        const imported = dice.chance(4)
        const said = envelope(text(imported ? { at: stamp(dice), values: root } : root), {
          retained: dice.chance(2),
          connection: imported ? importConnection : 'mqtt',
          ...(dice.chance(2) && { repeated: true }),
        })
        return isStorable(
          budget.count(() => atOnce(decode(said))),
          imported,
        )
      }
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const dice = new Dice(seed)
          const decode = decoderOf(anyType(dice))
          return Array.from({ length: 100 }).every(() => isRight(dice, decode))
        }),
        { numRuns: numRuns / 100 },
      )
      expect(budget.verdict(numRuns)).toBe('kept')
    },
    timeout,
  )

  it(
    'takes every imported row that the API takes',
    () => {
      const budget = new CpuBudget()
      const decode = decoderOf(typeWith({ a: { path: '$.a' }, b: { path: '$.b', bit: 3 } }))
      let taken = 0
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const dice = new Dice(seed)
          const cell = () => dice.json(['x'], dice.chance(9) ? 1 : 0)
          const values = {
            a: cell(),
            [dice.pick(['b', 'c', 'toString', 'B', 'b.'])]: cell(),
          }
          const at = dice.chance(9) ? dice.json(names) : dice.below(2 ** 53)
          const parsed = budget.count(() => importRow.safeParse({ at, values }))
          if (!parsed.success) return true
          taken += 1
          const said = envelope(importMessage(parsed.data), {
            connection: importConnection,
          })
          return isStorable(atOnce(decode(said)), true)
        }),
        { numRuns },
      )
      expect(taken).toBeGreaterThan(numRuns / 20)
      expect(budget.verdict(numRuns)).toBe('kept')
    },
    timeout,
  )

  it.each([
    ['opening brackets', '['.repeat(65_536)],
    ['closing brackets', ']'.repeat(65_536)],
    ['quotes', '"'.repeat(65_536)],
    ['a text without end', `"${'a'.repeat(65_535)}`],
    ['backslashes', `"${'\\'.repeat(65_535)}`],
    ['escapes', `{"a":"${String.raw`\u00e5`.repeat(10_000)}"}`],
    ['digits', `{"a":${'9'.repeat(65_000)}}`],
    ['an exponent of digits', `{"a":1e${'9'.repeat(65_000)}}`],
    ['blanks', `{"a":"${' '.repeat(65_000)}x"}`],
    ['digits in quotes', `{"a":"${'9'.repeat(65_000)}x"}`],
    ['digits and commas in quotes', `{"a":"${'9,'.repeat(32_000)}x"}`],
    ['a digit and blanks in quotes', `{"a":"1${' '.repeat(65_000)}x"}`],
    ['nearly __proto__, over and over', `{"a":1${' "__proto__"'.repeat(5_000)}}`],
    ['__proto__ and blanks', `{"__proto__"${' '.repeat(65_000)}`],
    ['2,000 names', `{${Array.from({ length: 2_000 }, (_, i) => `"k${i}":0`).join()}}`],
    ['numbers', `{"a":[${'1,'.repeat(32_000)}1]}`],
    ['a long time', `{"ts":"2026-11-20T${'1'.repeat(65_000)}Z"}`],
    ['a time of zones', `{"ts":"2026-11-20T${'+01:00'.repeat(10_000)}Z"}`],
  ])('needs less than 50 ms for 64 KiB of %s', (_, payload) => {
    const budget = new CpuBudget()
    const type = typeWith({ a: { path: '$.a' } }, { time: { path: '$.ts', format: 'iso' } })
    const decode = decoderOf(type)
    const said = envelope(payload.slice(0, 65_536))
    const { problems } = budget.count(() => atOnce(decode(said)))
    expect(problems.length).toBeGreaterThan(0)
    expect(budget.longestMs).toBeLessThan(50)
  })
})

it(
  'the time of any message is a time, and never ahead of its arrival by more than 2 min',
  () => {
    const budget = new CpuBudget()
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const dice = new Dice(seed)
        const raw = stamp(dice)
        const format = dice.pick(formats)
        const recorded = dice.chance(2)
        return budget.count(() => {
          const source = parseTime(raw, format)
          const { effective } = effectiveTime({ source, ingest: noon, recorded })
          return Number.isSafeInteger(effective) && effective <= noon + MAX_AHEAD
        })
      }),
      { numRuns },
    )
    expect(budget.verdict(numRuns)).toBe('kept')
    expect(parseTime('2026-11-20T12:00:00Z', 'iso')).toBe(noon)
  },
  timeout,
)

function decoderOf(type: DeviceType): Decode {
  const ids = Object.keys(type.points).map((key): [string, PointId] => [
    key,
    key.length as PointId,
  ])
  const devices = new Map([['lamp-17', { type, points: new Map(ids) }]])
  return createDecoder({ version: 1, devices })
}

/** Values and times that every store takes, and a reason for everything bad. */
function isStorable({ readings, problems }: Decoded, recorded: boolean): boolean {
  const bad = readings.filter(({ quality }) => quality === 'bad')
  if (bad.length > 0 && problems.length === 0) return false
  return readings.every(({ value, quality, effective, source = noon }) => {
    if ((value === null) !== (quality === 'bad')) return false
    if (typeof value === 'number' && !Number.isFinite(value)) return false
    if (typeof value === 'string' && (!value.isWellFormed() || value.includes('\0')))
      return false
    if (!Number.isSafeInteger(effective) || !Number.isSafeInteger(source)) return false
    return recorded || effective <= noon + MAX_AHEAD
  })
}
