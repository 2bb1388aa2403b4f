import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DueQueue } from '../../src/rules/due-queue.ts'

const SIZE = 12
const due = fc.oneof({ weight: 4, arbitrary: fc.nat(100) }, fc.constant(Infinity))

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ index: fc.nat(SIZE - 1), due }) },
  fc.record({ now: fc.nat(100) }),
)

describe('the queue of who is due when', () => {
  it('always knows the earliest, and takes the due ones in the order of their numbers', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const dues = Array.from({ length: SIZE }, () => Infinity)
        const queue = new DueQueue(SIZE, (index) => dues[index] ?? Infinity)
        for (const step of actions) {
          if ('index' in step) {
            dues[step.index] = step.due
            queue.sooner(step.index)
          } else {
            const expected = dues.flatMap((at, index) => (at <= step.now ? [index] : []))
            expect(queue.takeDue(step.now)).toEqual(expected)
            for (const index of expected) dues[index] = Infinity
          }
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
