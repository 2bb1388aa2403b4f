import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConfigurationText } from '../../src/configuration/parse.ts'
import { strandkoping } from '../support/service.ts'
import { lights, openAppliedDemo, type AppliedDemo } from './apply-demo.ts'

let town: AppliedDemo
beforeAll(async () => {
  town = await openAppliedDemo()
})
afterAll(async () => {
  await town[Symbol.asyncDispose]()
})

/** Ten lists of ten references each: 10^9 nodes, if anybody followed them. */
const bomb = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
  ...Array.from(
    { length: 9 },
    (_, n) =>
      `a${n + 1}: &a${n + 1} [${Array.from({ length: 10 }, () => `*a${n}`).join(', ')}]`,
  ),
  '',
].join('\n')

describe('a folder with a mistake', () => {
  const table: Record<
    string,
    [files: () => ConfigurationText[], place: string, what: RegExp]
  > = {
    'an alias bomb': [
      () => [...town.demo, { path: 'more.yaml', text: bomb }],
      'more.yaml:2:55',
      /more than 20 aliases in one file/,
    ],
    'a key that is there twice': [
      () =>
        town.demoWith(lights, '    priority: 3\n', '    priority: 3\n    priority: 1\n'),
      `${lights}:6:5`,
      /the key "priority" is here twice/,
    ],
    'an asset that is there twice': [
      () => [
        ...town.demo,
        {
          path: 'assets/more.yaml',
          text: 'assets:\n  lamp-17: { name: X, type: Streetlight }\n',
        },
      ],
      'assets/more.yaml:2:3',
      /lamp-17/,
    ],
    'a misspelt key': [
      () => town.demoWith(lights, 'onDelay: 20s', 'onDelai: 20s'),
      `${lights}:9:5`,
      /the key "onDelai" is unknown here/,
    ],
    'a delay without a unit': [
      () => town.demoWith(lights, 'onDelay: 20s', 'onDelay: 20'),
      `${lights}:9:14`,
      /onDelay is 20/,
    ],
    'a delay in words': [
      () => town.demoWith(lights, 'timeout: 10m', 'timeout: 10 minuter'),
      `${lights}:18:41`,
      /timeout is "10 minuter"/,
    ],
    'a limit with a decimal comma': [
      () => town.demoWith(lights, 'above: 20,', 'above: "2,5",'),
      `${lights}:8:57`,
      /above is "2,5"/,
    ],
    'a priority that is not there': [
      () => town.demoWith(lights, 'priority: 4', 'priority: 9'),
      `${lights}:16:15`,
      /priority is 9/,
    ],
    'a device on an asset that nobody has': [
      () => town.demoWith('devices.yaml', 'asset: lamp-17 }', 'asset: lamp-71 }'),
      'devices.yaml:21:48',
      /there is no asset "lamp-71"/,
    ],
    'a device of a type that nobody has': [
      () =>
        town.demoWith(
          'devices.yaml',
          'lamp-17: { type: nordlys/slc-4@1.0.0',
          'lamp-17: { type: nordlys/slc-5@1.0.0',
        ),
      'devices.yaml:21:20',
      /nordlys\/slc-5@1\.0\.0/,
    ],
    'a lamp fed by a cabinet that nobody has': [
      () => town.demoWith('assets.yaml', 'asset: cabinet-1 }', 'asset: cabinet-9 }'),
      'assets.yaml:17:31',
      /there is no asset "cabinet-9"/,
    ],
    'a route to a unit that nobody has': [
      () => town.demoWith('routes.yaml', 'unit: ljus }', 'unit: lyse }'),
      'routes.yaml:8:61',
      /there is no unit "lyse"/,
    ],
    'a device type whose own examples no longer come out': [
      () =>
        town.demoWith(
          'device-types/nordlys-slc-4/type.yaml',
          'path: $.p, scale: 0.1',
          'path: $.p, scale: 0.2',
        ),
      'device-types/nordlys-slc-4/vectors/dark.json',
      /power/,
    ],
    'a name that reaches for the prototype': [
      () => town.demoWith('routes.yaml', 'units:', 'units:\n  __proto__: { name: X }'),
      'routes.yaml:3:3',
      /"__proto__" is refused/,
    ],
    'a tab': [
      () => town.demoWith('routes.yaml', '  gata:', '\tgata:'),
      'routes.yaml:3:1',
      /tab/,
    ],
  }

  let before: unknown
  beforeEach(async () => {
    before = await town.everything()
  })

  it.each(Object.entries(table))(
    '(%s) is answered with its place, and nothing changes',
    async (_, row) => {
      const [files, place, what] = row
      const began = process.hrtime.bigint()
      const { version, changes, mistakes } = await town.apply(files())
      expect(Number(process.hrtime.bigint() - began) / 1e9).toBeLessThan(2)
      expect({ version, changes }).toEqual({ version: null, changes: [] })
      const told = mistakes.map(
        ({ file, line, column, ...words }) =>
          `${file}:${line}:${column}: ${words.what} ${words.why ?? ''}`,
      )
      expect(told.filter((line) => line.startsWith(place))).toContainEqual(
        expect.stringMatching(what),
      )
      expect(await town.everything()).toEqual(before)
    },
  )

  it('that is not even a list of files is refused', async () => {
    for (const payload of [
      { organisation: 'Strandköping', files: [] },
      { organisation: strandkoping, files: 'all of them' },
      { organisation: strandkoping, files: [{ path: 'a.yaml' }] },
      [],
    ]) {
      const answer = await town.service.app.local.inject({
        method: 'POST',
        url: '/apply',
        payload,
      })
      expect(answer.statusCode).toBe(400)
      expect(answer.json()).toMatchObject({
        status: 400,
        why: expect.any(String) as unknown,
      })
    }
    expect(await town.everything()).toEqual(before)
  })
})
