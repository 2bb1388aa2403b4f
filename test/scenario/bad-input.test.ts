import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFolder } from '../../src/configuration/read-folder.ts'
import { lamp } from '../support/devices-say.ts'
import { closed } from '../support/mqtt.ts'
import { demoFolder, fjordvik, strandkoping } from '../support/service.ts'
import { openBesieged, type Besieged } from './besieged.ts'

let siege: Besieged
beforeAll(async () => {
  siege = await openBesieged()
})
afterAll(async () => {
  await siege[Symbol.asyncDispose]()
})

/** What lamp-1 says with one thing changed, as text. */
function saying(change: (text: string) => string): string {
  return change(JSON.stringify(lamp(siege.service.clock.now(), 'lit')))
}

describe('a message that cannot be understood', () => {
  const table: Record<
    string,
    [payload: () => string | Buffer, reason: string, sample: string, powerIsGood?: boolean]
  > = {
    'is not JSON': [() => '{"ts": 17, "p": ', 'not_json', '{"ts": 17, "p": '],
    'is empty': [() => '', 'not_json', ''],
    'is not UTF-8': [() => Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'not_utf8', '{'],
    'holds a number that no computer can': [
      () => saying((text) => text.replace('"p":620', '"p":1e999')),
      'not_finite',
      '1e999',
    ],
    'holds a text for a number': [
      () => saying((text) => text.replace('"p":620', '"p":{"w":620}')),
      'wrong_type',
      '"w":620',
    ],
    'holds a decimal comma': [
      () => saying((text) => text.replace('"p":620', '"p":"62,0"')),
      'wrong_type',
      '"62,0"',
    ],
    'is a list': [() => '[[620],[0]]', 'missing', '[[620]'],
    'lacks what it must have': [
      () => saying((text) => text.replace('"p":620,', '')),
      'missing',
      '"dp"',
    ],
    'holds a name that reaches for the prototype': [
      () => saying((text) => text.replace('{', '{"__proto__":{"p":1},')),
      'forbidden_key',
      '__proto__',
    ],
    'reaches for the constructor': [
      () => saying((text) => text.replace('{', '{"constructor":{"prototype":{"p":1}},')),
      'forbidden_key',
      'constructor',
    ],
    'says one name twice': [
      () => saying((text) => text.replace('{', '{"p":1,')),
      'duplicate_key',
      '"p":1',
    ],
    'is nested like a well': [
      () => '['.repeat(30_000) + ']'.repeat(30_000),
      'too_deep',
      '[[[[',
    ],
    'says impossible values': [
      () => saying((text) => text.replace('"p":620', '"p":-70000')),
      'out_of_range',
      '-70000',
    ],
    'has a time that is none': [
      () => saying((text) => text.replace(/"ts":\d+/, '"ts":"yesterday"')),
      'bad_time',
      'yesterday',
      true,
    ],
  }

  it.each(Object.entries(table))(
    'because it %s is acknowledged, kept and shown',
    async (_, row) => {
      const [payload, reason, sample, powerIsGood = false] = row
      const before = await siege.counted(reason)
      const client = await siege.device('lamp-1')
      await client.publishAsync(client.topic, payload(), { qos: 1 })
      await siege.service.settle()
      const found = await siege.problems((list) =>
        list.some((one) => one.reason === reason && one.sample.includes(sample)),
      )
      expect(found.find((one) => one.reason === reason)).toMatchObject({
        source: 'mqtt:strandkoping/lamp-1',
        detail: expect.stringMatching(/./) as unknown,
      })
      expect(await siege.counted(reason)).toBeGreaterThan(before)
      const left = powerIsGood
        ? { value: 62, quality: 'uncertain' }
        : { value: null, quality: 'bad' }
      expect(await siege.last('lamp-1', 'power')).toMatchObject(left)
      await client.endAsync()
      await siege.expectWell()
    },
  )
})

const of48 = ({ source }: { readonly source: string }): boolean =>
  source === 'mqtt:strandkoping/lamp-48'

describe('a device that does what it may not', () => {
  const table: Record<string, [topic: string, payload: string, reason: string]> = {
    'speaks on a topic that nobody knows': [
      'some/where/else',
      '{"p":1}',
      'topic_not_allowed',
    ],
    "speaks on another device's topic": [
      'lights/strandkoping/lamp-3/status',
      '{"p":2}',
      'topic_not_allowed',
    ],
    'speaks for a device that is not there': [
      'lights/strandkoping/lamp-4711/status',
      '{"p":3}',
      'topic_not_allowed',
    ],
    "speaks on another organisation's topic": [
      'lights/fjordvik/lamp-1/status',
      '{"p":4}',
      'topic_not_allowed',
    ],
    'sends a megabyte': [
      'lights/strandkoping/lamp-1/status',
      `{"p":5,"filler":"${'x'.repeat(1_000_000)}"}`,
      'too_large',
    ],
  }

  it.each(Object.entries(table))(
    'and %s is not acknowledged, and shown',
    async (_, row) => {
      const [topic, payload, reason] = row
      const before = await siege.counted(reason)
      const client = await siege.device('lamp-1')
      const publishing = client.publishAsync(topic, payload, { qos: 1 }).then(
        () => 'acknowledged',
        () => 'refused',
      )
      await closed(client)
      client.end(true)
      expect(await publishing).toBe('refused')
      const found = await siege.problems((list) =>
        list.some(
          (one) => one.reason === reason && one.sample.includes(payload.slice(0, 7)),
        ),
      )
      expect(found.filter((one) => one.reason === reason)).toMatchObject([
        { source: 'mqtt:strandkoping/lamp-1' },
      ])
      expect(await siege.counted(reason)).toBe(before + 1)
      const theirs = await siege.service.logIn('drift@fjordvik.example', fjordvik)
      expect(await siege.problems(undefined, theirs)).toEqual([])
      await siege.expectWell()
    },
  )

  it('and speaks on after it was retired is acknowledged, and shown as unknown', async () => {
    const client = await siege.device('lamp-48')
    const { files } = await readFolder(demoFolder(strandkoping))
    const retired = files.map(({ path, text }) => ({
      path,
      text: path === 'devices.yaml' ? text.replace(/^ {2}lamp-48:.*\n/m, '') : text,
    }))
    const applied = await siege.service.local.inject({
      method: 'POST',
      url: '/apply',
      payload: { organisation: strandkoping, files: retired, prune: true },
    })
    expect(applied.json()).toMatchObject({ version: 2, mistakes: [] })
    await siege.service.settle()
    const before = await siege.counted('unknown_device')
    await client.publishAsync(client.topic, saying(String), { qos: 1 })
    await siege.service.settle()
    const found = await siege.problems((list) => list.some(of48))
    expect(found.filter(of48)).toMatchObject([{ reason: 'unknown_device', count: 1 }])
    expect(await siege.counted('unknown_device')).toBe(before + 1)
    await client.endAsync()
    await siege.expectWell()
  })
})

it('has shown the people of the organisation what its own devices did, and no stranger', async () => {
  const sources = new Set((await siege.problems()).map(({ source }) => source))
  expect([...sources].toSorted()).toEqual([
    'mqtt:strandkoping/lamp-1',
    'mqtt:strandkoping/lamp-48',
  ])
})
