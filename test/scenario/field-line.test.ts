import { FieldType, InfluxDB } from 'influx'
import { it } from 'vitest'
import { MINUTE } from '../../src/domain/time.ts'
import { expectLoop } from './field/story.ts'
import { lund, sender, startTown } from './field/town.ts'

/** A pump whose values Telegraf or another client of InfluxDB sends. */
const type = {
  'type.yaml': `
type: example/pump-line@1.0.0
description: A pump, lines of InfluxDB's protocol
protocol: http
http: { format: line }
interval: 60s
points:
  amps: { path: $.fields.amps, unit: A, range: [0, 60] }
`,
  'vectors/runs.json': JSON.stringify({
    name: 'it runs',
    payload: {
      measurement: 'pump',
      tags: { host: 'pump 1' },
      fields: { amps: 7.2 },
      time: 1_795_194_000_000_000,
    },
    ingest: '2026-11-20T17:00:05Z',
    expect: { readings: { amps: { value: 7.2, quality: 'good' } } },
  }),
  'vectors/malformed.json': JSON.stringify({
    name: 'a text',
    payload: {
      measurement: 'pump',
      tags: { host: 'pump 1' },
      fields: { amps: 'many' },
      time: 1_795_194_000_000_000,
    },
    ingest: '2026-11-20T17:00:05Z',
    expect: { readings: {}, problems: ['wrong_type'] },
  }),
}

it('InfluxDB line protocol: a pump that runs heavy becomes a case, and recovers', async () => {
  await using town = await startTown({
    type,
    role: 'amps',
    above: 11,
    connection: { protocol: 'http', format: 'line', identity: { tag: 'host' } },
    address: { id: 'pump 1' },
  })
  const { token } = await sender(town)
  const { hostname, port } = new URL(town.service.http)
  const client = new InfluxDB({
    host: hostname,
    port: Number(port),
    database: 'way',
    username: lund,
    password: token,
    schema: [{ measurement: 'pump', tags: ['host'], fields: { amps: FieldType.FLOAT } }],
  })
  const write = async (amps: number): Promise<void> => {
    town.service.pass(MINUTE)
    const timestamp = new Date(town.clock.now() / 1_000)
    await client.writeMeasurement(
      'pump',
      [{ tags: { host: 'pump 1' }, fields: { amps }, timestamp }],
      { precision: 'ms' },
    )
  }
  await expectLoop(town, { well: () => write(7.2), faulty: () => write(12.5) })
})
