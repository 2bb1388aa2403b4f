import { afterAll, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import type { Outcome } from '../../../src/devices/sandbox/program.ts'
import { createSandbox } from '../../../src/devices/sandbox/sandbox.ts'

const sandbox = createSandbox(systemClock)
afterAll(() => sandbox.close())

/** What comes of a message of the bytes 1, 2 and 3 on port 2. */
function decode(body: string): Promise<Outcome> {
  const codec = `function decodeUplink(input) { ${body} }`
  const uplink = { bytes: Uint8Array.of(1, 2, 3), fPort: 2 }
  const now = Date.UTC(2026, 10, 20, 12)
  return sandbox.run({ codec, points: {} }, { params: {}, envelope: {}, now, uplink })
}

it.each([
  ['a text thrown', 'throw "short"', 'codec_error'],
  ['nothing thrown', 'throw undefined', 'codec_error'],
  ['a getter that never ends', 'return { get data() { for (;;) {} } }', 'codec_budget'],
  [
    'a getter that throws',
    'return { get data() { throw new Error("no") } }',
    'codec_error',
  ],
  [
    'a trap that never ends',
    'return new Proxy({}, { ownKeys() { for (;;) {} } })',
    'codec_budget',
  ],
  ['JSON of its own', 'return { data: { toJSON() { for (;;) {} } } }', 'codec_budget'],
  ['a list of two billion', 'return { data: new Array(2e9) }', 'codec_budget'],
  ['a text without end', 'let a = "x"; for (;;) a += a', 'codec_error'],
  [
    'a pattern that never ends',
    'return { data: /^(a+)+$/.test("a".repeat(40) + "!") }',
    'codec_budget',
  ],
  [
    'a sort that never ends',
    'return { data: [2, 1].sort(() => { for (;;) {} }) }',
    'codec_budget',
  ],
])(
  'code with %s is a reason, and the next message is not harmed',
  async (_, body, reason) => {
    const [bad, good] = await Promise.all([decode(body), decode('return { data: 1 }')])
    expect(bad).toMatchObject({ ok: false, reason })
    expect(good).toMatchObject({ ok: true, root: { data: 1 } })
  },
)

it.each([
  ['the lists', 'Array.prototype.push = () => { throw new Error("mine") }'],
  ['all objects', 'Object.prototype.value = 7; Object.prototype.toJSON = () => 7'],
  ['JSON', 'JSON.stringify = () => "7"; JSON.parse = () => 7'],
  [
    'what reads the world',
    'globalThis.Buffer = null; globalThis.Date = null; globalThis.Math = null',
  ],
  ['what it was given', 'input.bytes.fill(9); input.fPort = 9; delete input.bytes'],
])('that tampers with %s does so to itself alone', async (_, tampering) => {
  await decode(`${tampering}; return { data: 1 }`)
  const good =
    'return { data: { list: [1, 2], bytes: input.bytes, port: input.fPort, own: ({}).value } }'
  expect(await decode(good)).toEqual({
    ok: true,
    root: { data: { list: [1, 2], bytes: [1, 2, 3], port: 2 } },
    values: {},
    errors: {},
  })
  expect(Object.hasOwn(Object.prototype, 'value')).toBe(false)
})
