import { describe, expect, it } from 'vitest'
import { checkVectors, vector } from '../../src/devices/vectors.ts'
import { typeWith } from '../support/devices.ts'

const bin = typeWith({
  level: { path: '$.level', unit: '%', range: [0, 100] },
  tilted: { path: '$.tilt', kind: 'state', enum: { 0: 'upright', 1: 'tilted' } },
})
const full = {
  name: 'a full bin',
  payload: { level: 97, tilt: 0 },
  ingest: '2026-11-20T12:00:00Z',
  expect: {
    readings: {
      level: { value: 97, quality: 'good', code: 'ok' },
      tilted: { value: 'upright', quality: 'good' },
    },
  },
}
const tipped = {
  ...full,
  name: 'a bin that has fallen over',
  payload: { level: 97, tilt: 1 },
  expect: {
    readings: { ...full.expect.readings, tilted: { value: 'tilted', quality: 'good' } },
  },
}
const malformed = {
  name: 'cut off',
  payloadText: '{"level":',
  ingest: '2026-11-20T12:00:00Z',
  expect: { readings: {}, problems: ['not_json'] },
}
const check = async (...vectors: unknown[]) => {
  const findings = await checkVectors(
    bin,
    vectors.map((v) => vector.parse(v)),
  )
  return findings.map(({ what }) => what)
}

describe('the vectors of a device type', () => {
  it('pass when every message comes out as written', async () => {
    expect(await check(full, tipped, malformed)).toEqual([])
  })

  it('name the point and both values where they differ', async () => {
    const wrong = structuredClone(full)
    wrong.expect.readings.level.value = 79
    expect(await check(wrong, tipped, malformed)).toEqual([
      'Vector "a full bin" expects 79 good/ok for level and gives 97 good/ok',
    ])
  })

  it('must list every usable reading', async () => {
    const readings = { level: full.expect.readings.level }
    expect(await check({ ...full, expect: { readings } }, malformed)).toEqual([
      'Vector "a full bin" expects nothing for tilted and gives "upright" good/ok',
      'No vector gives the point tilted a usable value',
    ])
  })

  it('must list every problem', async () => {
    const silent = { ...malformed, expect: { readings: {}, problems: ['missing'] } }
    expect(await check(full, tipped, silent)).toEqual([
      'Vector "cut off" expects the problems missing and gives not_json',
    ])
  })

  it('must reach every point and show a malformed message', async () => {
    expect(await check()).toEqual(['The type has no vectors'])
    expect(await check({ ...full, expect: { readings: {} } })).toContain(
      'No vector shows a malformed message',
    )
  })

  it('must bring a point to every name that it may have', async () => {
    expect(await check(full, malformed)).toEqual(['No vector brings tilted to tilted'])
  })

  it('do not count a point as reached by a bad reading', async () => {
    const high = {
      ...malformed,
      payloadText: '{"level":101,"tilt":1}',
      expect: {
        readings: {
          level: { value: null, quality: 'bad', code: 'out_of_range' },
          tilted: { value: 'tilted', quality: 'good' },
        },
        problems: ['out_of_range'],
      },
    }
    expect(await check(high)).toEqual([
      'No vector gives the point level a usable value',
      'No vector brings tilted to upright',
    ])
  })

  it.each([
    ['neither payload nor text', { payload: undefined }],
    ['both', { payloadText: '{}' }],
    ['a time without a zone', { ingest: '2026-11-20T12:00:00' }],
    ['a misspelt field', { expects: {} }],
  ])('are refused with %s', (_, change) => {
    expect(vector.safeParse({ ...full, ...change }).success).toBe(false)
  })
})
