import { describe, expect, it } from 'vitest'
import { series } from '../support/series.ts'

const good = (value: number) => ({ value, quality: 'good', late: 0 })
const bad = { value: null, quality: 'bad', late: 0 }

describe('the shorthand for series in these tests', () => {
  it('counts up, repeats, falls silent and goes bad', () => {
    expect(series('10+2x2 _x3 bad 40x1 -1.5-0.5x1')).toEqual([
      ...[10, 12, 14].map(good),
      undefined,
      undefined,
      undefined,
      bad,
      ...[40, 40, -1.5, -2].map(good),
    ])
  })

  it('marks what is uncertain or heard late', () => {
    expect(series('40? _ 41@90s')).toEqual([
      { value: 40, quality: 'uncertain', late: 0 },
      undefined,
      { value: 41, quality: 'good', late: 90 },
    ])
  })

  it('refuses a word it does not know', () => {
    expect(() => series('10 stale')).toThrow('not a word of a series: stale')
  })
})
