import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Point } from '@influxdata/influxdb-client'
import fc from 'fast-check'
import { InfluxDB } from 'influx'
import { describe, expect, it } from 'vitest'
import { plain, read } from './lines.ts'

/** Texts that the protocol can carry: a backslash at the end of a name is ambiguous in it. */
const name = fc
  .string({
    unit: fc.constantFrom('a', 'Z', '1', 'å', '😀', ' ', ',', '=', '"', '-', '/', '.'),
    minLength: 1,
    maxLength: 12,
  })
  // Blanks at the ends would be taken for those between the parts when a line is trimmed.
  .filter((text) => text.trim() === text && !text.startsWith('#'))
const text = fc.string({
  unit: fc.constantFrom('a', 'å', '😀', ' ', ',', '=', '"', '\\', '\n'),
  maxLength: 20,
})
// Clients write minus zero as zero.
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0)

describe('what the clients of InfluxDB write is read as it was meant', () => {
  it('@influxdata/influxdb-client', () => {
    fc.assert(
      fc.property(
        name,
        fc.dictionary(name, name, { maxKeys: 4, noNullPrototype: true }),
        fc.record({ s: text, f: finite, b: fc.boolean(), i: fc.integer(), u: fc.nat() }),
        fc.nat(),
        (measurement, tags, values, at) => {
          const point = new Point(measurement)
          for (const [key, value] of Object.entries(tags)) point.tag(key, value)
          point
            .stringField('s', values.s)
            .floatField('f', values.f)
            .booleanField('b', values.b)
          point.intField('i', values.i).uintField('u', values.u).timestamp(String(at))
          expect(plain(read(point.toLineProtocol() ?? '')[0])).toEqual({
            measurement,
            tags,
            fields: {
              s: values.s,
              f: values.f,
              b: values.b,
              i: { digits: String(values.i) },
              u: { digits: String(values.u) },
            },
            timestamp: BigInt(at),
          })
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('influx', async () => {
    let heard = ''
    const server = createServer((request, response) => {
      heard = ''
      request.on('data', (chunk: Buffer) => (heard += chunk.toString()))
      request.on('end', () => response.writeHead(204).end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const client = new InfluxDB({ host: '127.0.0.1', port, database: 'x' })
    // The client does not escape measurements, and doubles a backslash before an apostrophe.
    const measurements = fc.constantFrom('m', 'cpu', 'vägg')
    const plainText = text.filter((one) => !one.includes("\\'"))
    await fc.assert(
      fc.asyncProperty(
        measurements,
        fc.dictionary(name, name, { maxKeys: 4, noNullPrototype: true }),
        fc.record({ s: plainText, f: finite, b: fc.boolean() }),
        fc.nat(),
        async (measurement, tags, fields, at) => {
          await client.writePoints([{ measurement, tags, fields, timestamp: at }], {
            precision: 's',
          })
          expect(plain(read(heard)[0])).toMatchObject({ measurement, tags, fields })
        },
      ),
      { numRuns: 300 },
    )
    server.closeAllConnections()
    server.close()
  })
})
