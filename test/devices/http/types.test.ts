import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createDecoder } from '../../../src/devices/decode.ts'
import { deviceType } from '../../../src/devices/device-type.ts'
import { lineMessage } from '../../../src/devices/http/line-message.ts'
import { checkVectors, vector } from '../../../src/devices/vectors.ts'
import { organisationId, type PointId } from '../../../src/domain/ids.ts'
import { timeUs } from '../../../src/domain/time.ts'

describe('the shipped types of what is sent to us', () => {
  it.each(['brunn-tryck-1', 'talq-luminaire'])(
    '%s: every vector comes out as written',
    async (name) => {
      const folder = join('config', 'types', name)
      const type = deviceType.parse(parse(readFileSync(join(folder, 'type.yaml'), 'utf8')))
      const vectors = globSync(join(folder, 'vectors', '*.json')).map((file) =>
        vector.parse(JSON.parse(readFileSync(file, 'utf8'))),
      )
      expect(await checkVectors(type, vectors)).toEqual([])
    },
  )
})

describe('a type of lines', () => {
  it('reads fields and tags of a line, at the time of the line', async () => {
    const type = deviceType.parse({
      type: 'example/pump@1.0.0',
      description: 'A pump watched by Telegraf',
      protocol: 'http',
      http: { format: 'line' },
      interval: '10s',
      points: {
        pressure: { path: '$.fields.pressure', unit: 'bar' },
        starts: { path: '$.fields.starts', kind: 'counter' },
        site: { path: '$.tags.site', kind: 'text' },
      },
    })
    const points = new Map(
      Object.keys(type.points).map((key, index) => [key, (index + 1) as PointId]),
    )
    const decode = createDecoder({
      version: 1,
      devices: new Map([['d', { type, points }]]),
    })
    const time = timeUs(Date.UTC(2026, 10, 20, 12) * 1_000)
    const payload = lineMessage({
      number: 1,
      measurement: 'pump',
      tags: new Map([['site', 'north']]),
      fields: new Map<string, number | { digits: string }>([
        ['pressure', 4.2],
        ['starts', { digits: '17' }],
      ]),
      time,
    })
    const envelope = {
      kind: 'envelope',
      organisation: organisationId.parse('strandkoping'),
      connection: 'field',
      device: 'd',
      topic: 'line/pump',
      payload,
      ingest: timeUs(time + 4_000_000),
      retained: false,
    } as const
    const decoded = await decode(envelope)
    expect(decoded.problems).toEqual([])
    expect(decoded.readings).toMatchObject([
      { point: 1, value: 4.2, quality: 'good', effective: time, source: time },
      { point: 2, value: 17, quality: 'good' },
      { point: 3, value: 'north', quality: 'good' },
    ])
  })
})
