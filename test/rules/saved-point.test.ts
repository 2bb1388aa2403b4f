import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packed, savedPoint, unpacked } from '../../src/rules/saved-point.ts'

const readings = fc.uniqueArray(
  fc.record({
    at: fc.integer({ min: -1e15, max: 2e15 }),
    value: fc.double(),
    meta: fc.nat(31),
  }),
  { selector: ({ at }) => at, maxLength: 40 },
)

it('gives what it was given, through JSON', () => {
  fc.assert(
    fc.property(readings, fc.array(fc.string()), (all, words) => {
      const sorted = all.toSorted((a, b) => a.at - b.at)
      const texts = new Map(
        sorted.slice(0, words.length).map(({ at }, n) => [at, words[n] ?? '']),
      )
      const columns = {
        at: Float64Array.from(sorted, ({ at }) => at),
        value: Float64Array.from(sorted, ({ value }) => value),
        meta: Uint8Array.from(sorted, ({ meta }) => meta),
      }
      const saved: unknown = JSON.parse(JSON.stringify(packed({ columns, texts })))
      expect(unpacked(savedPoint.parse(saved))).toEqual({
        columns,
        texts: texts.size === 0 ? undefined : texts,
      })
    }),
  )
})

const zeros = (bytes: number): string => new Uint8Array(bytes).toBase64()
const half = new Uint8Array(new Float64Array([0.5]).buffer).toBase64()

it.each([
  ['a column is cut off', [zeros(7), zeros(8), zeros(1)]],
  ['2 times for 1 values', [zeros(16), zeros(8), zeros(2)]],
  ['1 times for 1 values and 2 qualities', [zeros(8), zeros(8), zeros(2)]],
  ['a time is none', [half, zeros(8), zeros(1)]],
  ['a quality is none', [zeros(8), zeros(8), new Uint8Array([32]).toBase64()]],
  [/base64|character|padding|input/i, ['§', zeros(8), zeros(1)]],
])('says what is wrong: %s', (words, damaged) => {
  expect(() => unpacked(savedPoint.parse(damaged))).toThrow(words)
})
