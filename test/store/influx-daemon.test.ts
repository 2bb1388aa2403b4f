/** What only a real server can show, beside the contract. */

import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'
import type { StoredCursors } from '../../src/store/influx/stored-cursors.ts'
import { openInflux1Store } from '../../src/store/influx1/open.ts'
import type { ReadingStore } from '../../src/store/reading-store.ts'
import {
  all,
  bad,
  gata,
  latest,
  position,
  power,
  reading,
  scanned,
  second,
  values,
  write,
} from '../contract/reading-store.fixtures.ts'
import {
  findInfluxDaemon,
  memoryCursors,
  type InfluxDaemon,
  type StartInfluxDaemon,
} from '../support/influx.ts'
import { refusalOf } from '../support/problems.ts'
import { describeWithService } from '../support/services.ts'

describeWithService('influx', findInfluxDaemon(), (start) => {
  const running = new AsyncDisposableStack()
  let make: StartInfluxDaemon
  let daemon: InfluxDaemon
  let test = 0
  beforeAll(async () => {
    make = await start()
    daemon = running.use(await make())
  })
  beforeEach(() => void test++)
  afterAll(() => running.disposeAsync())

  const open = (cursors: StoredCursors = memoryCursors()): ReadingStore =>
    openInflux1Store({ url: daemon.url, database: `t${test}`, cursors, clock: systemClock })

  it('gives back any text, and lets none of them touch another reading', async () => {
    await using store = open()
    const forged = `"\nreading,organisation=gata,point=17 number=666 ${second(1)}\n`
    const texts = [
      '\\',
      '\\\\',
      '"',
      '\\"',
      "it\\'s",
      'a\\nb',
      'a\nb',
      '\r\n',
      ' ',
      ',=',
      '🚨\u0000',
      forged,
      'å'.repeat(70_000),
      ...fc.sample(fc.string({ unit: 'grapheme' }), { numRuns: 200, seed: 7 }),
    ]
    const readings = texts.map((text, n) => reading(1, n, text))
    await write(store, readings, position(1))
    expect(await scanned(store)).toEqual(readings)
  })

  it('asks for a name that was made to break out of the question, and finds nothing', async () => {
    await using store = open()
    await write(store, [reading(1, 1, 1)], position(1))
    for (const name of [`x' OR 'a' = 'a`, `gata'; DROP DATABASE "t${test}" --`, '\\']) {
      const organisation = name as OrganisationId
      expect(await store.latest(organisation)).toEqual([])
      expect(await all(store, { organisation })).toMatchObject({ total: 0 })
    }
    expect(values(await all(store))).toEqual([1])
  })

  it('shows nothing of an earlier reading of the same time, which InfluxDB keeps beside the later', async () => {
    await using store = open()
    const said = [
      reading(1, 5, 7, { source: second(4), native: 3 }),
      reading(2, 5, null, { ...bad, server: second(5) }),
      reading(3, 5, 'öppen'),
      reading(4, 5, true),
      reading(5, 5, 50, bad),
    ]
    for (const one of said) {
      await write(store, [one], one.position)
      expect(await latest(store)).toEqual([one])
      const value = one.quality === 'bad' ? null : one.value
      expect(values(await all(store))).toEqual([value])
    }
    const { measures } = await store.windows({
      organisation: gata,
      edges: [second(0), second(10)],
      measures: ['count'],
    })
    expect(measures.count).toEqual(new Float64Array())
    expect(await store.totals(gata, power)).toEqual({ count: 0, sum: 0 })
  })

  it('is unchanged by a repetition after a crash between the write and its cursor', async () => {
    const saved = memoryCursors()
    let crash = false
    const cursors: StoredCursors = {
      load: () => saved.load(),
      save: async (at) => {
        if (crash) throw new Error('killed')
        await saved.save(at)
      },
    }
    const history = Array.from({ length: 6_000 }, (_, n) =>
      // Every other one corrects the one before it.
      reading(1 + (n % 9), Math.floor(n / 2), n % 7 === 3 ? `t${n}` : n),
    ).toSorted((a, b) => a.position.sequence - b.position.sequence)
    const dying = open(cursors)
    await write(dying, [reading(1, 50_000, 1)], position(1))
    crash = true
    await expect(write(dying, history.slice(700), position(9))).rejects.toThrow('killed')
    await dying[Symbol.asyncDispose]()
    const seen = await stored(daemon, `t${test}`)

    crash = false
    await using again = open(cursors)
    expect(await again.cursor()).toEqual(position(1))
    await write(again, history.slice(700), position(9))
    expect(await stored(daemon, `t${test}`)).toEqual(seen)
    expect(await again.cursor()).toEqual(position(9))
  })

  it('is away while the server is killed, and has every acknowledged reading when it is back', async () => {
    await using own = await make()
    const cursors = memoryCursors()
    const options = { url: own.url, database: 'g', cursors, clock: systemClock }
    await using store = openInflux1Store(options)
    await write(store, [reading(1, 1, 1), reading(2, 2, 2)], position(2))
    await own.kill()
    const later = [reading(3, 3, 3)]
    expect(await refusalOf(write(store, later, position(3)))).toMatchObject({
      kind: 'unavailable',
    })
    expect(await refusalOf(all(store))).toMatchObject({ kind: 'unavailable' })
    await own.start()
    await write(store, later, position(3))
    expect(values(await all(store))).toEqual([1, 2, 3])
    expect(cursors.saved).toEqual([position(2), position(3)])
  })

  it('thins a day of rolled-up and of fresh readings alike, and loses no extreme', async () => {
    await using store = open()
    const day = Array.from({ length: 8_000 }, (_, n) => {
      const value = n === 1_234 ? -77 : n === 6_543 ? 99 : Math.sin(n / 50)
      return reading(1, n, value)
    })
    await write(store, day, position(1))
    const width = timeUs(600_000_000) as never
    const since = timeUs(0)
    await store.retain({
      organisation: gata,
      points: [power],
      rawSince: second(5_000),
      rollUp: { width, since },
    })
    for (const limit of [2, 3, 20, 500]) {
      const series = await all(store, { limit })
      expect(series).toMatchObject({ total: 8_000, thinned: true })
      expect(series.samples.length).toBeLessThanOrEqual(limit)
      const shown = new Map(series.samples.map(({ at, value }) => [value, at]))
      expect([shown.get(-77), shown.get(99)]).toEqual([second(1_234), second(6_543)])
    }
  })

  describe('with a server that refuses', () => {
    it('says that the user may not, and works for one who may write but not create', async () => {
      await using strict = await make(['auth-enabled = true'])
      const as = (username: string, password: string, database: string) =>
        openInflux1Store({
          url: strict.url,
          database,
          username,
          password,
          cursors: memoryCursors(),
          clock: systemClock,
        })
      await strict.query(`CREATE USER "root" WITH PASSWORD 'r' WITH ALL PRIVILEGES`)
      await using root = as('root', 'r', 'g')
      await write(root, [reading(1, 1, 1)], position(1))
      const url = new URL('/query?u=root&p=r', strict.url)
      for (const q of [`CREATE USER "us" WITH PASSWORD 'p'`, `GRANT ALL ON "g" TO "us"`]) {
        const body = new URLSearchParams({ q })
        expect(await (await fetch(url, { method: 'POST', body })).json()).toEqual({
          results: [{ statement_id: 0 }],
        })
      }
      await using ours = as('us', 'p', 'g')
      await write(ours, [reading(2, 2, 2)], position(2))
      expect(values(await all(ours))).toEqual([1, 2])

      await using wrong = as('us', 'wrong', 'g')
      const refused = write(wrong, [reading(1, 1, 1)], position(1))
      expect(await refusalOf(refused)).toMatchObject({
        kind: 'forbidden',
        why: expect.stringContaining('authorization failed'),
      })
      await using other = as('us', 'p', 'not_ours')
      const unwritten = await refusalOf(write(other, [reading(1, 1, 1)], position(1)))
      expect(unwritten.kind).toBe('not_found')
      expect((await refusalOf(all(other))).kind).toBe('forbidden')
    })

    it('says which field somebody else made of another type', async () => {
      await using store = open()
      await store.latest(gata)
      const url = `${daemon.url}/write?db=t${test}&precision=u`
      await fetch(url, { method: 'POST', body: `reading flags="many" ${second(1)}` })
      const refused = await refusalOf(write(store, [reading(1, 1, 1)], position(1)))
      expect(refused).toMatchObject({
        kind: 'invalid',
        why: expect.stringContaining('field type conflict: input field "flags"'),
      })
    })

    it('says that a reading is older than the server keeps', async () => {
      await using store = open()
      await store.latest(gata)
      const short = `"autogen" ON "t${test}" DURATION 1h SHARD DURATION 1h`
      expect(await daemon.query(`ALTER RETENTION POLICY ${short}`)).toEqual({
        results: [{ statement_id: 0 }],
      })
      const old = reading(1, 1, 1, { effective: timeUs(1_000_000) })
      expect(await refusalOf(write(store, [old], position(1)))).toMatchObject({
        kind: 'invalid',
        why: expect.stringContaining('beyond retention policy'),
      })
    })

    it('does not take a cut answer for a short history', async () => {
      await using small = await make(['max-row-limit = 100'])
      const options = { url: small.url, database: 'g', clock: systemClock }
      await using store = openInflux1Store({ ...options, cursors: memoryCursors() })
      const many = Array.from({ length: 150 }, (_, n) => reading(1, n, n))
      await write(store, many, position(1))
      expect(await refusalOf(all(store))).toMatchObject({
        kind: 'unavailable',
        next: expect.stringContaining('max-row-limit'),
      })
    })
  })
})

/** Every field of every point, as the server has it. */
function stored(daemon: InfluxDaemon, database: string): Promise<unknown> {
  return daemon.query('SELECT * FROM "reading"', database)
}
