import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import type { StoredCursors } from '../../src/store/influx/stored-cursors.ts'
import { gata, position, reading, write } from '../contract/reading-store.fixtures.ts'
import { influxStores, startInfluxLike } from '../support/influx-stores.ts'
import { memoryCursors } from '../support/influx.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { refusalOf } from '../support/problems.ts'
import type { HeardRequest } from '../support/scripted-server.ts'

interface Said {
  readonly status: number
  readonly headers: object
  readonly kind: string
  readonly words: string
  readonly seconds?: number
}

const retry = (after: string) => ({ 'retry-after': after })
const readings = [1, 2, 3].map((n) => reading(n, n, n))

describe.each(influxStores)('history in InfluxDB, with %s', (_, path, open) => {
  const written = (heard: readonly HeardRequest[]) =>
    heard.filter((request) => request.path.startsWith(path)).map(({ body }) => body)

  it.each([
    { status: 400, headers: {}, kind: 'invalid', words: 'field type conflict' },
    { status: 413, headers: {}, kind: 'invalid', words: 'too large' },
    { status: 422, headers: {}, kind: 'invalid', words: 'beyond the retention' },
    { status: 401, headers: {}, kind: 'forbidden', words: 'who are you' },
    { status: 403, headers: {}, kind: 'forbidden', words: 'you may not' },
    { status: 404, headers: {}, kind: 'not_found', words: 'no such bucket' },
    { status: 429, headers: retry('7'), kind: 'unavailable', words: 'slow', seconds: 7 },
    { status: 500, headers: {}, kind: 'unavailable', words: 'engine: cache full' },
    { status: 503, headers: retry('120'), kind: 'unavailable', words: 'no', seconds: 120 },
    { status: 503, headers: retry('Fri, 20 Nov'), kind: 'unavailable', words: 'no' },
    { status: 302, headers: { location: '/' }, kind: 'unavailable', words: 'Found' },
  ])(
    'says what a $status with $headers means, and keeps nothing back',
    async ({ status, headers, kind, words, seconds }: Said) => {
      let answers = 0
      await using influx = await startInfluxLike((response) => {
        if (answers++ > 0) return response.writeHead(204).end()
        const said = { 'x-influxdb-error': words, 'content-type': 'application/json' }
        const body = JSON.stringify({ error: words, message: words })
        return response.writeHead(status, { ...said, ...headers }).end(body)
      })
      const cursors = memoryCursors()
      await using store = open({ url: influx.url, cursors })
      const problem = await refusalOf(write(store, readings, position(3)))
      expect(problem).toMatchObject({ kind, why: expect.stringContaining(words) })
      expect(problem.why).toContain(String(status))
      expect(problem.facts).toEqual(seconds && { retryAfterSeconds: seconds })
      expect(cursors.saved).toEqual([])
      expect(await store.cursor()).toBeUndefined()

      await write(store, readings, position(3))
      expect(cursors.saved).toEqual([position(3)])
      const [first, second, ...more] = written(influx.heard)
      expect(first?.split('\n')).toHaveLength(3)
      expect(second).toBe(first)
      expect(more).toEqual([])
    },
  )

  it.each([400, 401, 429, 500])(
    'tells nobody the password or the token when a %d is logged',
    async (status) => {
      await using influx = await startInfluxLike((response) =>
        response.writeHead(status).end(),
      )
      await using store = open({ url: influx.url, cursors: memoryCursors() })
      const problem: unknown = await write(store, readings, position(3)).catch(
        (error: unknown) => error,
      )
      const told = inspect(problem, { depth: 20, showHidden: true })
      expect(told).toContain(String(status))
      for (const secret of ['hemlig', Buffer.from('u:hemlig').toString('base64')]) {
        expect(told).not.toContain(secret)
      }
    },
  )

  it('gives up a server that takes a request and never answers, after 30 s', async () => {
    let silent = true
    await using influx = await startInfluxLike((response) => {
      if (!silent) response.writeHead(204).end()
    })
    const clock = createManualClock()
    const cursors = memoryCursors()
    await using store = open({ url: influx.url, cursors, clock })
    const before = influx.heard.length
    const refused = refusalOf(write(store, readings, position(3)))
    await influx.hearing(before + (path === '/write' ? 3 : 1))
    clock.advance(durationUs(30 * SECOND))
    expect(await refused).toMatchObject({
      kind: 'unavailable',
      why: 'no answer within 30 s',
    })
    expect(clock.pending()).toBe(0)

    silent = false
    await write(store, readings, position(3))
    expect(cursors.saved).toEqual([position(3)])
  })

  it('gives up a question in the same way', async () => {
    await using influx = await startInfluxLike(() => undefined)
    const clock = createManualClock()
    await using store = open({ url: influx.url, cursors: memoryCursors(), clock })
    const refused = refusalOf(store.latest(gata))
    await influx.hearing(path === '/write' ? 3 : 1)
    clock.advance(durationUs(30 * SECOND))
    expect(await refused).toMatchObject({ kind: 'unavailable' })
  })

  it('opens although the server is away', async () => {
    const away = await startInfluxLike(() => undefined)
    const { url } = away
    await away[Symbol.asyncDispose]()
    await using store = open({ url, cursors: memoryCursors() })
    expect(await store.cursor()).toBeUndefined()
    const refused = await refusalOf(write(store, readings, position(3)))
    expect(refused).toMatchObject({ kind: 'unavailable' })
    expect(await refusalOf(store.latest(gata))).toMatchObject({ kind: 'unavailable' })
  })

  it('sends a large write in order, one request after the other, of 5,000 lines at most', async () => {
    let underWay = 0
    const mostUnderWay: number[] = []
    await using influx = await startInfluxLike((response) => {
      mostUnderWay.push(++underWay)
      setImmediate(() => {
        underWay--
        response.writeHead(204).end()
      })
    })
    await using store = open({ url: influx.url, cursors: memoryCursors() })
    const many = Array.from({ length: 12_001 }, (_, n) => reading(1, n, n))
    await Promise.all([
      write(store, many, position(1)),
      write(store, [reading(2, 1, 'later')], position(2)),
    ])
    const bodies = written(influx.heard).map((body) => body.split('\n'))
    expect(bodies.map(({ length }) => length)).toEqual([5_000, 5_000, 2_001, 1])
    expect(bodies.flat().map((line) => line.split(' ').at(-1))).toEqual(
      [...many, reading(2, 1, 'later')].map(({ effective }) => String(effective)),
    )
    expect(Math.max(...mostUnderWay)).toBe(1)
  })

  it('sends no more than 4 MiB at a time', async () => {
    await using influx = await startInfluxLike((response) => response.writeHead(204).end())
    await using store = open({ url: influx.url, cursors: memoryCursors() })
    const long = 'å'.repeat(500_000)
    const texts = Array.from({ length: 9 }, (_, n) => reading(1, n, long))
    await write(store, texts, position(1))
    const sizes = written(influx.heard).map((body) => Buffer.byteLength(body))
    expect(sizes).toHaveLength(3)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * 1_048_576)
  })

  it('saves the cursor after the server has everything, and stops where it has not', async () => {
    const order: string[] = []
    let left = 2
    await using influx = await startInfluxLike((response) => {
      order.push('written')
      response.writeHead(left-- > 0 ? 204 : 503).end()
    })
    const cursors = memoryCursors()
    const noting: StoredCursors = {
      load: () => cursors.load(),
      save: async (at) => {
        order.push('cursor')
        await cursors.save(at)
      },
    }
    await using store = open({ url: influx.url, cursors: noting })
    await write(store, readings, position(3))
    const many = Array.from({ length: 15_000 }, (_, n) => reading(4, n, n))
    expect(await refusalOf(write(store, many, position(4)))).toMatchObject({
      kind: 'unavailable',
    })
    expect(order).toEqual(['written', 'cursor', 'written', 'written'])
    expect(cursors.saved).toEqual([position(3)])
  })

  it('rejects every call after it was closed', async () => {
    await using influx = await startInfluxLike((response) => response.writeHead(204).end())
    const store = open({ url: influx.url, cursors: memoryCursors() })
    await store[Symbol.asyncDispose]()
    const { length } = influx.heard
    const closed = { kind: 'unavailable', what: 'The history of readings is closed' }
    expect(await refusalOf(write(store, readings, position(3)))).toMatchObject(closed)
    expect(await refusalOf(store.latest(gata))).toMatchObject(closed)
    expect(influx.heard).toHaveLength(length)
  })
})
