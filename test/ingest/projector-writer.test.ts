import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { durationUs, HOUR, MINUTE, MS, SECOND } from '../../src/domain/time.ts'
import { StoppedError } from '../../src/ingest/retry.ts'
import { begin, many, openDesk, pass } from './history-desk.ts'
import { place, problem, record } from './memory-store.ts'

describe('writing history', () => {
  it('moves the cursor to the end of the batch, and with nothing to write too', async () => {
    const { store, writer } = openDesk()
    await writer.write(many(3), place(9))
    expect(await store.cursor()).toEqual(place(9))
    await writer.write([], place(12))
    expect(await store.cursor()).toEqual(place(12))
    expect(store.held()).toHaveLength(3)
  })

  it('writes what is large in several pieces', async () => {
    const { store, writer } = openDesk()
    await writer.write(many(12_000), place(12_000))
    expect(store.calls).toEqual([5_000, 5_000, 2_000])
    store.calls.length = 0
    const long = 'x'.repeat(1024 * 1024)
    await writer.write(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => record(20_000 + n, [long])),
      place(30_000),
    )
    expect(store.calls).toEqual([7, 3])
  })

  it('is unmoved by being told the same again', async () => {
    const { store, writer } = openDesk()
    await writer.write(many(10), place(10))
    const before = store.held()
    await writer.write(many(10), place(10))
    expect(store.held()).toEqual(before)
    expect(await store.cursor()).toEqual(place(10))
  })
})

describe('a store that is away', () => {
  it('for a day gets everything when it is back, and is asked little meanwhile', async () => {
    const desk = openDesk()
    const { store, writer, lines } = desk
    store.fails = problem('unavailable', { why: 'connection refused' })
    const write = begin(desk, many(5_000), place(5_000))
    await pass(desk, durationUs(24 * HOUR), 3_000)
    expect(write).toEqual({ over: false, failed: undefined })
    expect(writer.circuit()).toMatchObject({ state: 'open' })
    expect(writer.failure()).toContain('connection refused')
    // Pauses are 30 s on average: less than 3,000 tries a day.
    expect(store.calls.length).toBeGreaterThan(1_000)
    expect(store.calls.length).toBeLessThan(3_100)
    expect(store.calls.slice(5)).toEqual(store.calls.slice(5).map(() => 100))
    store.fails = undefined
    store.calls.length = 0
    await pass(desk, durationUs(MINUTE))
    expect(write.over).toBe(true)
    // One small probe, then the rest at full speed.
    expect(store.calls).toEqual([100, 4_900])
    expect(writer.circuit()).toMatchObject({ state: 'closed', failures: 0 })
    expect(writer.failure()).toBeUndefined()
    expect(store.held()).toHaveLength(5_000)
    expect(
      lines.filter(({ msg }) => msg === 'history is not written for now'),
    ).toHaveLength(1)
    expect(lines.filter(({ msg }) => msg === 'history is written again')).toHaveLength(1)
  })

  it('and says for how long is not asked before that', async () => {
    const desk = openDesk()
    const { store } = desk
    store.fails = problem('unavailable', { facts: { retryAfterSeconds: 120 } })
    const write = begin(desk, many(1), place(1))
    await pass(desk, durationUs(119 * SECOND))
    expect(store.calls).toHaveLength(1)
    store.fails = undefined
    await pass(desk, durationUs(2 * SECOND))
    expect(write.over).toBe(true)
    expect(store.calls).toHaveLength(2)
  })

  it('because of who we are is asked once a minute, and the operator is told', async () => {
    for (const kind of ['forbidden', 'not_found', 'unauthenticated'] as const) {
      const desk = openDesk()
      const { store, writer } = desk
      store.fails = problem(kind, { next: 'give the token the right to write' })
      const write = begin(desk, many(200), place(200))
      await pass(desk, durationUs(10 * MINUTE), 1_000)
      expect(store.calls).toHaveLength(11)
      expect(writer.failure()).toMatch(
        /^history is paused since .*give the token the right/,
      )
      store.fails = undefined
      await pass(desk, durationUs(MINUTE))
      expect(write.over).toBe(true)
      expect(store.held()).toHaveLength(200)
    }
  })

  it('keeps nobody who stops the service waiting', async () => {
    const desk = openDesk()
    desk.store.fails = problem('forbidden')
    const write = begin(desk, many(1), place(1))
    await setImmediate()
    desk.writer.stop()
    await setImmediate()
    expect(write.failed).toBeInstanceOf(StoppedError)
    expect(desk.clock.pending()).toBe(0)
  })
})

describe('readings that the store never takes', () => {
  it('go into quarantine, the others land, and no time passes', async () => {
    const desk = openDesk()
    const { store, writer, quarantined, clock } = desk
    const values = Array.from({ length: 10_000 }, (_, n) => (n % 1_000 === 7 ? 'on' : n))
    store.refuses = ({ value }) => value === 'on'
    const before = clock.now()
    await writer.write(
      values.map((value, n) => record(n + 1, [value])),
      place(10_000),
    )
    expect(clock.now()).toBe(before)
    expect(quarantined.map(({ position }) => position.sequence % 1_000)).toEqual(
      Array(10).fill(8),
    )
    expect(store.held()).toHaveLength(9_990)
    expect(await store.cursor()).toEqual(place(10_000))
    expect(writer.failure()).toBeUndefined()
  })

  it('are durable in quarantine before the cursor passes them', async () => {
    let away = true
    const desk = openDesk(() =>
      away ? Promise.reject(new Error('the database is locked')) : Promise.resolve(),
    )
    const { store, quarantined } = desk
    store.refuses = ({ value }) => value === 'on'
    const write = begin(desk, [record(1, [1]), record(2, ['on', 2])], place(2))
    await pass(desk, durationUs(50 * MS), 1)
    expect(await store.cursor()).toBeUndefined()
    expect(desk.writer.failure()).toContain('the database is locked')
    away = false
    await pass(desk, durationUs(MINUTE))
    expect(write.over).toBe(true)
    expect(quarantined.map(({ reading }) => reading.value)).toEqual(['on'])
    expect(store.held().map(({ value }) => value)).toEqual([1, 2])
  })

  it('are a RangeError too: a reading that breaks its own contract', async () => {
    const desk = openDesk()
    const { store, quarantined, writer } = desk
    const [write, rewrite] = [store.write, store.rewrite]
    const check = (records: Parameters<typeof rewrite>[0]): void => {
      const all = records.flatMap(({ readings }) => readings)
      if (all.some(({ value }) => Number.isNaN(value)))
        throw new RangeError('number is NaN')
    }
    store.write = async (records, to) => {
      check(records)
      await write(records, to)
    }
    store.rewrite = async (records) => {
      check(records)
      await rewrite(records)
    }
    await writer.write([record(1, [1, Number.NaN, 3])], place(1))
    expect(quarantined).toMatchObject([{ reason: 'number is NaN', reading: { point: 2 } }])
    expect(store.held().map(({ value }) => value)).toEqual([1, 3])
  })

  it('are not what a store says that refuses everything: nothing is put aside, it is paused', async () => {
    const desk = openDesk()
    const { store, writer, quarantined } = desk
    await writer.write(many(1), place(1))
    store.refuses = () => true
    const write = begin(desk, many(2_000, 2), place(2_001))
    await pass(desk, durationUs(30 * MINUTE), 500)
    expect(quarantined).toEqual([])
    expect(await store.cursor()).toEqual(place(1))
    expect(writer.circuit()).toMatchObject({ state: 'open', fault: { kind: 'blocked' } })
    expect(writer.failure()).toMatch(/history is paused since .*look at the store/)
    store.refuses = () => false
    await pass(desk, durationUs(2 * MINUTE))
    expect(write.over).toBe(true)
    expect(quarantined).toEqual([])
    expect(store.held()).toHaveLength(2_001)
  })
})
