import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  HttpError,
  InfluxDB as InfluxDB2,
  Point,
  setLogger,
} from '@influxdata/influxdb-client'
import { FieldType, InfluxDB as InfluxDB1 } from 'influx'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { deviceOf, startIntake, token, type Intaking } from './intaking.ts'

const run = promisify(execFile)
setLogger({ warn: () => undefined, error: () => undefined })
let field: Intaking
afterEach(() => field[Symbol.asyncDispose]())

const settings = { format: 'line', identity: { tag: 'host' } }
const devices = [deviceOf('http', 'pump-1'), deviceOf('http', 'pump-2', { id: 'P 2' })]
const at = 1_795_000_000_000_000

describe('a client of InfluxDB 2', () => {
  it.each([
    ['the address of the connection', () => field.address],
    ['nothing but host and port', () => field.url],
  ])('writes to %s', async (_where, url) => {
    field = await startIntake({ settings, devices })
    const client = new InfluxDB2({ url: url(), token })
    const api = client.getWriteApi('strandkoping', 'field', 'us')
    api.writePoint(
      new Point('water')
        .tag('host', 'pump-1')
        .tag('site', 'north, by the sea')
        .floatField('pressure', 4.2)
        .intField('starts', 17)
        .booleanField('on', true)
        .stringField('note', 'say "hi"')
        .timestamp(String(at)),
    )
    await api.close()
    expect(field.messages()).toEqual([
      {
        measurement: 'water',
        tags: { host: 'pump-1', site: 'north, by the sea' },
        fields: { pressure: 4.2, starts: 17, on: true, note: 'say "hi"' },
        time: at,
      },
    ])
    expect(field.stored).toMatchObject([{ device: 'pump-1-id', topic: 'line/water' }])
  })

  it('packs what is large, and all of it arrives', async () => {
    field = await startIntake({ settings, devices })
    const client = new InfluxDB2({ url: field.url, token })
    const api = client.getWriteApi('strandkoping', 'field', 'ms', { batchSize: 500 })
    for (let i = 0; i < 2_000; i += 1) {
      api.writePoint(
        new Point('m')
          .tag('host', 'P 2')
          .intField('n', i)
          .timestamp(at / 1_000 + i),
      )
    }
    // Closing does not wait for batches that were sent before.
    await api.close()
    await until(() => field.stored.length === 2_000)
    const numbers = field.messages().map((m) => (m as { fields: { n: number } }).fields.n)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 2_000 }, (_, i) => i),
    )
  })

  it('is told which line was wrong, and the others are stored', async () => {
    field = await startIntake({ settings, devices })
    const client = new InfluxDB2({ url: field.url, token })
    const api = client.getWriteApi('strandkoping', 'field', 'us', { maxRetries: 0 })
    api.writeRecords([
      'm,host=pump-1 n=1 1',
      'm,host=pump-1 n=nonsense 2',
      'm,host=pump-1 n=3 3',
    ])
    const error: unknown = await api.close().catch((refused: unknown) => refused)
    expect(error).toBeInstanceOf(HttpError)
    expect(error).toMatchObject({
      statusCode: 400,
      json: {
        code: 'invalid',
        line: 2,
        message: expect.stringContaining('line 2: the field n'),
      },
    })
    expect(field.messages()).toMatchObject([{ fields: { n: 1 } }, { fields: { n: 3 } }])
  })

  it('is told how long to wait when it is turned away, and then all of it is there once', async () => {
    let full = true
    field = await startIntake({
      settings,
      devices,
      append: async () => {
        if (full) throw new Error('the log is full')
      },
    })
    const write = async (): Promise<unknown> => {
      const client = new InfluxDB2({ url: field.url, token })
      const api = client.getWriteApi('strandkoping', 'field', 'us', { maxRetries: 0 })
      api.writeRecord('m,host=pump-1 n=1 1')
      return api.close().catch((refused: unknown) => refused)
    }
    const refused = await write()
    if (!(refused instanceof HttpError)) throw new Error('it was not turned away')
    // 10 s; this client takes them for ms, which is its mistake and nobody else's.
    expect([refused.statusCode, refused.retryAfter()]).toEqual([503, 10])
    full = false
    await write()
    expect(field.messages()).toMatchObject([{ fields: { n: 1 } }])
  })

  it('with a wrong token is told in words it understands', async () => {
    field = await startIntake({ settings, devices })
    const client = new InfluxDB2({ url: field.url, token: 'wrong' })
    const api = client.getWriteApi('strandkoping', 'field', 'us', { maxRetries: 0 })
    api.writeRecord('m,host=pump-1 n=1 1')
    const error: unknown = await api.close().catch((refused: unknown) => refused)
    expect(error).toMatchObject({ statusCode: 401, json: { code: 'unauthorized' } })
  })
})

describe('a client of InfluxDB 1', () => {
  it.each([
    ['the database ORGANISATION/CONNECTION', 'strandkoping/field', 'anybody'],
    ['the organisation as the user name', 'field', 'strandkoping'],
  ])('writes with %s', async (_how, database, username) => {
    field = await startIntake({ settings, devices })
    const { hostname, port } = new URL(field.url)
    const client = new InfluxDB1({
      host: hostname,
      port: Number(port),
      database,
      username,
      password: token,
      schema: [
        {
          measurement: 'water',
          tags: ['host'],
          fields: {
            pressure: FieldType.FLOAT,
            starts: FieldType.INTEGER,
            note: FieldType.STRING,
          },
        },
      ],
    })
    expect(await client.ping(5_000)).toMatchObject([{ online: true }])
    await client.createDatabase(database)
    expect(await client.getDatabaseNames()).toEqual([])
    await client.writePoints(
      [
        {
          measurement: 'water',
          tags: { host: 'pump-1' },
          fields: { pressure: 4.2, starts: 17, note: 'å, "ä"' },
          timestamp: new Date(at / 1_000),
        },
      ],
      { precision: 'ms' },
    )
    expect(field.messages()).toEqual([
      {
        measurement: 'water',
        tags: { host: 'pump-1' },
        fields: { pressure: 4.2, starts: 17, note: 'å, "ä"' },
        time: at,
      },
    ])
  })

  it('is told what was wrong in the header and the body it reads', async () => {
    field = await startIntake({ settings, devices })
    const url = `${field.url}/write?db=strandkoping/field&u=x&p=${token}&precision=s`
    const answer = await fetch(url, {
      method: 'POST',
      body: 'm,host=pump-1 n=1 1\nm,host=pump-1',
    })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('x-influxdb-error')).toContain('line 2: it has no fields')
    expect(await answer.json()).toEqual({ error: expect.stringContaining('partial write') })
    expect(field.messages()).toMatchObject([{ time: 1_000_000 }])
  })

  it.each([
    ['host and port', () => `${field.url}/query?`],
    ['the connection', () => `${field.address}/query?p=${token}&`],
  ])('gets no data by a query at %s', async (_where, url) => {
    field = await startIntake({ settings, devices })
    const ask = (q: string): Promise<Response> =>
      fetch(`${url()}q=${encodeURIComponent(q)}`)
    expect((await ask('SELECT * FROM water')).status).toBe(400)
    expect((await ask('DROP DATABASE x')).status).toBe(400)
    expect((await ask('CREATE DATABASE "x"')).status).toBe(200)
    expect((await ask('')).status).toBe(400)
  })
})

describe('curl', () => {
  it('writes lines from a file, with the content type it always sends', async () => {
    field = await startIntake({ settings, devices })
    const { stdout } = await run('curl', [
      '-sS',
      '-w',
      '%{http_code}',
      '-H',
      `Authorization: Bearer ${token}`,
      '--data-binary',
      'm,host=pump-1 n=1 1795000000000000000\nm,host=pump-1 n=2 1795000001000000000',
      field.address,
    ])
    expect(stdout).toBe('204')
    expect(field.messages()).toMatchObject([{ time: at }, { time: at + 1_000_000 }])
  })

  it('sees that somebody is here', async () => {
    field = await startIntake({ settings, devices })
    const { stdout } = await run('curl', ['-sSI', `${field.url}/ping`])
    expect(stdout).toContain('204')
    expect(stdout.toLowerCase()).toContain('x-influxdb-version')
    const health = await fetch(`${field.url}/health`)
    expect(await health.json()).toMatchObject({ name: 'influxdb', status: 'pass' })
  })
})
