import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOlder, placeText } from '../../src/alarms/place.ts'

const count = fc.nat(200)
const place = fc.record({
  position: fc.record({
    epoch: fc.constantFrom('a', 'b', 'a/b', 'log#1', ''),
    partition: fc.nat(9),
    sequence: count,
    index: count,
  }),
  ordinal: fc.nat(9),
})

describe('a place in the log', () => {
  it('is not behind itself or what was said before, in one log', () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        const numbers = ({ position, ordinal }: typeof one) =>
          [position.sequence, position.index, ordinal] as const
        const [a, b] = [numbers(one), numbers(other)]
        const first = a.findIndex((value, n) => value !== b[n])
        const isBefore = first === -1 || (a[first] ?? 0) < (b[first] ?? 0)
        const isSameLog = one.position.epoch === other.position.epoch
        expect(isOlder(one, placeText(other))).toBe(isSameLog && isBefore)
      }),
    )
  })

  it('comes after nothing at all', () => {
    fc.assert(
      fc.property(place, (one) => {
        expect(isOlder(one, '')).toBe(false)
      }),
    )
  })
})
