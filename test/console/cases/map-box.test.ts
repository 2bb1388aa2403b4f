import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boxAround,
  boxOf,
  boxText,
  fitted,
  isIn,
  moved,
  pointIn,
  RATIO,
  scaleOf,
  zoomed,
  type Box,
} from '../../../src/console/cases/map-box.ts'

const lysekil: Box = { west: 11.4, south: 58.25, east: 11.46, north: 58.29 }

const places = fc.record({
  lat: fc.double({ min: -80, max: 80, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
})
const boxes = fc
  .tuple(places, places)
  .map(([one, other]) => fitted(boxAround([one, other]) ?? lysekil))

/** What is on the earth, and not turned round. */
function expectSound({ west, south, east, north }: Box): void {
  expect(west).toBeGreaterThanOrEqual(-180)
  expect(south).toBeGreaterThanOrEqual(-90)
  expect(east).toBeLessThanOrEqual(180)
  expect(north).toBeLessThanOrEqual(90)
  expect(west).toBeLessThan(east)
  expect(south).toBeLessThan(north)
}

describe('a box in an address', () => {
  it('is read and written to the metre', () => {
    expect(boxOf('11.4,58.25,11.46,58.29')).toEqual(lysekil)
    expect(boxText(lysekil)).toBe('11.40000,58.25000,11.46000,58.29000')
    expect(boxText({ ...lysekil, west: 11.400009 })).toMatch(/^11\.40000,/)
    expect(boxText({ ...lysekil, east: 11.460001 })).toMatch(/,11\.46001,/)
  })

  it.each([
    '',
    '1,2,3',
    '1,2,3,4,5',
    'a,b,c,d',
    '1,,3,4',
    '181,0,182,1',
    '0,5,1,4',
    '2,0,1,0',
  ])('%s is none', (text) => {
    expect(boxOf(text)).toBeUndefined()
  })

  it('holds what was in it, and stays as it is once it was written', () => {
    fc.assert(
      fc.property(boxes, places, (box, place) => {
        const text = boxText(box)
        const read = boxOf(text)
        expect(read && boxText(read)).toBe(text)
        expect(!isIn(box, place) || (read && isIn(read, place))).toBe(true)
      }),
    )
  })
})

/** So wide that the map is all of the earth, and one of them stands on its edge. */
const edge = [
  { lat: -2.2843948954687225e-12, lon: 0 },
  { lat: 63.69985008239619, lon: 0 },
  { lat: 0, lon: 119.99999999957087 },
  { lat: 0, lon: -180 },
]

describe('the part of the map that is shown', () => {
  it('holds every place of the list, with room around them', () => {
    fc.assert(
      fc.property(fc.array(places, { minLength: 1, maxLength: 20 }), (found) => {
        const box = boxAround(found)
        for (const place of found) expect(box && isIn(fitted(box), place)).toBe(true)
      }),
      { examples: [[edge]] },
    )
    expect(boxAround([])).toBeUndefined()
  })

  it('stays on the earth, wherever one goes', () => {
    const step = fc.constantFrom(-1 / 3, 0, 1 / 3)
    const factor = fc.constantFrom(1 / 2, 1, 2)
    fc.assert(
      fc.property(
        boxes,
        fc.array(fc.tuple(step, step, factor), { maxLength: 40 }),
        (from, steps) => {
          let box = from
          for (const [east, north, by] of steps) {
            box = fitted(zoomed(moved(box, { east, north }), by))
            expectSound(box)
          }
        },
      ),
    )
  })

  it('draws a metre as long to the east as to the north', () => {
    const { west, south, east, north } = fitted(lysekil)
    const shrink = Math.cos((58.27 * Math.PI) / 180)
    expect(((east - west) * shrink) / (north - south)).toBeCloseTo(RATIO, 3)
  })

  it('is where it was after a step there and back', () => {
    const there = moved(zoomed(lysekil, 2), { east: 1 / 3, north: 1 / 3 })
    const back = zoomed(moved(there, { east: -1 / 3, north: -1 / 3 }), 1 / 2)
    for (const side of ['west', 'south', 'east', 'north'] as const) {
      expect(back[side]).toBeCloseTo(lysekil[side], 9)
    }
  })

  it('has its north at the top and its east at the right', () => {
    expect(pointIn(lysekil, { lat: 58.29, lon: 11.46 })).toEqual({ x: 1, y: 0 })
    expect(pointIn(lysekil, { lat: 58.27, lon: 11.43 })).toEqual({
      x: expect.closeTo(0.5),
      y: expect.closeTo(0.5),
    })
  })

  it('says how long a round length is', () => {
    // A minute of arc is a nautical mile of 1,852 m; here the box is 3.5 km wide.
    expect(scaleOf(lysekil).metres).toBe(500)
    expect(scaleOf(lysekil).part).toBeCloseTo(500 / 3_508, 3)
    fc.assert(
      fc.property(boxes, (box) => {
        const { metres, part } = scaleOf(box)
        expect(metres).toBeGreaterThanOrEqual(1)
        expect(part).toBeGreaterThan(0)
        expect(part).toBeLessThanOrEqual(0.2501)
      }),
    )
  })
})
