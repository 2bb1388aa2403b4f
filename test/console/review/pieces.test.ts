import fc from 'fast-check'
import { expect, it } from 'vitest'
import { piecesOf } from '../../../src/console/review/pieces.ts'
import { mask } from '../../../src/privacy/mask.ts'

it('marks what was found', () => {
  const words = 'Ring 0523-98 76 54 om lampan'
  expect(piecesOf(words, mask(words).spans)).toEqual([
    { at: 0, text: 'Ring ', isMarked: false },
    { at: 5, text: '0523-98 76 54', isMarked: true },
    { at: 18, text: ' om lampan', isMarked: false },
  ])
})

it('makes nothing of nothing', () => {
  expect(piecesOf('', [])).toEqual([])
})

it('loses and repeats nothing, whatever was found', () => {
  const span = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({
    kind: 'phone' as const,
    start: Math.min(a, b),
    end: Math.max(a, b),
  }))
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.array(span), (words, found) => {
      const pieces = piecesOf(words, found)
      expect(pieces.map(({ text }) => text).join('')).toBe(words)
      expect(new Set(pieces.map(({ at }) => at)).size).toBe(pieces.length)
    }),
  )
})
