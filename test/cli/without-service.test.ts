import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  applyAnswer,
  importAssetsAnswer,
  linkAnswer,
  secretAnswer,
} from '../../src/api/local/answers.ts'
import { startApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { systemClock } from '../../src/clock.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { systemRandom } from '../../src/random.ts'
import { refusalOf } from '../support/problems.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { openDesk, rig, type Desk } from './run.ts'

// One data folder for all: every command starts the parts of the service for itself.
let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk[Symbol.asyncDispose]())

const waterworks = organisationId.parse('waterworks')

/** Looks at what the commands left behind. */
async function look<T>(at: (app: App) => Promise<T>): Promise<T> {
  await using app = await startApp({
    config: readConfig({ env: {}, flags: { data: desk.data } }),
    clock: systemClock,
    random: systemRandom,
    logger: quietLogger(),
    listen: false,
  })
  return await at(app)
}

describe('gatuvakt apply', () => {
  it('shows the difference and writes nothing on a dry run', async () => {
    const { code, out } = await desk.run('apply', rig, '--dry-run')
    expect(code).toBe(0)
    expect(out).toContain('  + asset rig-now')
    expect(out).toMatch(/^waterworks: \d+ changes, not applied \(dry run\)$/m)
    expect(await look((app) => app.configurations.organisations())).toEqual([])
  })

  it('brings it into force, and finds nothing to change the second time', async () => {
    const first = await desk.run('apply', rig, '--json')
    expect(first.code).toBe(0)
    expect(applyAnswer.parse(JSON.parse(first.out))).toMatchObject({
      organisation: 'waterworks',
      version: 1,
      mistakes: [],
    })
    expect(await desk.run('apply', rig)).toEqual({
      code: 0,
      out: 'waterworks: nothing to change',
      err: '',
    })
  })

  it('names every mistake by file, line and column, and changes nothing', async () => {
    const folder = join(desk.folder, 'waterworks')
    await cp(rig, folder, { recursive: true })
    const file = join(folder, 'rig.yaml')
    const text = await readFile(file, 'utf8')
    const broken = text.replace('type: WaterRig, public: true', 'tpe: WaterRig')
    await desk.file('waterworks/rig.yaml', `${broken}\nlamps: {}\n`)
    const line = text.split('\n').findIndex((one) => one.includes('rig-now: { name')) + 1
    const { code, out } = await desk.run('apply', folder)
    expect(code).toBe(3)
    expect(out).toContain('waterworks: nothing was changed, the files have mistakes:')
    expect(out).toMatch(new RegExp(`^ {2}rig.yaml:${line}:\\d+: .*tpe`, 'm'))
    expect(out).toMatch(/^ {2}rig.yaml:\d+:1: .*lamps/m)
    const json = await desk.run('apply', folder, '--json')
    expect(json.code).toBe(3)
    expect(applyAnswer.parse(JSON.parse(json.out)).mistakes[0]).toMatchObject({
      file: 'rig.yaml',
      line: expect.any(Number),
      column: expect.any(Number),
    })
    await rm(folder, { recursive: true })
  })

  it('says that there is no such folder', async () => {
    const { code, err } = await desk.run('apply', join(desk.folder, 'nowhere'))
    expect(code).toBe(4)
    expect(err).toContain('nowhere cannot be read')
  })
})

describe('gatuvakt init', () => {
  const lund = ['init', '--organisation', 'lund', '--name', 'Lunds kommun']
  const ada = ['--email', 'ada@lund.example']

  it('makes an organisation and a link that sets a password once', async () => {
    const { code, out } = await desk.run(...lund, ...ada)
    expect(code).toBe(0)
    const [words = '', link = ''] = out.split('\n')
    expect(words).toContain('ada@lund.example sets a password here, once')
    expect(link).toMatch(/^http:\/\/localhost:8080\/console\/set-password#\S{20,}$/)
    const token = new URL(link).hash.slice(1)
    await look(async ({ identity }) => {
      await identity.setPassword(token, 'a long enough password')
      expect(
        await refusalOf(identity.setPassword(token, 'another long password')),
      ).toMatchObject({ what: expect.any(String) })
    })
  })

  it('refuses the same organisation again, and says what to do', async () => {
    const { code, out, err } = await desk.run(...lund, ...ada)
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err).toContain('there is an organisation lund already')
    expect(err).toContain('gatuvakt admin reset')
  })

  it.each([
    ['address', ['--email', 'ada'], 'admin.email'],
    ['language', [...ada, '--language', 'fi'], 'admin.language'],
    ['zone', [...ada, '--timezone', 'Mars/Base'], 'time zone'],
  ])('refuses a wrong %s by name', async (_, wrong, text) => {
    const make = ['init', '--organisation', 'malmo', '--name', 'Malmö']
    const { code, err } = await desk.run(...make, ...wrong)
    expect(code).toBe(3)
    expect(err).toContain(text)
  })

  it('helps whoever is locked out with another link, and knows nobody else', async () => {
    const reset = ['admin', 'reset', '--organisation', 'lund', '--json', '--email']
    const { code, out } = await desk.run(...reset, 'Ada@lund.example')
    expect(code).toBe(0)
    const { link, user } = linkAnswer.parse(JSON.parse(out))
    expect(user).toBe('admin')
    const token = new URL(link).hash.slice(1)
    await look(({ identity }) => identity.setPassword(token, 'yet another password'))
    const nobody = await desk.run(...reset, 'eve@lund.example')
    expect(nobody).toMatchObject({ code: 4, out: '' })
  })
})

describe('gatuvakt device credential', () => {
  it('shows a secret that the broker takes, and its topic', async () => {
    const { code, out } = await desk.run(
      'device',
      'credential',
      'waterworks',
      'rig-now',
      '--json',
    )
    expect(code).toBe(0)
    const { username, secret, topics } = secretAnswer.parse(JSON.parse(out))
    expect(topics).toEqual(['rigs/waterworks/rig-now/measurement'])
    const login = await look(({ identity }) => identity.deviceLogin(username, secret))
    expect(login).toMatchObject({ device: 'rig-now', class: 'device' })
    const again = await desk.run('device', 'credential', 'waterworks', 'rig-now')
    expect(again.out).toMatch(/^secret +\S+ +\(shown this once\)$/m)
    expect(again.out).toContain('mosquitto_pub -h 127.0.0.1 -p 1883')
    expect(
      await look(({ identity }) => identity.deviceLogin(username, secret)),
    ).toBeUndefined()
  })

  it('says that there is no such device', async () => {
    const { code, err } = await desk.run('device', 'credential', 'waterworks', 'rig-9')
    expect(code).toBe(4)
    expect(err).toContain('rig-9')
  })
})

describe('gatuvakt import readings', () => {
  const rigThen = [
    '--organisation',
    'waterworks',
    '--device',
    'rig-then',
    '--map',
    'flow=Flow',
  ]

  it('stores every row with its own time, through the log', async () => {
    const lines = Array.from({ length: 1_500 }, (_, index) => {
      const minute = String(index % 60).padStart(2, '0')
      const hour = String(Math.floor(index / 60) % 24).padStart(2, '0')
      const day = 1 + Math.floor(index / 1_440)
      return `2026-03-0${day} ${hour}:${minute}:00;32,5`
    })
    const csv = await desk.file('rig.csv', `datetime;Flow\n${lines.join('\n')}\n`)
    const { code, out } = await desk.run('import', 'readings', csv, ...rigThen, '--json')
    expect({ code, out }).toEqual({ code: 0, out: '{"stored":1500}' })
    const point = await look(async ({ configurations }) => {
      const configuration = await configurations.current(waterworks)
      return configuration?.assetPoints.get('rig-then')?.find(({ role }) => role === 'flow')
        ?.point
    })
    if (point === undefined) throw new Error('rig-then has no flow')
    await using store = await openDuckdbStore({ file: join(desk.data, 'readings.duckdb') })
    expect(await store.totals(waterworks, point)).toEqual({ count: 1_500, sum: 48_750 })
  })

  it.each([
    ['no such file', 'away.csv', rigThen, 4, 'there is no '],
    ['no such device', 'one.csv', rigThen.with(3, 'rig-9'), 4, 'there is no device rig-9'],
    ['no such point', 'one.csv', rigThen.with(5, 'heat=Flow'), 3, 'has no point heat'],
    ['no such column', 'one.csv', rigThen.with(5, 'flow=Floow'), 3, 'no column "Floow"'],
    ['a bad number', 'bad.csv', rigThen, 3, 'bad.csv:3, column Flow'],
  ])('ends with its code: %s', async (_, name, args, code, text) => {
    await desk.file('one.csv', 'datetime,Flow\n2026-03-01 00:00:00,1\n')
    await desk.file(
      'bad.csv',
      'datetime,Flow\n2026-03-01 00:00:00,1\n2026-03-01 00:01:00,x\n',
    )
    const outcome = await desk.run('import', 'readings', join(desk.folder, name), ...args)
    expect(outcome).toMatchObject({ code, out: '', err: expect.stringContaining(text) })
  })
})

describe('gatuvakt import assets', () => {
  const args = ['--organisation', 'waterworks', '--type', 'Streetlight', '--name', 'Pole']
  const pole = (id: unknown) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [11.4, 58.3] },
    properties: { id, owner: 'The town', keeper: 'Light Ltd' },
  })
  const geojson = (...features: readonly unknown[]) =>
    desk.file('poles.geojson', JSON.stringify({ type: 'FeatureCollection', features }))

  it('shows what would come and writes nothing on a dry run, and then imports', async () => {
    const file = await geojson(pole('P1'), pole('P2'))
    const poles = [
      'import',
      'assets',
      file,
      ...args,
      '--owner',
      'owner',
      '--maintainer',
      'keeper',
    ]
    const dry = await desk.run(...poles, '--dry-run')
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('  + asset p1') })
    expect(dry.out).toContain('waterworks: 2 changes, not applied (dry run)')
    const real = await desk.run(...poles, '--json')
    expect(importAssetsAnswer.parse(JSON.parse(real.out))).toMatchObject({
      version: 2,
      bad: [],
    })
    const assets = await look(async ({ configurations }) =>
      (await configurations.current(waterworks))?.assets.get('p1'),
    )
    expect(assets).toMatchObject({
      name: 'Pole P1',
      owner: 'The town',
      maintainer: 'Light Ltd',
    })
  })

  it('imports nothing when one of them is bad, and names it', async () => {
    const file = await geojson(pole('P3'), pole('no slug!'))
    const { code, out } = await desk.run('import', 'assets', file, ...args)
    expect(code).toBe(3)
    expect(out).toMatch(/^ {2}feature 1: .*no slug!/)
    expect(out).toContain('nothing was imported')
  })

  it('says that there is no such file', async () => {
    const { code, err } = await desk.run('import', 'assets', 'away.geojson', ...args)
    expect({ code, err }).toMatchObject({
      code: 4,
      err: expect.stringContaining('away.geojson'),
    })
  })
})

describe('gatuvakt sim', () => {
  it('ends with 5 where no town runs', async () => {
    const { code, err } = await desk.run('sim', '--fault', 'lamp-17:dark')
    expect(code).toBe(5)
    expect(err).toContain('no simulated town runs here')
  })
})
