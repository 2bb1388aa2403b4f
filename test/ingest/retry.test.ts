import { describe, expect, it, vi } from 'vitest'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { retry, StoppedError } from '../../src/ingest/retry.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { until } from '../support/until.ts'

/** Work that fails the first `failures` times. */
function attempt(failures: number) {
  const clock = createManualClock()
  const stop = new AbortController()
  const failed: unknown[] = []
  let tries = 0
  const outcome = retry(
    () => {
      tries += 1
      if (tries <= failures) return Promise.reject(new Error(`try ${tries}`))
      return Promise.resolve(`done at try ${tries}`)
    },
    { clock, signal: stop.signal, failed: (error) => failed.push(error) },
  )
  // A test that does not ask for the outcome has still seen it.
  outcome.catch(() => undefined)
  const pausing = () => until(() => clock.pending() === 1)
  return { clock, stop, failed, outcome, pausing, tries: () => tries }
}

describe('work that must not be skipped', () => {
  it('is done once when it works', async () => {
    const { outcome, failed } = attempt(0)
    expect(await outcome).toBe('done at try 1')
    expect(failed).toEqual([])
  })

  it('is tried again after pauses that grow from 0.1 s to 30 s, each failure told', async () => {
    const { clock, outcome, failed, pausing, tries } = attempt(11)
    const pauses = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]
    for (const [index, pause] of pauses.entries()) {
      await pausing()
      clock.advance(durationUs(pause * SECOND - 1))
      expect(clock.pending()).toBe(1)
      expect(tries()).toBe(index + 1)
      clock.advance(durationUs(1))
    }
    expect(await outcome).toBe('done at try 12')
    expect(failed.map(String)).toEqual(pauses.map((_, index) => `Error: try ${index + 1}`))
  })

  it('ends at once when the service stops during a pause, and leaves no timer', async () => {
    const { clock, stop, outcome, pausing, tries } = attempt(99)
    await pausing()
    stop.abort()
    await expect(outcome).rejects.toBeInstanceOf(StoppedError)
    expect(clock.pending()).toBe(0)
    expect(tries()).toBe(1)
  })

  it('is not even begun when the service has stopped', async () => {
    const clock = createManualClock()
    const work = vi.fn(() => Promise.resolve())
    const signal = AbortSignal.abort()
    await expect(
      retry(work, { clock, signal, failed: () => undefined }),
    ).rejects.toBeInstanceOf(StoppedError)
    expect(work).not.toHaveBeenCalled()
  })
})
