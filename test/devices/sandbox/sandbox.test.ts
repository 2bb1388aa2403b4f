import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { durationUs } from '../../../src/domain/time.ts'
import {
  EXPRESSION_STEPS,
  type Job,
  type Outcome,
} from '../../../src/devices/sandbox/program.ts'
import { createSandbox } from '../../../src/devices/sandbox/sandbox.ts'

const sandbox = createSandbox(systemClock)
afterAll(() => sandbox.close())

const noon = Date.UTC(2026, 10, 20, 12)
const quiet = { params: {}, envelope: {}, now: noon } as const

function job(bytes: readonly number[], changes: Partial<Job> = {}): Job {
  return { ...quiet, uplink: { bytes: Uint8Array.from(bytes), fPort: 2 }, ...changes }
}

function decode(codec: string, bytes: readonly number[] = [1, 2, 3]): Promise<Outcome> {
  return sandbox.run({ codec, points: {} }, job(bytes))
}

function evaluate(text: string, root: unknown = {}): Promise<Outcome> {
  return sandbox.run({ points: { it: text } }, { ...quiet, root })
}

const uplink = (body: string) => `function decodeUplink(input) { ${body} }`

describe('a codec', () => {
  it.each([
    [
      'decodeUplink',
      uplink(
        'return { data: { sum: input.bytes[0] + input.bytes[2], port: input.fPort } }',
      ),
    ],
    [
      'exports',
      'exports.decodeUplink = (i) => ({ data: { sum: i.bytes[0] + i.bytes[2], port: i.fPort } })',
    ],
    [
      'module.exports',
      'module.exports = { decodeUplink(i) { return { data: { sum: i.bytes[0] + i.bytes[2], port: i.fPort } } } }',
    ],
    [
      'export',
      `export ${uplink('return { data: { sum: input.bytes[0] + input.bytes[2], port: input.fPort } }')}`,
    ],
    [
      'Decode',
      'function Decode(fPort, bytes) { return { sum: bytes[0] + bytes[2], port: fPort } }',
    ],
    [
      'Decoder',
      'function Decoder(bytes, port) { return { sum: bytes[0] + bytes[2], port: port } }',
    ],
    [
      'import',
      `import { Buffer } from "buffer";\n${uplink('return { data: { sum: Buffer.from(input.bytes).readUInt8(0) + 3, port: input.fPort } }')}`,
    ],
  ])('may be written in the form %s', async (_, codec) => {
    expect(await decode(codec)).toMatchObject({
      ok: true,
      root: { data: { sum: 4, port: 2 } },
    })
  })

  it('finds what published codecs lean on', async () => {
    const codec = uplink(`
      const b = Buffer.from(input.bytes)
      return { data: {
        hex: b.toString('hex'), base64: b.toString('base64'), back: Buffer.from('QUJD', 'base64').toString(),
        float: Buffer.from('41480000', 'hex').readFloatBE(0), signed: Buffer.from('ff', 'hex').readInt8(0),
        le: b.readUInt16LE(1), ieee: ieee754.read([0, 0, 72, 65], 0, true, 23, 4),
        atob: atob('QUI='), btoa: btoa('AB'), text: new TextDecoder().decode(Uint8Array.from([195, 165])),
        year: input.recvTime.getUTCFullYear(),
      } }`)
    expect(await decode(codec)).toMatchObject({
      root: {
        data: {
          hex: '010203',
          base64: 'AQID',
          back: 'ABC',
          float: 12.5,
          signed: -1,
          le: 770,
          ieee: 12.5,
          atob: 'AB',
          btoa: 'QUI=',
          text: 'å',
          year: 2026,
        },
      },
    })
  })

  it('reaches nothing of the process', async () => {
    const names = [
      'process',
      'require',
      'fetch',
      'setTimeout',
      'WebAssembly',
      'postMessage',
    ]
    const codec = uplink(`return { data: [${names.map((n) => `typeof ${n}`).join()}] }`)
    expect(await decode(codec)).toMatchObject({
      root: { data: names.map(() => 'undefined') },
    })
  })

  it.each([
    ['a loop without end', 'for (;;) {}', 'codec_budget'],
    ['recursion without end', 'return decodeUplink(input)', 'codec_error'],
    [
      'hunger',
      'const a = []; for (;;) a.push("x".repeat(100000) + a.length)',
      'codec_memory',
    ],
    ['more hunger', 'const a = []; for (;;) a.push({ a: [1, 2, 3] })', 'codec_memory'],
    ['one huge list', 'return new Uint8Array(1e9)', 'codec_memory'],
    ['an exception', 'throw new Error("short")', 'codec_error'],
    ['nothing returned', '', 'codec_error'],
    ['errors of its own', 'return { errors: ["too short"] }', 'codec_error'],
    ['a result too long', 'return { data: "x".repeat(70000) }', 'codec_error'],
    ['a circle', 'const a = {}; a.a = a; return a', 'codec_error'],
    ['syntax', 'return {', 'codec_error'],
  ])('with %s is a reason, and the next message is not harmed', async (_, body, reason) => {
    const [bad, good] = await Promise.all([
      decode(uplink(body)),
      decode(uplink('return { data: { ok: true } }')),
    ])
    expect(bad).toMatchObject({ ok: false, reason })
    expect(good).toMatchObject({ ok: true, root: { data: { ok: true } } })
  })

  it('keeps nothing from one message to the next', async () => {
    const codec = `let own = 0; var other = 0;
      ${uplink('own++; other++; stray = typeof stray === "undefined" ? 1 : stray + 1; return { data: [own, other, stray, Math.random(), Date.now(), new Date().getTime()] }')}`
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => decode(codec)))
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0])
    expect(outcomes[0]).toMatchObject({
      root: { data: [1, 1, 1, 48271 / 2147483647, noon, noon] },
    })
  })

  it('is judged by its steps alike, whatever ran before it', async () => {
    const codec = uplink(
      'let n = 0; for (let i = 0; i < input.bytes[0] * 10000; i += 1) n += i; return { data: n }',
    )
    const verdicts = async (sizes: readonly number[]) => {
      const found = new Map<number, boolean>()
      for (const size of sizes) found.set(size, (await decode(codec, [size])).ok)
      return found
    }
    const sizes = [95, 98, 99, 100, 101, 104]
    const up = await verdicts(sizes)
    const down = await verdicts(sizes.toReversed())
    for (const size of sizes) expect([size, down.get(size)]).toEqual([size, up.get(size)])
    expect([up.get(95), up.get(104)]).toEqual([true, false])
  })

  it('says nothing with a promise', async () => {
    const outcome = await decode(uplink('return Promise.resolve({ data: 1 })'))
    expect(outcome).toMatchObject({ ok: true, root: {} })
  })

  it('says NaN by name, because null would mean that nothing was said', async () => {
    expect(
      await decode(uplink('return { data: { a: NaN, b: 1 / 0, c: 5n } }')),
    ).toMatchObject({
      root: { data: { a: 'NaN', b: 'Infinity', c: 5 } },
    })
  })
})

describe('an expression', () => {
  it('computes from the message, the parameters and the envelope', async () => {
    const program = {
      transform: '{ "d": data.distance }',
      points: {
        level: '($params.empty - d) / 10',
        rssi: '$envelope.rssi',
        none: 'nothing.there',
      },
    }
    const outcome = await sandbox.run(program, {
      root: { data: { distance: 400 } },
      params: { empty: 1_000 },
      envelope: { rssi: -70 },
      now: noon,
    })
    expect(outcome).toEqual({
      ok: true,
      root: { d: 400 },
      values: { level: 60, rssi: -70 },
      errors: {},
    })
  })

  it.each([
    ['without end', '( $f := function($n) { $f($n + 1) }; $f(0) )', /steps|stack/i],
    ['over too long a list', '[1..9999999]', /sequence|10000|range/i],
    ['with dice', '$random()', /something else/],
    ['with a wrong type', '"a" * 2', /left side/],
    ['that is none', 'a[', /expected|unexpected|end/i],
  ])('%s is a reason', async (_, text, words) => {
    const outcome = await evaluate(text)
    expect(outcome).toMatchObject({ ok: true, values: {} })
    expect(outcome.ok ? outcome.errors['it'] : '').toMatch(words)
  })

  it('divided by nothing is no number', async () => {
    expect(await evaluate('1 / 0')).toMatchObject({ values: { it: 'Infinity' } })
  })

  it('stands still in time', async () => {
    expect(await evaluate('[$millis(), $now()]')).toMatchObject({
      values: { it: [noon, '2026-11-20T12:00:00.000Z'] },
    })
  })

  it(`may take ${EXPRESSION_STEPS} steps`, async () => {
    expect(await evaluate('$sum([1..3000].($ * 2))')).toMatchObject({
      values: { it: 9_003_000 },
    })
  })
})

describe('code that does not come back', () => {
  const stuck = '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)'

  it('is ended with its worker, and only its own message suffers', async () => {
    const clock = systemClock
    const own = createSandbox({
      after: (_, task) => clock.after(durationUs(400_000), task),
    })
    try {
      const run = (text: string) =>
        own.run({ points: { it: text } }, { ...quiet, root: {} })
      // The first start of a worker takes its time; what counts here is that it runs.
      const warm = createSandbox(clock)
      await warm.run({ points: {} }, { ...quiet, root: {} })
      await warm.close()
      const outcomes = await Promise.all([run('1'), run(stuck), run('2'), run('3')])
      expect(outcomes.map((one) => (one.ok ? one.values['it'] : one.reason))).toEqual([
        1,
        'codec_killed',
        2,
        3,
      ])
    } finally {
      await own.close()
    }
  })

  it('rejects when the sandbox is closed under it', async () => {
    const own = createSandbox(systemClock)
    const running = own.run({ points: { it: stuck } }, { ...quiet, root: {} })
    const ended = running.catch((error: unknown) => String(error))
    await Promise.resolve()
    await own.close()
    expect(await ended).toContain('closed')
  })
})
