import { describe, expect, it } from 'vitest'
import { mistakeText } from '../../src/configuration/mistake.ts'
import { objectSet } from '../../src/configuration/objects.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { mistakesIn, parseTown, sound, town, townFile, vectorMistakesIn } from './town.ts'

describe('objects that do not fit together', () => {
  const table: Record<string, [files: Record<string, string | undefined>, string[]]> = {
    'a parent that is not there': [
      townFile('assets.yaml', /asset: cabinet-1 \}\n$/, 'asset: cabnet-1 }\n'),
      ['assets.yaml:16:31: there is no asset "cabnet-1"; did you mean "cabinet-1"?'],
    ],
    'a device on no asset': [
      townFile('devices.yaml', 'asset: lamp-1', 'asset: lamp-9'),
      [
        expect.stringMatching(
          /^devices\.yaml:2:41: there is no asset "lamp-9"; did you mean/,
        ) as string,
      ],
    ],
    'a device of no type': [
      townFile(
        'devices.yaml',
        'acme/slc@1.0.0, asset: lamp-1',
        'acme/slc@1.0.1, asset: lamp-1',
      ),
      [
        'devices.yaml:2:18: there is no device type "acme/slc@1.0.1"; did you mean "acme/slc@1.0.0"?',
      ],
    ],
    'a rule on a lamp that is not there': [
      townFile('rules/lights.yaml', '[lamp-2]', '[lamp-2, lamp-x]'),
      [
        expect.stringMatching(
          /^rules\/lights\.yaml:12:31: there is no asset "lamp-x"/,
        ) as string,
      ],
    ],
    'a route to nowhere': [
      townFile(
        'cases.yaml',
        'category: light-out, area: centre }, unit: light',
        'category: dark, area: center }, unit: lite',
      ),
      [
        'cases.yaml:11:42: there is no category "dark"',
        'cases.yaml:11:54: there is no area "center"; did you mean "centre"?',
        'cases.yaml:11:70: there is no unit "lite"',
      ],
    ],
    'a point the type does not have': [
      townFile('devices.yaml', 'watts: power', 'watts: powr'),
      [
        'devices.yaml:3:68: the device type acme/slc@1.0.0 has no point "powr"; did you mean "power"?',
      ],
    ],
    'two devices that measure the same': [
      townFile(
        'devices.yaml',
        'asset: lamp-2, measures: { watts: power }',
        'asset: lamp-1, measures: { power: power }',
      ),
      [
        'devices.yaml:3:68: power of lamp-1 is measured by slc-1 already (a role has one source at a time); give the roles other names under measures',
      ],
    ],
    'a circle of feeding': [
      townFile(
        'assets.yaml',
        'type: StreetlightControlCabinet',
        'type: StreetlightControlCabinet, parents: [{ edge: FEEDS, asset: lamp-2 }]',
      ),
      [
        'assets.yaml:2:98: FEEDS runs in a circle: cabinet-1 → lamp-2 → cabinet-1 (what feeds or holds a thing cannot hang on it)',
      ],
    ],
    'the same slug in two files': [
      { 'more.yaml': 'units:\n  light: { name: Other }\n' },
      ['more.yaml:2:3: unit "light" is also in cases.yaml:2:3; keep one of them'],
    ],
    'two that were the same': [
      { 'more.yaml': 'units:\n  a: { was: x, name: A }\n  b: { was: x, name: B }\n' },
      ['more.yaml:3:13: a was "x" too; only one of them can go on as it'],
    ],
    'two users with one address': [
      {
        'more.yaml':
          'users:\n  eva: { name: Eva, email: ada@NORTH.example, roles: [auditor], language: sv }\n',
      },
      expect.arrayContaining([expect.stringContaining('belongs to')]) as string[],
    ],
    'no organisation': [
      { 'organisation.yaml': undefined },
      [
        'organisation.yaml:1:1: no file says what the organisation is; write organisation: { name, timezone, languages } into organisation.yaml',
      ],
    ],
  }
  it.each(Object.entries(table))('%s', (_, [files, mistakes]) => {
    expect(mistakesIn(files)).toEqual(mistakes)
  })

  it('a lamp may be fed by what talks through it', () => {
    const files = townFile(
      'assets.yaml',
      'type: StreetlightControlCabinet',
      'type: StreetlightControlCabinet, parents: [{ edge: COMM_VIA, asset: lamp-2 }]',
    )
    expect(mistakesIn(files)).toEqual([])
  })
})

it('tells of mistakes in several files at once, in reading order', () => {
  const mistakes = mistakesIn({
    ...townFile('rules/lights.yaml', 'priority: 3', 'priority: high'),
    ...townFile('cases.yaml', 'order: 20', 'order: -1'),
    'zz.yaml': 'units: [\n',
  })
  expect(mistakes.map((text) => text.split(' ')[0])).toEqual([
    'cases.yaml:10:18:',
    'rules/lights.yaml:4:15:',
    expect.stringMatching(/^zz\.yaml:/),
  ])
})

it('tells of at most a hundred mistakes', () => {
  const units = Array.from({ length: 300 }, (_, i) => `  u${i}: { nam: x }`).join('\n')
  expect(mistakesIn({ 'more.yaml': `units:\n${units}\n` })).toHaveLength(100)
})

it('warns of a rule that watches what nobody measures', () => {
  const parsed = parseTown(townFile('rules/lights.yaml', 'role: power', 'role: powr'))
  expect(parsed.ok && parsed.warnings.map(mistakeText)).toEqual([
    'rules/lights.yaml:6:41: no asset this rule watches measures "powr"; did you mean "power"?',
  ])
})

it('refuses an organisation whose name is no slug', () => {
  const parsed = parseConfiguration({ organisation: '../north', files: [] })
  expect(parsed.ok || parsed.mistakes.map(({ what }) => what)).toEqual([
    '"../north" cannot be an organisation\'s slug',
  ])
})

it('takes what the database has for what references may lead to', () => {
  const devices = { 'devices.yaml': town['devices.yaml'] ?? '' }
  const stored = objectSet(sound(parseTown()).objects)
  const files = Object.entries(devices).map(([path, text]) => ({ path, text }))
  expect(parseConfiguration({ organisation: 'north', files }, stored).ok).toBe(true)
  expect(parseConfiguration({ organisation: 'north', files }).ok).toBe(false)
})

it('leaves it to the apply whether a stored device makes room for its successor', () => {
  const stored = objectSet(sound(parseTown()).objects)
  const text = 'devices:\n  slc-9: { type: acme/slc@1.0.0, asset: lamp-1 }\n'
  const files = [{ path: 'devices.yaml', text }]
  expect(parseConfiguration({ organisation: 'north', files }, stored).ok).toBe(true)
})

describe('vectors beside a device type', () => {
  const folder = 'device-types/acme-slc/vectors'
  const good = {
    name: 'lit',
    ingest: '2026-11-20T12:00:00Z',
    payload: { p: 62, dim: 100 },
    expect: {
      readings: {
        power: { value: 62, quality: 'good' },
        level: { value: 100, quality: 'good' },
      },
    },
  }
  const malformed = {
    name: 'not JSON',
    ingest: '2026-11-20T12:00:00Z',
    payloadText: 'p=62',
    expect: { readings: {}, problems: ['not_json'] },
  }
  const files = (lit: unknown) => ({
    [`${folder}/lit.json`]: JSON.stringify(lit, null, 1),
    [`${folder}/malformed.json`]: JSON.stringify(malformed),
  })

  it('pass when the type decodes them as they say', async () => {
    expect(await vectorMistakesIn(files(good))).toEqual([])
  })

  it('are mistakes in their file when it decodes them otherwise', async () => {
    const wrong = structuredClone(good)
    wrong.expect.readings.power.value = 6.2
    expect(await vectorMistakesIn(files(wrong))).toEqual([
      expect.stringMatching(
        /^device-types\/acme-slc\/vectors\/lit\.json:10:4: Vector "lit" expects 6\.2 good for power/,
      ),
    ])
  })

  it('are mistakes when they are not as a vector is', async () => {
    expect(await vectorMistakesIn(files({ ...good, ingest: 'noon' }))).toEqual([
      'device-types/acme-slc/vectors/lit.json:3:12: ingest is "noon" (expected a time such as 2026-11-20T13:31:00Z)',
    ])
  })
})
