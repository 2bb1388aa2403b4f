import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { connectionListView } from '../../src/api/connection-view.ts'
import { connectionTokenList } from '../../src/api/connection-token-view.ts'
import { typeTryView } from '../../src/api/type-view.ts'
import type { App } from '../../src/app.ts'
import { lineOf } from '../../src/workshop/line-text.ts'
import { timeUs } from '../../src/domain/time.ts'
import { eventually } from '../support/service.ts'
import { openDesk, startListening, type Desk } from './run.ts'

const types = join(import.meta.dirname, '../../config/types')
const devEui = '24e124136b502217'

let desk: Desk
let service: App
const folderOf = (name: string): string => join(desk.folder, 'lund/device-types', name)

beforeAll(async () => {
  desk = await openDesk()
  service = await startListening(desk.data)
  for (const name of ['brunn-tryck-1', 'milesight-em310-udl']) {
    await mkdir(folderOf(name), { recursive: true })
    await cp(join(types, name), folderOf(name), { recursive: true })
  }
  const town = {
    organisation: { name: 'Lund', timezone: 'Europe/Stockholm', languages: ['sv'] },
    assets: {
      well: { name: 'Well', type: 'Well' },
      bin: { name: 'Bin', type: 'WasteContainer' },
    },
    connections: {
      loggers: { protocol: 'http', format: 'json', identity: { path: '$.logger' } },
      lora: { protocol: 'http', format: 'tts3' },
    },
    devices: {
      well: {
        type: 'brunn/tryck-1@1.0.0',
        asset: 'well',
        connection: 'loggers',
        address: { id: 'BT-004711' },
      },
      bin: {
        type: 'milesight/em310-udl@1.0.0',
        asset: 'bin',
        connection: 'lora',
        address: { devEui },
        params: { emptyMm: 1_200, fullMm: 200 },
      },
    },
  }
  await writeFile(join(desk.folder, 'lund/town.yaml'), stringify(town))
  await desk.run('apply', join(desk.folder, 'lund'))
  await eventually(
    async () => {
      const { out } = await desk.run('connections', 'list', '--json')
      return connectionListView.parse(JSON.parse(out)).connections
    },
    (all) => all.filter(({ protocol }) => protocol === 'http').length === 2,
  )
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await desk[Symbol.asyncDispose]()
})

const simulate = (type: string, ...options: readonly string[]) =>
  desk.run(
    'types',
    'simulate',
    folderOf(type),
    '--rate',
    '20/s',
    '--for',
    '300ms',
    ...options,
  )

async function lastOf(type: string, device: string) {
  await service.settled()
  const tried = await desk.run('types', 'try', folderOf(type), '--device', device, '--json')
  expect(tried.err).toBe('')
  const { points, problems } = typeTryView.parse(JSON.parse(tried.out))
  expect(problems).toEqual([])
  return new Map(points.map(({ point, value }) => [point, value]))
}

describe('gatuvakt types simulate, over HTTP', () => {
  it('sends what a device would, under its own name, with a token that ends with it', async () => {
    const at = ['--at', 'id=BT-004711', 'path=$.logger', '--set', 'pressure=3.5']
    const said = await simulate('brunn-tryck-1', '--connection', 'loggers', ...at)
    expect(said).toMatchObject({ code: 0, err: '' })
    expect((await lastOf('brunn-tryck-1', 'well')).get('pressure')).toBe(3.5)
    const list = await desk.run('connections', 'token', 'list', 'loggers', '--json')
    expect(connectionTokenList.parse(JSON.parse(list.out)).tokens).toEqual([])
  })

  it('sends bytes of a LoRaWAN device as its network server does, one vector or all', async () => {
    const at = ['--connection', 'lora', '--at', `devEui=${devEui}`]
    const said = await simulate('milesight-em310-udl', ...at, '--vector', 'published')
    expect(said).toMatchObject({ code: 0, err: '' })
    expect((await lastOf('milesight-em310-udl', 'bin')).get('battery')).toBe(92)
  })

  it('sends elsewhere with the token that it is given', async () => {
    const issued = await desk.run('connections', 'token', 'issue', 'loggers', '--json')
    const { token, url } = JSON.parse(issued.out)
    const options = ['--address', url, '--at', 'id=BT-004711', 'path=$.logger']
    const args = ['types', 'simulate', folderOf('brunn-tryck-1'), ...options]
    const right = { env: { SOURCE_TOKEN: token } }
    const quick = ['--rate', '20/s', '--for', '100ms']
    expect(await desk.runWith(right, ...args, ...quick)).toMatchObject({ code: 0 })
    const wrong = { env: { SOURCE_TOKEN: 'not-the-token' } }
    const refused = await desk.runWith(wrong, ...args, ...quick)
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('401')
  })

  it.each([
    ['a value for bytes', 'milesight-em310-udl', ['--set', 'battery=3'], '--vector'],
    ['a vector that is none', 'milesight-em310-udl', ['--vector', 'none'], 'published'],
    ['nowhere to send', 'brunn-tryck-1', [], '--connection'],
    ['no token', 'brunn-tryck-1', ['--address', 'http://127.0.0.1:9/x'], 'SOURCE_TOKEN'],
  ])('refuses %s', async (_what, type, options, next) => {
    const said = await simulate(type, ...options)
    expect(said.code).not.toBe(0)
    expect(said.err).toContain(next)
  })

  it('refuses LoRaWAN without a device', async () => {
    const said = await simulate('milesight-em310-udl', '--connection', 'lora')
    expect(said.err).toContain('devEui')
  })
})

it('a line says a message with its escapes and its time in ns', () => {
  const message = {
    measurement: 'pump, one',
    tags: { 'site name': 'a=b' },
    fields: { level: 2.5, note: 'say "hi"', on: true },
  }
  const line = lineOf(new TextEncoder().encode(JSON.stringify(message)), timeUs(1_000_001))
  expect(line).toBe(
    String.raw`pump\,\ one,site\ name=a\=b level=2.5,note="say \"hi\"",on=true 1000001000`,
  )
})
