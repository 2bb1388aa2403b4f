import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import type { Reading } from '../../src/domain/reading.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { pointOf, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { about, named, openLive, subjects, type Live } from '../support/live.ts'

let live: Live
let api: TestApi
let open: Live['open']
let tell: Live['tell']

beforeEach(async () => {
  live = await openLive()
  ;({ api, open, tell } = live)
})
afterEach(() => live[Symbol.asyncDispose]())

/** The lamp's power, as the API knows it. */
function of(point: PointId, value: Reading['value']): Reading {
  const now = api.clock.now()
  const rest = { quality: 'good', code: 'ok', flags: 0, typeVersion: 1 } as const
  return { point, value, ...rest, effective: now, ingest: now }
}

/** Values of 60 kB until the socket of whoever does not read is full, and a while longer. */
async function fill(power: PointId): Promise<void> {
  for (let count = 0; count < 600; count += 1) {
    api.lastValues.set(north, [of(power, `${count} ${'x'.repeat(60_000)}`)])
    await new Promise(setImmediate)
  }
}

describe('values', () => {
  it('of the points asked for come at once and whenever they change', async () => {
    const power = await pointOf(api)
    api.lastValues.set(north, [of(power, 61)])
    const stream = await open(await api.cookieOf('operations'), { points: String(power) })
    const first = await stream.until(named('values'))
    expect(first).toEqual({
      event: 'values',
      id: undefined,
      data: {
        values: [
          {
            point: power,
            value: 61,
            quality: 'good',
            code: 'ok',
            at: '2026-11-20T12:00:00.000Z',
          },
        ],
      },
    })
    api.lastValues.set(north, [of((power + 1) as PointId, 1)])
    api.lastValues.set(north, [of(power, 0)])
    await stream.until(({ data }) => JSON.stringify(data).includes('"value":0'))
    expect(stream.events.filter(named('values'))).toHaveLength(2)
  })

  it('are not told to roles that may not see them, nor of points that are elsewhere', async () => {
    const power = await pointOf(api)
    const points = String(power)
    const may = await open(await api.cookieOf('customer_service'), { points })
    expect(may.status).toBe(403)
    const foreign = await open(await api.cookieOf('operations', south), { points })
    expect(foreign.status).toBe(404)
  })

  it('are no longer watched when the stream is over', async () => {
    const stream = await open(await api.cookieOf('operations'), {
      points: `${await pointOf(api)}`,
    })
    await stream.until(named('hello'))
    expect(api.lastValues.listeners()).toBe(1)
    stream[Symbol.dispose]()
    await expect.poll(() => api.lastValues.listeners()).toBe(0)
  })

  it('and changes that a slow reader missed are made good by loading everything anew', async () => {
    const power = await pointOf(api)
    const quick = await open(await api.cookieOf('auditor'))
    await quick.until(named('hello'))
    const stream = await open(await api.cookieOf('operations'), { points: String(power) })
    await stream.until(named('hello'))
    stream.pause()
    await fill(power)
    // Told to all clients at once, so the slow one was told of what the quick one heard.
    await tell(Array.from({ length: 200 }, (_, index) => `first ${index}`))
    await quick.until(about('first 199'))
    await tell(Array.from({ length: 200 }, (_, index) => `second ${index}`))
    await quick.until(about('second 199'))
    stream.resume()
    const resync = await stream.until(named('resync'))
    await tell(['after'])
    const after = await stream.until(about('after'))
    expect(subjects(stream)).toEqual(['after'])
    expect(Number(after.id)).toBe(Number(resync.id) + 1)
    const values = stream.events.filter(named('values'))
    expect(JSON.stringify(values.at(-1)?.data)).toContain('"599 x')
    expect(values.length).toBeLessThan(600)
  })

  it('and changes that a slow reader missed a few of are told in order', async () => {
    const power = await pointOf(api)
    const stream = await open(await api.cookieOf('operations'), { points: String(power) })
    await stream.until(named('hello'))
    stream.pause()
    await fill(power)
    const few = Array.from({ length: 200 }, (_, index) => `s${index}`)
    await tell(few)
    stream.resume()
    await stream.until(about('s199'))
    expect(subjects(stream)).toEqual(few)
  })

  it('that nobody reads do not pile up: the client is cut off after ten seconds', async () => {
    const power = await pointOf(api)
    const stream = await open(await api.cookieOf('operations'), { points: String(power) })
    await stream.until(named('hello'))
    stream.pause()
    const before = process.memoryUsage().rss
    await fill(power)
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000)
    api.clock.advance(durationUs(10 * SECOND))
    stream.resume()
    await stream.ended
    await expect.poll(() => api.lastValues.listeners()).toBe(0)
  })
})
