import { expect, it } from 'vitest'
import { wholeType } from '../../src/configuration/extend-type.ts'
import type { JsonObject } from '../../src/configuration/json.ts'
import { mistakesIn, parseTown, sound, town, vectorMistakesIn } from './town.ts'

const base = town['device-types/acme-slc/type.yaml'] ?? ''
const path = 'device-types/acme-slc-b/type.yaml'
const vectors = 'device-types/acme-slc-b/vectors'
const child = (rest: string) => ({ [path]: `type: acme/slc-b@1.0.0\n${rest}` })
const baseName = /type: (\S+)/.exec(base)?.[1] ?? ''

const scaled = (value: number) => ({
  ...child(`extends: ${baseName}\npoints: { power: { scale: 0.1 }, level: null }\n`),
  [`${vectors}/lit.json`]: JSON.stringify({
    name: 'lit',
    ingest: '2026-11-20T12:00:00Z',
    payload: { p: 62 },
    expect: { readings: { power: { value, quality: 'good' } } },
  }),
  [`${vectors}/malformed.json`]: JSON.stringify({
    name: 'not JSON',
    ingest: '2026-11-20T12:00:00Z',
    payloadText: 'p=62',
    expect: { readings: {}, problems: ['not_json'] },
  }),
})
const lora = (codec: string) => ({
  'device-types/lw/type.yaml': `type: acme/lw@1.0.0\nprotocol: lorawan\ndescription: d\ninterval: 1h\n${codec}points: { v: {} }\n`,
})

it('takes over what it does not say itself', () => {
  const parsed = parseTown(
    child(
      `extends: ${baseName}\ninterval: 5m\npoints:\n  extra: { path: $.x, scale: 2 }\n  level: null\n`,
    ),
  )
  // What is stored is what was written: the whole is made where types are read.
  const type = sound(parsed).objects.find(({ slug }) => slug === 'acme/slc-b@1.0.0')
  expect(type?.document).toMatchObject({ extends: baseName, points: { level: null } })
})

it('is tried on its vectors as a whole', async () => {
  expect(await vectorMistakesIn(scaled(6.2))).toEqual([])
  expect(await vectorMistakesIn(scaled(62))).toEqual([
    expect.stringContaining('expects 62 good for power and gives 6.2 good/ok'),
  ])
})

it.each([
  [
    'a base that is not there',
    'extends: acme/none@1.0.0\n',
    'there is no device type "acme/none@1.0.0"',
  ],
  ['itself', 'extends: acme/slc-b@1.0.0\n', 'goes round in a circle'],
  [
    'a point that does not fit',
    `extends: ${baseName}\npoints: { power: { scale: much } }\n`,
    'points.power.scale is "much"',
  ],
  [
    'a key that is unknown',
    `extends: ${baseName}\nintervall: 5m\n`,
    'the key "intervall" is unknown here',
  ],
])('%s is a mistake in its own file', (_, rest, says) => {
  const mistakes = mistakesIn(child(rest))
  expect(mistakes).toContainEqual(expect.stringContaining(says))
  for (const mistake of mistakes)
    expect(mistake).toMatch(/^device-types\/acme-slc-b\/type\.yaml:/)
})

it('stands on at most five others', () => {
  const types = new Map<string, JsonObject>(
    Array.from({ length: 8 }, (_, n) => [`t${n}`, { type: `t${n}`, extends: `t${n + 1}` }]),
  )
  expect(wholeType({ type: 'a', extends: 't0' }, (name) => types.get(name))).toMatchObject({
    ok: false,
    why: 'at most 5 types stand behind one another',
  })
  expect(wholeType({ type: 'a', extends: 't4' }, (name) => types.get(name))).toMatchObject({
    ok: true,
  })
})

it('brings its codec along, and says when it is not there', () => {
  const source = 'function decodeUplink() { return { data: { v: 1 } } }'
  const parsed = parseTown({
    ...lora('codec: ./codec.js\n'),
    'device-types/lw/codec.js': source,
  })
  const type = sound(parsed).objects.find(({ slug }) => slug === 'acme/lw@1.0.0')
  expect(type?.document['codecSource']).toBe(source)
  expect(mistakesIn(lora('codec: ./codec.js\n'))).toEqual([
    'device-types/lw/type.yaml:5:8: codec is "./codec.js" (expected a file codec.js beside type.yaml)',
  ])
})

it('is told of units that nobody else would understand', () => {
  const files = {
    'device-types/acme-slc/type.yaml': base.replace(/unit: W\b/, 'unit: kWh'),
  }
  expect(mistakesIn(files)).toEqual([
    expect.stringMatching(/"kWh" is no unit that is known here .*did you mean "kW\.h"\?$/),
  ])
})
