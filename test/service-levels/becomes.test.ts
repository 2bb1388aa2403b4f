import { describe, expect, it } from 'vitest'
import { asset, type Asset } from '../../src/domain/asset.ts'
import { levelAmong } from '../../src/service-levels/becomes.ts'
import { neighboursOf } from '../../src/service-levels/neighbours.ts'
import { level } from './stories.ts'

const lamp = (rest: object): Asset =>
  asset.parse({ name: 'A lamp', type: 'Streetlight', ...rest })
const fed = [{ edge: 'FEEDS', asset: 'cabinet' }]
const at = (east: number, north = 0) => ({
  lat: 58.2 + north / 1e4,
  lon: 11.4 + east / 1e4,
})

function levelOf(
  assets: ReadonlyMap<string, Asset>,
  one: string,
  out: readonly string[],
  { becomes, gathered = 1 }: { becomes: object; gathered?: number },
): string {
  const levels = new Map([
    ['base', level({ clocks: {}, becomes: [{ level: 'more', ...becomes }] })],
    ['more', level({ clocks: {} })],
  ])
  return levelAmong('base', one, (name) => levels.get(name), {
    neighbours: neighboursOf(assets),
    out: new Set(out),
    gathered,
  })
}

const row = { becomes: { when: 'in_a_row', atLeast: 3 } }

describe('a row', () => {
  const ordered = new Map(
    [1, 2, 3, 4, 5, 6].map((order) => [
      `l${order}`,
      // Places that would say another order.
      lamp({ parents: fed, attributes: { order }, place: at((order * 7) % 5) }),
    ]),
  )

  it('is so many next to one another by their order', () => {
    expect(levelOf(ordered, 'l3', ['l2', 'l3', 'l4'], row)).toBe('more')
    expect(levelOf(ordered, 'l2', ['l2', 'l3', 'l4'], row)).toBe('more')
    expect(levelOf(ordered, 'l1', ['l1', 'l2', 'l4', 'l5'], row)).toBe('base')
    expect(levelOf(ordered, 'l6', ['l2', 'l3', 'l4', 'l6'], row)).toBe('base')
  })

  it('follows the line on the map where nobody numbered it, branches too', () => {
    const places = { a: at(0), b: at(3), c: at(6), d: at(9), e: at(6, 3), f: at(6, 6) }
    const placed = new Map(
      Object.entries(places).map(([id, place]) => [id, lamp({ parents: fed, place })]),
    )
    expect(levelOf(placed, 'a', ['a', 'b', 'c'], row)).toBe('more')
    expect(levelOf(placed, 'd', ['d', 'c', 'e'], row)).toBe('more')
    expect(levelOf(placed, 'a', ['a', 'b', 'd', 'e'], row)).toBe('base')
  })

  it('is of one feeder and one kind', () => {
    const other = [{ edge: 'FEEDS', asset: 'other' }]
    const mixed = new Map([
      ['a', lamp({ parents: fed, place: at(0) })],
      ['b', lamp({ parents: other, place: at(1) })],
      ['c', lamp({ parents: fed, place: at(2), type: 'Pump' })],
      ['d', lamp({ place: at(3) })],
    ])
    expect(levelOf(mixed, 'a', ['a', 'b', 'c', 'd'], row)).toBe('base')
    expect(levelOf(mixed, 'd', ['a', 'b', 'c', 'd'], row)).toBe('base')
  })
})

it('a street is dark when every lamp of it is, and there are enough', () => {
  const street = { becomes: { when: 'dark_street', atLeast: 2 } }
  const town = new Map([
    ['a', lamp({ attributes: { street: 'Kungsgatan' } })],
    ['b', lamp({ attributes: { street: 'Kungsgatan' } })],
    ['c', lamp({ parents: [{ edge: 'CONTAINS', asset: 'alley' }] })],
  ])
  expect(levelOf(town, 'a', ['a', 'b'], street)).toBe('more')
  expect(levelOf(town, 'a', ['a', 'c'], street)).toBe('base')
  expect(levelOf(town, 'c', ['c'], street)).toBe('base')
})

it('a group counts what was gathered', () => {
  const group = { when: 'group', atLeast: 4 }
  const town = new Map([['cabinet', lamp({})]])
  expect(levelOf(town, 'cabinet', ['cabinet'], { becomes: group, gathered: 4 })).toBe(
    'more',
  )
  expect(levelOf(town, 'cabinet', ['cabinet'], { becomes: group, gathered: 3 })).toBe(
    'base',
  )
})

const next = (name: string) =>
  level({ clocks: {}, becomes: [{ when: 'group', atLeast: 2, level: name }] })

it('levels that lead in a circle come to an end', () => {
  const levels = new Map([
    ['a', next('b')],
    ['b', next('a')],
  ])
  const around = {
    neighbours: neighboursOf(new Map()),
    out: new Set<string>(),
    gathered: 2,
  }
  expect(['a', 'b']).toContain(levelAmong('a', null, (name) => levels.get(name), around))
})
