import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { durationUs, HOUR, MINUTE, MS, SECOND } from '../../src/domain/time.ts'
import { StoppedError } from '../../src/ingest/retry.ts'
import { begin, many, openDesk, pass } from './history-desk.ts'
import { place, problem, record } from './memory-store.ts'

describe('a batch given while the one before it is under way', () => {
  it('is written right behind it', async () => {
    const desk = openDesk()
    const { promise, resolve } = Promise.withResolvers<void>()
    desk.store.pause = () => promise
    const first = begin(desk, many(3), place(3))
    const second = begin(desk, many(3, 4), place(6))
    await setImmediate()
    expect([first.over, second.over]).toEqual([false, false])
    resolve()
    await pass(desk, durationUs(MS))
    expect([first.over, second.over]).toEqual([true, true])
    expect(desk.store.held()).toHaveLength(6)
    expect(desk.store.calls).toEqual([3, 3])
  })

  it('waits for it, however long the store is away, and skips nothing', async () => {
    const desk = openDesk()
    desk.store.fails = problem('unavailable')
    const first = begin(desk, many(3), place(3))
    const second = begin(desk, many(3, 4), place(6))
    await pass(desk, durationUs(HOUR), 500)
    expect(desk.store.held()).toEqual([])
    desk.store.fails = undefined
    await pass(desk, durationUs(MINUTE))
    expect([first.over, second.over]).toEqual([true, true])
    expect(desk.store.held()).toHaveLength(6)
    expect(await desk.store.cursor()).toEqual(place(6))
  })

  it('is written whole when only the one before it holds what the store never takes', async () => {
    const desk = openDesk()
    desk.store.refuses = ({ value }) => value === 1
    const first = begin(desk, many(3), place(3))
    const second = begin(desk, [record(4, [7]), record(5, [8])], place(5))
    await pass(desk, durationUs(MINUTE))
    expect([first.over, second.over]).toEqual([true, true])
    expect(desk.quarantined).toHaveLength(1)
    expect(desk.store.held()).toHaveLength(4)
  })

  it('is given up with it when the writer stops', async () => {
    const desk = openDesk()
    desk.store.fails = problem('unavailable')
    const first = begin(desk, many(3), place(3))
    const second = begin(desk, many(3, 4), place(6))
    await pass(desk, durationUs(SECOND))
    desk.writer.stop()
    await pass(desk, durationUs(SECOND))
    expect(first.failed).toBeInstanceOf(StoppedError)
    expect(second.failed).toBeInstanceOf(StoppedError)
  })
})
