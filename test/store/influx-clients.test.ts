/** What the two packages do, as far as we lean on it or work around it: an upgrade that changes it fails here. */

import { InfluxDB as Influx2, Point } from '@influxdata/influxdb-client'
import { InfluxDB as Influx1, type IPoint } from 'influx'
import { describe, expect, it } from 'vitest'
import { startScriptedServer } from '../support/scripted-server.ts'

function pointWith(text: string): IPoint {
  return { measurement: 'm', tags: { dev: 'pump\\', site: 'x' }, fields: { text } }
}

function rejectWith(error: Error): Promise<never> {
  return Promise.reject(error)
}

function client1(url: string): Influx1 {
  return new Influx1(`${url}/g`)
}

describe('the package influx', () => {
  it('sends a measurement as it is, which is how whole lines of ours go through', async () => {
    await using server = await startScriptedServer((_, response) =>
      response.writeHead(204).end(),
    )
    const whole = [String.raw`a,t=1 text="x \"y\" \\\\ z" 5`, 'b,t=1 v=2 0']
    const lines = whole.join('\n')
    await client1(server.url).writePoints([{ measurement: lines }], { precision: 'u' })
    expect(server.heard).toEqual([{ path: '/write?db=g&precision=u&rp=', body: lines }])
  })

  it('would break a line on a tag that ends in a backslash, and a text with an escaped quote', async () => {
    await using server = await startScriptedServer((_, response) =>
      response.writeHead(204).end(),
    )
    await client1(server.url).writePoints([pointWith(String.raw`it\'s`)])
    // The comma after the backslash no longer ends the tag; the text got a backslash more.
    expect(server.heard[0]?.body).toBe(String.raw`m,dev=pump\,site=x text="it\\\\'s"`)
  })

  it('would try a failed write twice more by itself, and hide what the server said', async () => {
    await using server = await startScriptedServer((_, response) =>
      response.writeHead(503, { 'retry-after': '7' }).end('{"error":"cache full"}'),
    )
    const client = new Influx1({
      host: '127.0.0.1',
      port: Number(new URL(server.url).port),
      database: 'g',
      pool: { backoff: noBackoff },
    })
    const failed = client.writePoints([{ measurement: 'm v=1' }])
    await expect(failed).rejects.toThrow(/^Service Unavailable$/)
    expect(server.heard).toHaveLength(3)
  })

  it('would not even ask a server again for a while after it failed', async () => {
    await using server = await startScriptedServer((_, response) =>
      response.writeHead(503).end(),
    )
    const client = client1(server.url)
    const write = () => client.writePoints([{ measurement: 'm v=1' }])
    await expect(write()).rejects.toThrow('Service Unavailable')
    await expect(write()).rejects.toThrow('No host available')
    expect(server.heard).toHaveLength(1)
  })
})

const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff }

describe('the package @influxdata/influxdb-client', () => {
  const line = 'm v=1 5'

  it('would lose a batch without a word when its buffer fills up to the last line', async () => {
    await using server = await startScriptedServer((_, response) =>
      response.writeHead(400).end(),
    )
    const failures: Error[] = []
    const api = new Influx2({ url: server.url, token: 't' }).getWriteApi('o', 'b', 'us', {
      batchSize: 2,
      maxRetries: 0,
      writeFailed: (error) => {
        failures.push(error)
        return rejectWith(error)
      },
    })
    api.writeRecords([line, line])
    // It resolves before the server has been heard, and says nothing of the refusal.
    await api.flush(true)
    expect(failures).toEqual([])
    await api.close()
    await server.hearing(1)
  })

  it('says what failed where the buffer has room for one line more, and sends nothing twice', async () => {
    await using server = await startScriptedServer((_, response) =>
      response.writeHead(503, { 'retry-after': '7' }).end(),
    )
    const api = new Influx2({ url: server.url, token: 't' }).getWriteApi('o', 'b', 'us', {
      batchSize: 3,
      maxRetries: 0,
      writeFailed: rejectWith,
    })
    api.writeRecords([line, line])
    await expect(api.flush(true)).rejects.toMatchObject({ statusCode: 503 })
    await api.flush(true)
    await api.close()
    expect(server.heard).toEqual([
      { path: '/api/v2/write?org=o&bucket=b&precision=us', body: `${line}\n${line}` },
    ])
  })

  it('would break a line on a tag that ends in a backslash', () => {
    const point = new Point('m').tag('dev', 'pump\\').tag('site', 'x').intField('v', 1)
    expect(point.toLineProtocol()).toMatch(/^m,dev=pump\\,site=x v=1i/)
  })
})
