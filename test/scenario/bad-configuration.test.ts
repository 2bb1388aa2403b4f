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

/** Files with one mistake, and the place that must be named. */
interface Case {
  readonly files: readonly ConfigurationText[]
  readonly place: string
}

/** The demo with a part of a file replaced; `at` begins what is wrong with it. */
function edited(path: string, part: string, by: string, at: string): Case {
  const files = town.demoWith(path, part, by)
  const text = files.find((file) => file.path === path)?.text ?? ''
  const lines = text.slice(0, text.indexOf(at, text.indexOf(by))).split('\n')
  return { files, place: `${path}:${lines.length}:${(lines.at(-1) ?? '').length + 1}:` }
}

function added(path: string, text: string, place: string): Case {
  return { files: [...town.demo, { path, text }], place: `${path}:${place}:` }
}

const lampTypes = 'device-types/nordlys-slc-4'

describe('a folder with a mistake', () => {
  const table: Record<string, [make: () => Case, what: RegExp]> = {
    'an alias bomb': [
      () => added('more.yaml', bomb, '2:55'),
      /more than 20 aliases in one file/,
    ],
    'a key that is there twice': [
      () => edited(lights, 'priority: 3', 'priority: 3\n    priority: 1', 'priority: 1'),
      /the key "priority" is here twice/,
    ],
    'an asset that is there twice': [
      () =>
        added('more.yaml', 'assets:\n  lamp-17: { name: X, type: Streetlight }\n', '2:3'),
      /asset "lamp-17" is also in assets\.yaml/,
    ],
    'a misspelt key': [
      () => edited(lights, 'onDelay: 20s', 'onDelai: 20s', 'onDelai'),
      /the key "onDelai" is unknown here/,
    ],
    'a delay without a unit': [
      () => edited(lights, 'onDelay: 20s', 'onDelay: 20', '20'),
      /onDelay is 20/,
    ],
    'a delay in words': [
      () => edited(lights, 'timeout: 10m', 'timeout: 10 minuter', '10 minuter'),
      /timeout is "10 minuter"/,
    ],
    'a limit with a decimal comma': [
      () => edited(lights, 'above: 20,', 'above: "2,5",', '"2,5"'),
      /above is "2,5"/,
    ],
    'a priority that is not there': [
      () => edited(lights, 'priority: 4', 'priority: 9', '9'),
      /priority is 9/,
    ],
    'a device on an asset that nobody has': [
      () => edited('devices.yaml', 'asset: lamp-17 }', 'asset: lamp-71 }', 'lamp-71'),
      /there is no asset "lamp-71"/,
    ],
    'a device of a type that nobody has': [
      () => edited('devices.yaml', 'nordlys/slc-4@1.0.0', 'nordlys/slc-5@1.0.0', 'nordlys'),
      /nordlys\/slc-5@1\.0\.0/,
    ],
    'a lamp fed by a cabinet that nobody has': [
      () => edited('assets.yaml', 'asset: cabinet-1 }', 'asset: cabinet-9 }', 'cabinet-9'),
      /there is no asset "cabinet-9"/,
    ],
    'a route to a unit that nobody has': [
      () => edited('routes.yaml', 'unit: ljus }', 'unit: lyse }', 'lyse'),
      /there is no unit "lyse"/,
    ],
    'a device type whose own examples no longer come out': [
      () => ({
        files: town.demoWith(
          `${lampTypes}/type.yaml`,
          '$.p, scale: 0.1',
          '$.p, scale: 0.2',
        ),
        place: `${lampTypes}/vectors/dark.json:`,
      }),
      /power/,
    ],
    'a name that reaches for the prototype': [
      () =>
        edited('routes.yaml', 'units:', 'units:\n  __proto__: { name: X }', '__proto__'),
      /"__proto__" is refused/,
    ],
    'a tab': [
      () => edited('routes.yaml', '  gata:', '\tgata:', '\tgata'),
      /a tab cannot indent/,
    ],
  }

  let before: unknown
  beforeEach(async () => {
    before = await town.everything()
  })

  it.each(Object.entries(table))(
    '(%s) is answered with its place, and nothing changes',
    async (_, [make, what]) => {
      const { files, place } = make()
      const began = process.hrtime.bigint()
      const { version, changes, mistakes } = await town.apply(files)
      expect(Number(process.hrtime.bigint() - began) / 1e9).toBeLessThan(5)
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
      const answer = await town.service.local.inject({
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
