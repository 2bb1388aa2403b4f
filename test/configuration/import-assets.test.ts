import { describe, expect, it } from 'vitest'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import {
  assetsFromGeoJson,
  importConfiguration,
  type AssetMapping,
} from '../../src/configuration/import-assets.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { applyTown, changesOf, minuteUs } from './town.ts'

const mapping: AssetMapping = {
  type: 'Streetlight',
  idProperty: 'id',
  namePrefix: 'Pole',
  ownerProperty: 'owner',
  maintainerProperty: 'maintainer',
  public: true,
}

function pole(id: unknown, properties: object = {}, coordinates: unknown = [10.4, 61.1]) {
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates },
    properties: { id, ...properties },
  }
}

function read(features: unknown[], change: Partial<AssetMapping> = {}) {
  const text = JSON.stringify({ type: 'FeatureCollection', features })
  return assetsFromGeoJson(text, { ...mapping, ...change })
}

describe('points of a map', () => {
  it('become assets whose owner and maintainer are kept apart', () => {
    const properties = {
      owner: 'county',
      maintainer: 'stateRoads',
      height: '10.0',
      note: null,
    }
    expect(read([pole('90896940', properties)])).toEqual({
      ok: true,
      objects: [
        {
          kind: 'asset',
          slug: '90896940',
          document: {
            name: 'Pole 90896940',
            type: 'Streetlight',
            place: { lat: 61.1, lon: 10.4 },
            owner: 'county',
            maintainer: 'stateRoads',
            public: true,
            attributes: { height: '10.0' },
          },
        },
      ],
    })
  })

  it('may lack an owner, and have a height', () => {
    const result = read([pole(17, {}, [10, 61, 120])])
    expect(result.ok && result.objects[0]?.document).toEqual({
      name: 'Pole 17',
      type: 'Streetlight',
      place: { lat: 61, lon: 10 },
      public: true,
    })
  })

  it.each([
    [
      'a line',
      { ...pole('a'), geometry: { type: 'LineString', coordinates: [] } },
      'geometry.type',
    ],
    ['latitude first', pole('a', {}, [61.1, 10.4, 0].with(1, 161)), 'place.lat is 161'],
    ['no id', pole(undefined), 'the property "id" is not an id'],
    ['an id with a slash', pole('a/b'), 'the id "a/b" cannot be a slug'],
    [
      'a number without end',
      pole('a', { serial: 2 ** 60 }),
      'the property "serial" is 115',
    ],
    ['an endless text', pole('a', { note: 'x'.repeat(501) }), 'attributes.note is "xxx'],
    ['nothing', null, 'this is not as a point feature has it'],
  ])('are refused by their index: %s', (_, bad, what) => {
    const result = read([pole('good'), bad])
    expect(result.ok ? [] : result.bad).toEqual([
      expect.objectContaining({ index: 1, what: expect.stringContaining(what) as string }),
    ])
  })

  it('are refused when two have one id, and all bad ones are named', () => {
    const result = read([pole('A'), pole('b'), pole('a'), pole('x y')])
    expect(result.ok ? [] : result.bad.map(({ index, what }) => [index, what])).toEqual([
      [2, 'a is also the id of feature 0'],
      [3, 'the id "x y" cannot be a slug'],
    ])
  })

  it('of a property that is not there suggest the right one', () => {
    const result = read([{ ...pole(1), properties: { poleId: 1 } }], {
      idProperty: 'poleid',
    })
    expect(result.ok || result.bad[0]?.next).toBe('did you mean "poleId"?')
  })

  it.each([
    ['no JSON', '{', 'the file is not JSON'],
    ['no collection', '{"type":"Feature"}', 'the file is not a GeoJSON feature collection'],
  ])('in a file that is %s are not looked for', (_, text, what) => {
    const result = assetsFromGeoJson(text, mapping)
    expect(result.ok ? [] : result.bad).toEqual([
      expect.objectContaining({ index: undefined, what }),
    ])
  })
})

describe('an import of 1,542 poles', () => {
  const features = Array.from({ length: 1_542 }, (_, index) =>
    pole(String(90_000_000 + index), { owner: 'county', maintainer: 'roads' }, [
      10 + index / 1e4,
      61,
    ]),
  )
  const imported = read(features)
  const configuration = importConfiguration(north, imported.ok ? imported.objects : [])
  const request = { configuration, author: 'user:ada', source: 'import' } as const

  it('takes less than five seconds, changes nothing twice, and outlives a pruning apply', async () => {
    await using database = await openTestDatabase()
    await applyTown(database)
    const started = performance.now()
    const first = await applyConfiguration(database, {
      ...request,
      now: timeUs(minuteUs(1)),
    })
    expect(performance.now() - started).toBeLessThan(5_000)
    expect([first.version, changesOf(first).length]).toEqual([2, 1_542])
    const again = await applyConfiguration(database, {
      ...request,
      now: timeUs(minuteUs(2)),
    })
    expect(again.outcome).toBe('unchanged')
    expect((await applyTown(database, {}, { prune: true })).outcome).toBe('unchanged')
    const current = await createConfigurations(database).current(north)
    expect(current?.assets.get('90000000')).toMatchObject({
      owner: 'county',
      maintainer: 'roads',
    })
    expect(current?.assets.size).toBe(1_545)
  })
})
