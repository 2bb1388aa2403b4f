import fc from 'fast-check'
import { expect, it } from 'vitest'
import { asset } from '../../src/domain/asset.ts'
import { type NoticeWorld, speaksOf } from '../../src/notices/matching.ts'
import { noticeScope } from '../../src/notices/notice.ts'

const thing = (parent?: string, lat = 58.27) =>
  asset.parse({
    name: 'x',
    type: 'Streetlight',
    place: { lat, lon: 11.43 },
    parents: parent === undefined ? [] : [{ edge: 'FEEDS', asset: parent }],
  })

const world: NoticeWorld = {
  assets: new Map([
    ['cabinet', thing()],
    ['lamp', thing('cabinet')],
    ['far-lamp', thing('loop', 59)],
    ['loop', thing('far-lamp', 59)],
  ]),
  isIn: (area, { lat }) => area === 'centre' && lat < 58.5,
}

const scope = (of: object) => noticeScope.parse(of)

it.each([
  ['everywhere', {}, { category: 'litter' }, true],
  ['of its category', { categories: ['lamp'] }, { category: 'lamp' }, true],
  ['of another category', { categories: ['lamp'] }, { category: 'litter' }, false],
  ['of a category that is not chosen yet', { categories: ['lamp'] }, {}, true],
  ['of the asset', { assets: ['lamp'] }, { asset: 'lamp' }, true],
  ['of what hangs on the asset', { assets: ['cabinet'] }, { asset: 'lamp' }, true],
  ['not of what it hangs on', { assets: ['lamp'] }, { asset: 'cabinet' }, false],
  [
    'not of a mere place',
    { assets: ['lamp'] },
    { place: { lat: 58.27, lon: 11.43 } },
    false,
  ],
  ['of a loop in the configuration', { assets: ['cabinet'] }, { asset: 'loop' }, false],
  ['of an asset in its area', { area: 'centre' }, { asset: 'lamp' }, true],
  ['of an asset outside', { area: 'centre' }, { asset: 'far-lamp' }, false],
  ['of no place at all', { area: 'centre' }, { category: 'lamp' }, false],
  ['of an area that is gone', { area: 'gone' }, { asset: 'lamp' }, false],
])('%s', (_, of, about, speaks) => {
  expect(speaksOf(scope(of), about, world)).toBe(speaks)
})

it('reaches as far as its circle: a degree of latitude is 111.2 km', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), (metres) => {
      const around = { place: { lat: 58, lon: 11 }, radius: 10_000 }
      const place = { lat: 58 + metres / 111_195.08, lon: 11 }
      fc.pre(Math.abs(metres - 10_000) > 1)
      expect(speaksOf(scope({ around }), { place }, world)).toBe(metres < 10_000)
    }),
  )
})
