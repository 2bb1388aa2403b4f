import fc from 'fast-check'
import { expect, it } from 'vitest'
import { idPattern } from '../../src/store/influx/id-pattern.ts'

it('matches the ids it was made of and no other', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1_200), { minLength: 1, maxLength: 60 }), (ids) => {
      const pattern = new RegExp(`^${idPattern(ids)}$`)
      const matched = Array.from({ length: 1_201 }, (_, id) => id).filter((id) =>
        pattern.test(String(id)),
      )
      expect(matched).toEqual(ids.toSorted((a, b) => a - b))
    }),
  )
})

it('is short for ids that were issued one after the other', () => {
  const thousand = Array.from({ length: 5_000 }, (_, n) => 37_001 + n)
  expect(idPattern(thousand).length).toBeLessThan(200)
  expect(idPattern([7])).toBe('7')
  expect(idPattern([1, 10, 100])).toBe('1(?:0(?:0)?)?')
})
