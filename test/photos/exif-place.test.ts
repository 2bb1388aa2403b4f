import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exifPlace } from '../../src/photos/exif-place.ts'

/** A block with the four tags, as CIPA DC-008 lays it out. */
function exif(place: {
  readonly order?: 'II' | 'MM'
  readonly header?: boolean
  readonly refs?: readonly [string, string]
  readonly lat?: readonly number[]
  readonly lon?: readonly number[]
}): Uint8Array {
  const { order = 'II', header = true, refs = ['N', 'E'] } = place
  const { lat = [59, 1, 30, 1, 0, 1], lon = [18, 1, 15, 1, 0, 1] } = place
  const little = order === 'II'
  const body = new DataView(new ArrayBuffer(200))
  letters(0, order)
  body.setUint16(2, 42, little)
  body.setUint32(4, 8, little)
  body.setUint16(8, 1, little)
  entry(10, [0x88_25, 4, 1, 40])
  body.setUint16(40, 4, little)
  entry(42, [1, 2, 2, 0])
  entry(54, [2, 5, 3, 100])
  entry(66, [3, 2, 2, 0])
  entry(78, [4, 5, 3, 130])
  letters(50, refs[0])
  letters(74, refs[1])
  for (const [index, value] of lat.entries()) body.setUint32(100 + index * 4, value, little)
  for (const [index, value] of lon.entries()) body.setUint32(130 + index * 4, value, little)
  const bytes = Buffer.from(body.buffer)
  return header ? Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), bytes]) : bytes

  function letters(at: number, text: string) {
    for (const [index, code] of Buffer.from(text).entries()) body.setUint8(at + index, code)
  }

  function entry(at: number, [tag, type, count, value]: [number, number, number, number]) {
    body.setUint16(at, tag, little)
    body.setUint16(at + 2, type, little)
    body.setUint32(at + 4, count, little)
    body.setUint32(at + 8, value, little)
  }
}

it.each([
  ['little-endian', exif({}), { lat: 59.5, lon: 18.25 }],
  ['big-endian', exif({ order: 'MM' }), { lat: 59.5, lon: 18.25 }],
  ['without its header', exif({ header: false }), { lat: 59.5, lon: 18.25 }],
  ['south and west', exif({ refs: ['S', 'W'] }), { lat: -59.5, lon: -18.25 }],
  ['without seconds', exif({ lat: [59, 1, 30, 1, 0, 0] }), { lat: 59.5, lon: 18.25 }],
])('reads a place %s', (_, block, place) => {
  expect(exifPlace(block)).toEqual(place)
})

it.each([
  ['an empty block', new Uint8Array()],
  ['a block that ends early', exif({}).subarray(0, 60)],
  ['a letter that is no direction', exif({ refs: ['X', 'E'] })],
  ['a division by nothing', exif({ lat: [59, 0, 30, 1, 0, 1] })],
  ['beyond the pole', exif({ lat: [95, 1, 0, 1, 0, 1] })],
  [
    'zeros of a camera without a fix',
    exif({ lat: [0, 1, 0, 1, 0, 1], lon: [0, 1, 0, 1, 0, 1] }),
  ],
])('knows no place in %s', (_, block) => {
  expect(exifPlace(block)).toBeUndefined()
})

it('never throws and never leaves the globe', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(205), fc.nat(255)), { maxLength: 20 }),
      (changes) => {
        const block = exif({})
        for (const [at, value] of changes) block[at] = value
        const place = exifPlace(block)
        expect(Math.abs(place?.lat ?? 0)).toBeLessThanOrEqual(90)
        expect(Math.abs(place?.lon ?? 0)).toBeLessThanOrEqual(180)
      },
    ),
    { numRuns: 2_000 },
  )
})
