import { expect, it } from 'vitest'
import { MINUTE } from '../../src/domain/time.ts'
import { every } from '../../src/domain/every.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { until } from '../support/until.ts'

function job(work: () => Promise<void> = () => Promise.resolve()) {
  const clock = createManualClock()
  const failures: unknown[] = []
  let done = 0
  const running = every(
    MINUTE,
    clock,
    () => {
      done += 1
      return work()
    },
    (error) => failures.push(error),
  )
  const rested = () => until(() => clock.pending() === 1)
  return { clock, failures, running, rested, done: () => done }
}

it('does the job once a period, not at once', async () => {
  const { clock, running, rested, done } = job()
  expect(done()).toBe(0)
  for (const times of [1, 2, 3]) {
    await rested()
    clock.advance(MINUTE)
    expect(done()).toBe(times)
  }
  await running[Symbol.asyncDispose]()
})

it('never does it twice at once: the period begins when the job has ended', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { clock, running, rested, done } = job(() => promise)
  for (const _ of ['one', 'two', 'three']) clock.advance(MINUTE)
  expect(done()).toBe(1)
  resolve()
  await rested()
  clock.advance(MINUTE)
  expect(done()).toBe(2)
  await running[Symbol.asyncDispose]()
})

it('tells of a failure, and goes on', async () => {
  const { clock, running, rested, failures } = job(() => Promise.reject(new Error('away')))
  clock.advance(MINUTE)
  await rested()
  clock.advance(MINUTE)
  await rested()
  expect(failures.map(String)).toEqual(['Error: away', 'Error: away'])
  await running[Symbol.asyncDispose]()
})

it('waits for the job under way when it is stopped, and begins no other', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { clock, running, done } = job(() => promise)
  clock.advance(MINUTE)
  const order: string[] = []
  const stop = async () => {
    await running[Symbol.asyncDispose]()
    order.push('stopped')
  }
  const stopping = stop()
  await Promise.resolve()
  order.push('job done')
  resolve()
  await stopping
  expect(order).toEqual(['job done', 'stopped'])
  expect(clock.pending()).toBe(0)
  expect(done()).toBe(1)
})
