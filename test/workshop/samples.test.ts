import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeUs } from '../../src/domain/time.ts'
import { kindOf, niceRange, unitOf } from '../../src/workshop/guesses.ts'
import { lineDiff } from '../../src/workshop/line-diff.ts'
import { proposePoints } from '../../src/workshop/propose-points.ts'
import { groupSamples, topicPattern, type Sample } from '../../src/workshop/samples.ts'
import { scaffold } from '../../src/workshop/scaffold.ts'
import { checkTypeFiles } from '../../src/workshop/type-files.ts'
import { typeOfSamples } from '../../src/workshop/type-of-samples.ts'

const at = timeUs(1_795_194_000_000_000)
const sample = (topic: string, message: unknown): Sample => ({
  topic,
  payload: new TextEncoder().encode(JSON.stringify(message)),
  at,
})

describe('messages that were listened to', () => {
  it('are sorted by kind, whoever sent them', () => {
    const { groups, unreadable } = groupSamples([
      sample('lights/a/lamp-1/status', { p: 1, st: 0 }),
      sample('lights/a/lamp-2/status', { p: 2, st: 1, wh: 3 }),
      sample('water/a/well-1/telemetry', { level: 1 }),
      sample('lights/a/lamp-2/status', 'hello'),
    ])
    expect(unreadable).toBe(1)
    expect(groups.map(({ topics, samples }) => [topics.length, samples.length])).toEqual([
      [2, 2],
      [1, 1],
    ])
  })

  it.each([
    [['l/x/lamp-1/s', 'l/x/lamp-2/s'], 'l/x/{device}/s'],
    [['l/x/lamp-1/s', 'l/x/lamp-2/s', 'l/y/lamp-3/s'], 'l/{organisation}/{device}/s'],
    [['l/x/lamp-1/s'], 'l/x/{device}/s'],
    [['kitchen/lamp/state'], 'kitchen/{device}/state'],
  ])('on %s give the topic %s', (topics, pattern) => {
    expect(topicPattern(topics)).toBe(pattern)
  })

  it('become points with a kind, a unit, a range and states', () => {
    const messages = [
      {
        id: 'lamp-1',
        ts: 1_795_194_000,
        u: [230, 231],
        temp: -3,
        mode: 0,
        on: true,
        'odd name': 1,
      },
      {
        id: 'lamp-1',
        ts: 1_795_194_060,
        u: [229, 231],
        temp: 4,
        mode: 1,
        on: false,
        nothing: null,
      },
    ]
    const [group] = groupSamples(messages.map((one) => sample('l/x/lamp-1/s', one))).groups
    if (group === undefined) throw new Error('no group')
    const { points, time, notes } = proposePoints(group)
    expect(time).toEqual({ path: '$.ts', format: 'epoch_s' })
    expect(
      Object.fromEntries(points.map(({ key, definition }) => [key, definition])),
    ).toEqual({
      u0: { path: '$.u[0]', unit: 'V', range: [0, 500] },
      u1: { path: '$.u[1]', unit: 'V', range: [0, 500] },
      temp: { path: '$.temp', unit: 'Cel', range: [-10, 10] },
      mode: { path: '$.mode', kind: 'state', enum: { '0': 'off', '1': 'on' } },
      on: { path: '$.on', kind: 'state' },
    })
    expect(notes.join('\n')).toMatch(/\$\.odd name is left out[^]*\$\.nothing is left out/)
    expect(notes.join('\n')).toContain('$.id is left out: it is the name of the sender')
  })

  it('always make a type that passes its own check, whatever they hold', async () => {
    const leaf = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.string({ maxLength: 20 }),
    )
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_ -]{0,8}$/)
    const message = fc.dictionary(name, fc.oneof(leaf, fc.array(leaf, { maxLength: 3 })), {
      minKeys: 1,
      maxKeys: 8,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 5 }),
        async (messages) => {
          const samples = messages.map((one) =>
            sample('x/lamp-1/s', { ...one, steady: 1.5 }),
          )
          const [group] = groupSamples(samples).groups
          if (group === undefined) return
          const made = typeOfSamples({
            type: 'x/y@1.0.0',
            protocol: 'mqtt',
            group,
            from: 'a, #b',
          })
          const { read } = await checkTypeFiles(await scaffold(made))
          expect(read?.type.type).toBe('x/y@1.0.0')
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('guesses', () => {
  it.each([
    ['energy', [1, 2, 3], 'counter'],
    ['energy', [3, 2, 1], 'measure'],
    ['status', [0, 3, 0], 'state'],
    ['power', [0, 3, 0], 'measure'],
    ['door', [true], 'state'],
    ['firmware', ['1.2', '1.2'], 'text'],
    ['lamp', ['ok', 'bad', 'ok', 'ok'], 'state'],
  ] as const)('%s with %j is a %s', (key, values, kind) => {
    expect(kindOf(key, values).kind).toBe(kind)
  })

  it.each([
    ['wetWellLevel', 'm'],
    ['p1.amps', 'A'],
    ['batteryVoltage', '%'],
    ['colour', undefined],
  ])('%s is in %s', (key, unit) => {
    expect(unitOf(key)).toBe(unit)
  })

  it('make ranges that hold what was seen', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (values) => {
        const [low, high] = niceRange(values, undefined)
        expect(low).toBeLessThanOrEqual(Math.min(...values))
        expect(high).toBeGreaterThanOrEqual(Math.max(...values))
      }),
    )
  })
})

describe('the difference of two texts', () => {
  it('is empty for the same text and names every line that changed', () => {
    expect(lineDiff('a\nb\n', 'a\nb\n')).toEqual([])
    expect(lineDiff('a\nb\nc', 'a\nx\nc')).toEqual(['  a', '- b', '+ x', '  c'])
  })

  it('leads from the one to the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(lines, lines, (old, now) => {
        const diff = lineDiff(old.join('\n'), now.join('\n'))
        const count = (sign: string) => diff.filter((line) => line.startsWith(sign)).length
        expect(now.length - old.length).toBe(count('+') - count('-'))
      }),
    )
  })
})
