import { describe, expect, it } from 'vitest'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { durationUs, later, SECOND, type TimeUs } from '../../src/domain/time.ts'
import { createTimers, type TimersParts } from '../../src/ingest/timers.ts'
import { north, south } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { quietLogger } from './quiet-logger.ts'
import { until } from '../support/until.ts'

const seconds = (count: number) => durationUs(count * SECOND)

function alarmClock(changes: Partial<TimersParts> = {}) {
  const clock = createManualClock()
  const start = clock.now()
  const fired: { readonly organisation: OrganisationId; readonly at: number }[] = []
  const logger = quietLogger()
  const timers = createTimers({
    clock,
    logger,
    ready: () => true,
    fire: (organisation) => {
      fired.push({ organisation, at: (clock.now() - start) / SECOND })
      return Promise.resolve()
    },
    ...changes,
  })
  const due = (at: number): TimeUs => later(start, seconds(at))
  return { clock, timers, fired, logger, due }
}

describe('the timers of the detectors', () => {
  it('fire once, when they are due, each for its organisation', () => {
    const { clock, timers, fired, due } = alarmClock()
    timers.arm(north, due(10))
    timers.arm(south, due(5))
    clock.advance(durationUs(10 * SECOND - 1))
    expect(fired).toEqual([{ organisation: south, at: 5 }])
    clock.advance(seconds(100))
    expect(fired).toEqual([
      { organisation: south, at: 5 },
      { organisation: north, at: 10 },
    ])
    expect(clock.pending()).toBe(0)
  })

  it('follow the newest wish, earlier, later or never', () => {
    const { clock, timers, fired, due } = alarmClock()
    timers.arm(north, due(10))
    timers.arm(north, due(3))
    clock.advance(seconds(4))
    timers.arm(north, due(10))
    timers.arm(north, due(20))
    clock.advance(seconds(10))
    timers.arm(north, undefined)
    clock.advance(seconds(100))
    expect(fired).toEqual([{ organisation: north, at: 3 }])
  })

  it('fire at once for a time that is past', () => {
    const { clock, timers, fired, due } = alarmClock()
    clock.advance(seconds(60))
    timers.arm(north, due(10))
    clock.advance(seconds(0))
    expect(fired).toEqual([{ organisation: north, at: 60 }])
  })

  it('wait while the detector still catches up, and fire soon after', () => {
    let ready = false
    const { clock, timers, fired, due } = alarmClock({ ready: () => ready })
    timers.arm(north, due(10))
    clock.advance(seconds(60))
    expect(fired).toEqual([])
    ready = true
    clock.advance(seconds(0.1))
    expect(fired).toMatchObject([{ organisation: north }])
  })

  it('wait on when they went off before their time by the wall clock', () => {
    // The wall clock is set back by an hour while the timer runs.
    const clock = new VirtualClock()
    const due = later(clock.now(), seconds(10))
    let back = 0
    const fired: TimeUs[] = []
    const timers = createTimers({
      clock: {
        now: () => (clock.now() - back) as TimeUs,
        after: (delay, task) => clock.after(durationUs(delay * 10), task),
      },
      logger: quietLogger(),
      ready: () => true,
      fire: () => {
        fired.push((clock.now() - back) as TimeUs)
        return Promise.resolve()
      },
    })
    timers.arm(north, due)
    back = 3_600 * SECOND
    clock.advance(seconds(3_000))
    expect(fired).toEqual([])
    clock.advance(seconds(700))
    expect(fired[0]).toBeGreaterThanOrEqual(due)
  })
})

describe('a timer that cannot be written', () => {
  it('is tried again until it can, and the log says so', async () => {
    let failures = 2
    let fired = 0
    const { clock, timers, logger, due } = alarmClock({
      fire: () => {
        failures -= 1
        if (failures >= 0) return Promise.reject(new Error('the log is full'))
        fired += 1
        return Promise.resolve()
      },
    })
    timers.arm(north, due(1))
    clock.advance(seconds(1))
    for (const _ of ['first', 'second']) {
      await until(() => clock.pending() === 1)
      clock.advance(seconds(0.1))
    }
    expect(fired).toBe(1)
    expect(logger.lines).toMatchObject([
      { organisation: north, err: { message: 'the log is full' } },
      { organisation: north },
    ])
  })

  it('gives way to a wish that came meanwhile', async () => {
    const writing = Promise.withResolvers<void>()
    let tries = 0
    const { clock, timers, logger, due } = alarmClock({
      fire: () => {
        tries += 1
        return tries === 1 ? writing.promise : Promise.resolve()
      },
    })
    timers.arm(north, due(1))
    clock.advance(seconds(1))
    timers.arm(north, due(50))
    writing.reject(new Error('the log is full'))
    await until(() => logger.lines.length === 1)
    expect(clock.pending()).toBe(1)
    clock.advance(seconds(40))
    expect(tries).toBe(1)
    clock.advance(seconds(10))
    expect(tries).toBe(2)
  })
})

describe('stopped timers', () => {
  it('never fire, and take no wish any more', async () => {
    const { clock, timers, fired, due } = alarmClock()
    timers.arm(north, due(1))
    await timers.stop()
    timers.arm(south, due(1))
    expect(clock.pending()).toBe(0)
    clock.advance(seconds(10))
    expect(fired).toEqual([])
  })

  it('do not try again what could not be written', async () => {
    const writing = Promise.withResolvers<void>()
    const { clock, timers, logger, due } = alarmClock({ fire: () => writing.promise })
    timers.arm(north, due(1))
    clock.advance(seconds(1))
    const stopped = timers.stop()
    writing.reject(new Error('the log is full'))
    await stopped
    expect(logger.lines).toHaveLength(1)
    expect(clock.pending()).toBe(0)
  })

  it('are gone when stopping is done: what was being written is written', async () => {
    const writing = Promise.withResolvers<void>()
    const { clock, timers, due } = alarmClock({ fire: () => writing.promise })
    timers.arm(north, due(1))
    clock.advance(seconds(1))
    let stopped = false
    const stopping = timers.stop().then(() => (stopped = true))
    await Promise.resolve()
    expect(stopped).toBe(false)
    writing.resolve()
    await stopping
    expect(stopped).toBe(true)
  })
})

describe('written timers', () => {
  it('are waited for while they are written, and those that were due when they were armed', async () => {
    const { clock, timers, fired, due } = alarmClock()
    clock.advance(seconds(60))
    timers.arm(north, due(10))
    timers.arm(south, due(100))
    const written = timers.written()
    clock.advance(seconds(0))
    await written
    expect(fired).toEqual([{ organisation: north, at: 60 }])
  })
})
