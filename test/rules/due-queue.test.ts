import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DueQueue } from '../../src/rules/due-queue.ts'

const SIZE = 12
const due = fc.oneof({ weight: 4, arbitrary: fc.nat(100) }, fc.constant(Infinity))

/** A due is set, then a time comes; mostly a time at which nobody is due. */
const action = fc.record({
  index: fc.nat(SIZE - 1),
  due,
  now: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, fc.nat(100)),
})

describe('the queue of who is due when', () => {
  it('always knows the earliest, and takes the due ones in the order of their numbers', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const dues = Array.from({ length: SIZE }, () => Infinity)
        const queue = new DueQueue(SIZE, (index) => dues[index] ?? Infinity)
        for (const { index, due, now } of actions) {
          dues[index] = due
          queue.sooner(index)
          expect(queue.earliest()).toBe(Math.min(...dues))
          const expected = dues.flatMap((at, index) => (at <= now ? [index] : []))
          expect(queue.takeDue(now)).toEqual(expected)
          for (const index of expected) dues[index] = Infinity
          expect(queue.earliest()).toBe(Math.min(...dues))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('looks only once at a due that was put off many times', () => {
    const dues = [10, 1_000]
    let looks = 0
    const queue = new DueQueue(2, (index) => {
      looks += 1
      return dues[index] ?? Infinity
    })
    queue.sooner(0)
    queue.sooner(1)
    for (let later = 11; later < 900; later += 1) dues[0] = later
    looks = 0
    expect(queue.earliest()).toBe(899)
    expect(looks).toBeLessThanOrEqual(2)
  })
})
