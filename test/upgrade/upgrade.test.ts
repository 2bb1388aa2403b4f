import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { allCases, journal, openAlarms, type Line } from '../scenario/look.ts'
import { lamp } from '../support/devices-say.ts'
import {
  eventually,
  startService,
  strandkoping,
  type TestService,
} from '../support/service.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { releasedFolder, releasedFolders, type Expected } from './released.ts'

const seconds = (count: number) => durationUs(count * SECOND)

it('keeps a folder of every release', () => {
  expect(releasedFolders).toEqual(['0.1.0/killed', '0.1.0/stopped'])
})

describe.each(releasedFolders)('the data folder of %s', { timeout: 90_000 }, (name) => {
  it('goes on under this version: nothing is lost, nothing happens twice', async () => {
    await using folder = await releasedFolder(name)
    const { expected } = folder
    const clock = new VirtualClock(expected.stoppedAt)
    clock.advance(seconds(2))
    const epoch = epochOf(folder.path)
    let points: Awaited<ReturnType<typeof pointsOf>>
    {
      await using service = await startService({ folder: folder.path, clock })
      await service.settle()
      await expectFound(service, expected)
      await expectGoesOn(service, expected)
      points = await pointsOf(service, Object.keys(expected.readings))
    }
    expect(epochOf(folder.path)).toBe(epoch)
    await using store = await openDuckdbStore({
      file: join(folder.path, 'readings.duckdb'),
    })
    for (const [said, { count, sum }] of Object.entries(expected.readings)) {
      const point = points.get(said)
      if (point === undefined) throw new Error(`${said} has no point`)
      const totals = await store.totals(strandkoping, point)
      // The lamp that `expectGoesOn` mends has said one thing more: 62 W, 0 W missing.
      const more = { 'lamp-17 power': 62, 'lamp-17 missing': 0 }[said]
      expect(totals.count, `${said}: count`).toBe(count + (more === undefined ? 0 : 1))
      expect(totals.sum, `${said}: sum`).toBeCloseTo(sum + (more ?? 0), 6)
    }
  })

  it('starts a second time as if it had always been of this version', async () => {
    await using folder = await releasedFolder(name)
    const clock = new VirtualClock(folder.expected.stoppedAt)
    for (let start = 0; start < 2; start += 1) {
      clock.advance(seconds(1))
      await using service = await startService({ folder: folder.path, clock })
      await service.settle()
      await expectFound(service, folder.expected)
    }
  })
})

/** People, alarms, cases and mails stand as the release left them. */
async function expectFound(service: TestService, expected: Expected): Promise<void> {
  const headers = { cookie: expected.cookie }
  const session = await fetch(`${service.http}/api/v1/session`, { headers })
  expect(session.status).toBe(200)
  const get = async (path: string) => {
    const answer = await fetch(`${service.http}/api/v1${path}`, { headers })
    return { status: answer.status, body: await answer.json() }
  }
  const staff = { get, post: () => Promise.reject(new Error('only reads')) }
  const alarms = await openAlarms(staff)
  expect(
    alarms.map(({ id, rule, asset, state }) => {
      return { id, rule: rule.id, asset: asset.id, state }
    }),
  ).toEqual(expected.openAlarms)
  expect(
    (await allCases(staff)).map(({ id, number, state, reports }) => {
      return { id, number, state, reports }
    }),
  ).toEqual(expected.cases)
  expect((await journal(service)).map(lineText)).toEqual(expected.journal)
  const outbox = await service.app.database
    .read(strandkoping)
    .selectFrom('outbox')
    .select(['id', 'delivered_at'])
    .orderBy('id')
    .execute()
  expect(outbox).toEqual(expected.deliveries)
}

async function expectGoesOn(service: TestService, expected: Expected): Promise<void> {
  const { email, password, device } = expected
  const login = await fetch(`${service.http}/api/v1/session`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: service.http,
      'sec-fetch-site': 'same-origin',
    },
    body: JSON.stringify({ organisation: strandkoping, email, password }),
  })
  expect(login.status).toBe(200)

  // A device that knows only the secret which the release gave it.
  const client = await connectAsync(service.app.addresses.mqtt, {
    clientId: device.name,
    username: device.username,
    password: device.secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
  })
  const message = JSON.stringify(lamp(service.clock.now(), 'lit'))
  await client.publishAsync(device.topic, message, { qos: 1 })
  await client.endAsync()

  // The rule of one lamp had waited for some seconds when the release ended; another is mended.
  await service.say('lamp-17', lamp(service.clock.now(), 'lit'))
  await service.settle()
  service.pass(seconds(21))
  const isNew = (line: Line) => !expected.journal.includes(lineText(line))
  const news = await eventually(
    async () => (await journal(service, { rule: 'lamp-dark' })).filter(isNew),
    ({ length }) => length >= 2,
  )
  expect(news.map(({ asset, event }) => `${asset} ${event}`).toSorted()).toEqual([
    'lamp-17 cleared',
    'lamp-19 raised',
  ])
  expect(news.find(({ asset }) => asset === 'lamp-19')?.at).toBe('2026-11-20T17:06:10.000Z')
}

const lineText = ({ rule, asset, event, at }: Line): string =>
  `${rule} ${asset} ${event} ${at}`

/** Point ids by `asset role`, as the configuration of the folder has them. */
async function pointsOf({ app }: TestService, names: readonly string[]) {
  const configuration = await app.configurations.current(strandkoping)
  return new Map(
    names.map((name) => {
      const [asset = '', role = ''] = name.split(' ')
      const measured = configuration?.assetPoints.get(asset) ?? []
      return [name, measured.find((point) => point.role === role)?.point]
    }),
  )
}

function epochOf(folder: string): unknown {
  const log = new DatabaseSync(join(folder, 'log.sqlite'), { readOnly: true })
  const row = log.prepare('SELECT epoch FROM log').get()
  log.close()
  return row?.['epoch']
}
