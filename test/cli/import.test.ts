import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importAssetsAnswer } from '../../src/api/local/answers.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import type { App } from '../../src/app.ts'
import { look, openDesk, rig, startListening, type Desk } from './run.ts'

// One data folder for all: every command starts the parts of the service for itself.
let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  await desk.run('apply', rig)
})
afterAll(() => desk[Symbol.asyncDispose]())

const waterworks = organisationId.parse('waterworks')

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
    const point = await look(desk.data, async ({ configurations }) => {
      const configuration = await configurations.current(waterworks)
      return configuration?.assetPoints.get('rig-then')?.find(({ role }) => role === 'flow')
        ?.point
    })
    if (point === undefined) throw new Error('rig-then has no flow')
    await using store = await openDuckdbStore({ file: join(desk.data, 'readings.duckdb') })
    expect(await store.totals(waterworks, point)).toEqual({ count: 1_500, sum: 48_750 })
  })
})

/** From here on a service runs on the data folder, and the commands speak to it. */
function besideAService(): () => App {
  let service: App
  beforeAll(async () => {
    service = await startListening(desk.data)
  })
  afterAll(() => service[Symbol.asyncDispose]())
  return () => service
}

describe('gatuvakt import readings of a wrong recording', () => {
  besideAService()

  it.each([
    ['no such file', { file: 'away.csv' }, { code: 4, says: 'there is no ' }],
    ['no such device', { device: 'rig-9' }, { code: 4, says: 'there is no device rig-9' }],
    ['no such point', { map: 'heat=Flow' }, { code: 3, says: 'has no point heat' }],
    ['no such column', { map: 'flow=Floow' }, { code: 3, says: 'no column "Floow"' }],
    ['a bad number', { file: 'bad.csv' }, { code: 3, says: 'bad.csv:3, column Flow' }],
  ])('ends with its code: %s', async (_, changed, { code, says }) => {
    await desk.file('one.csv', 'datetime,Flow\n2026-03-01 00:00:00,1\n')
    await desk.file(
      'bad.csv',
      'datetime,Flow\n2026-03-01 00:00:00,1\n2026-03-01 00:01:00,x\n',
    )
    const { file, device, map } = {
      file: 'one.csv',
      device: 'rig-then',
      map: 'flow=Flow',
      ...changed,
    }
    const which = ['--organisation', 'waterworks', '--device', device, '--map', map]
    const csv = join(desk.folder, file)
    const outcome = await desk.run('import', 'readings', csv, ...which)
    expect(outcome).toMatchObject({ code, out: '', err: expect.stringContaining(says) })
  })

  it.each([
    ['from a pipe', 'datetime,Flow\n2026-03-02 00:00:00,1\n', 0, '1 rows are stored'],
    ['that is wrong', 'datetime,Flow\n2026-03-02 00:00:00,x\n', 3, 'standard input:2'],
  ])('or takes one %s', async (_, text, code, says) => {
    const piped = {
      input: () =>
        Readable.from([text.slice(0, 7), text.slice(7)].map((piece) => Buffer.from(piece))),
    }
    const which = [
      '--organisation',
      'waterworks',
      '--device',
      'rig-then',
      '--map',
      'flow=Flow',
    ]
    const outcome = await desk.runWith(piped, 'import', 'readings', '-', ...which)
    expect(outcome.code).toBe(code)
    expect(outcome.out + outcome.err).toContain(says)
  })
})

const pole = (id: unknown) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [11.4, 58.3] },
  properties: { id, owner: 'The town', keeper: 'Light Ltd' },
})
function geojson(...features: readonly unknown[]): Promise<string> {
  const collection = { type: 'FeatureCollection', features }
  return desk.file('poles.geojson', JSON.stringify(collection))
}

describe('gatuvakt import assets', () => {
  const service = besideAService()

  const args = ['--organisation', 'waterworks', '--type', 'Streetlight', '--name', 'Pole']
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
    const configuration = await service().configurations.current(waterworks)
    expect(configuration?.assets.get('p1')).toMatchObject({
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
