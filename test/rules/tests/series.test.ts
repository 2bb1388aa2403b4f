import { describe, expect, it } from 'vitest'
import { series } from '../../../src/rules/tests/series.ts'

function values(text: string): readonly unknown[] {
  return series(text).map((beat) => beat?.value)
}

// The examples of prometheus/prometheus docs/configuration/unit_testing_rules.md, restated.
describe('the notation means what it means to promtool', () => {
  it.each([
    ['-2+4x3', [-2, 2, 6, 10]],
    [' 1-2x4', [1, -1, -3, -5, -7]],
    [' 1x4', [1, 1, 1, 1, 1]],
    ['1 _x3 2', [1, undefined, undefined, undefined, 2]],
    ['1+0x6 0 0', [1, 1, 1, 1, 1, 1, 1, 0, 0]],
    ['10+10x2 30+20x5', [10, 20, 30, 30, 50, 70, 90, 110, 130]],
    ['0.1+0.1x2', [0.1, 0.2, 0.3]],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual(expected)
  })
})

describe('beyond promtool', () => {
  it('has texts and truth', () => {
    expect(values("'open'x1 true 'a b' false")).toEqual([
      'open',
      'open',
      true,
      'a b',
      false,
    ])
  })

  it('has qualities and lateness, in seconds, minutes and hours', () => {
    expect(series("40?@2m 'x'? bad@1h")).toEqual([
      { value: 40, quality: 'uncertain', late: 120 },
      { value: 'x', quality: 'uncertain', late: 0 },
      { value: null, quality: 'bad', late: 3_600 },
    ])
  })

  it.each(['', 'stale', '1x', 'x3', '1+x3', '40@', "'open", '1x999999'])(
    'refuses %j',
    (text) => {
      expect(() => series(text)).toThrow(/series/)
    },
  )
})
