import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTopology } from '../../../src/alarms/topology/graph.ts'
import { asset, type Asset } from '../../../src/domain/asset.ts'

function hanging(...parents: readonly string[]): Asset {
  return asset.parse({
    name: 'x',
    type: 'Thing',
    parents: parents.map((parent) => ({ edge: 'FEEDS', asset: parent })),
  })
}

describe('a topology', () => {
  const topology = createTopology(
    new Map([
      ['cabinet', hanging()],
      ['segment-a', hanging('cabinet')],
      ['segment-b', hanging('cabinet')],
      ['lamp-1', hanging('segment-a')],
      ['lamp-2', hanging('segment-a')],
      ['lamp-3', hanging('segment-b', 'segment-a')],
    ]),
  )

  it('knows what an asset hangs on, nearest first', () => {
    expect(topology.above('lamp-1', 'FEEDS')).toEqual(['segment-a', 'cabinet'])
    expect(topology.above('lamp-3', 'FEEDS')).toEqual(['segment-b', 'segment-a', 'cabinet'])
    expect(topology.above('cabinet', 'FEEDS')).toEqual([])
  })

  it('knows everything that hangs on an asset', () => {
    expect([...topology.below('cabinet', 'FEEDS')].toSorted()).toEqual([
      'lamp-1',
      'lamp-2',
      'lamp-3',
      'segment-a',
      'segment-b',
    ])
    expect([...topology.below('segment-b', 'FEEDS')]).toEqual(['lamp-3'])
  })

  it('keeps the kinds of edges apart and says nothing of strangers', () => {
    expect(topology.above('lamp-1', 'COMM_VIA')).toEqual([])
    expect(topology.above('nobody', 'FEEDS')).toEqual([])
    expect([...topology.below('nobody', 'FEEDS')]).toEqual([])
  })

  it('ends where the data runs in a circle', () => {
    const round = createTopology(
      new Map([
        ['a', hanging('b')],
        ['b', hanging('a')],
      ]),
    )
    expect(round.above('a', 'FEEDS')).toEqual(['b'])
    expect([...round.below('a', 'FEEDS')]).toEqual(['b'])
  })

  it('says the same upwards and downwards', () => {
    // A parent has a smaller number, so there is no circle, and chains stay short.
    const forest = fc
      .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 14 })
      .map((rows) =>
        rows.map((row, index) =>
          index === 0 ? [] : [...new Set(row.map((n) => n % index))],
        ),
      )
    fc.assert(
      fc.property(forest, (rows) => {
        const made = createTopology(
          new Map(rows.map((row, n) => [`n${n}`, hanging(...row.map((p) => `n${p}`))])),
        )
        for (const [child] of rows.entries()) {
          for (const [parent] of rows.entries()) {
            expect(made.above(`n${child}`, 'FEEDS').includes(`n${parent}`)).toBe(
              made.below(`n${parent}`, 'FEEDS').has(`n${child}`),
            )
          }
        }
      }),
    )
  })
})
