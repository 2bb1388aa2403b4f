import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryView } from '../../../src/api/views.ts'
import { isDrawable, lineOf } from '../../../src/console/assets/series.ts'

type Sample = HistoryView['pieces'][number]['samples'][number]

const start = Date.UTC(2026, 10, 20)
const sample = (
  second: number,
  value: Sample['value'],
  quality: Sample['quality'] = 'good',
) => ({
  at: new Date(start + second * 1_000).toISOString(),
  value,
  quality,
})
const piece = (...samples: readonly Sample[]): HistoryView['pieces'][number] => ({
  device: 'lamp-17',
  point: 1,
  from: new Date(start).toISOString(),
  to: new Date(start + 86_400_000).toISOString(),
  total: samples.length,
  thinned: false,
  samples: [...samples],
})

describe('the line of a chart', () => {
  it('goes through good and uncertain values', () => {
    const { values } = lineOf([piece(sample(0, 60), sample(60, 61, 'uncertain'))])
    expect(values).toEqual([60, 61])
  })

  it('is broken where a reading was bad or missing', () => {
    const { values } = lineOf([
      piece(sample(0, 60), sample(60, 0, 'bad'), sample(120, null), sample(180, 61)),
    ])
    expect(values).toEqual([60, null, null, 61])
  })

  it('is broken where nothing was heard for long', () => {
    const line = lineOf([
      piece(sample(0, 1), sample(60, 2), sample(120, 3), sample(7_200, 4)),
    ])
    expect(line.values).toEqual([1, 2, 3, null, 4])
  })

  it('is not broken by readings that only come every hour', () => {
    const hourly = [0, 1, 2, 3].map((hour) => sample(hour * 3_600, hour))
    expect(lineOf([piece(...hourly)]).values).toEqual([0, 1, 2, 3])
  })

  it('is broken where another device took over', () => {
    const { values } = lineOf([piece(sample(0, 1)), piece(sample(60, 2))])
    expect(values).toEqual([1, null, 2])
  })

  it('draws truth as 1 and cannot draw words', () => {
    expect(lineOf([piece(sample(0, true), sample(60, false))]).values).toEqual([1, 0])
    expect(isDrawable(lineOf([piece(sample(0, 'on'), sample(60, 'off'))]))).toBe(false)
  })

  it('goes forward in time and invents no value, whatever was measured', () => {
    const samples = fc.array(
      fc.record({
        second: fc.integer({ min: 0, max: 90_000 }),
        value: fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null)),
        quality: fc.constantFrom('good' as const, 'uncertain' as const, 'bad' as const),
      }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(fc.array(samples, { maxLength: 3 }), (pieces) => {
        const given = pieces.map((list) =>
          piece(
            ...list.map(({ second, value, quality }) => sample(second, value, quality)),
          ),
        )
        const { times, values } = lineOf(given)
        expect(values).toHaveLength(times.length)
        expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
        const usable = pieces.flat().filter(({ quality }) => quality !== 'bad')
        for (const value of values.filter((one) => one !== null)) {
          expect(
            usable.some((one) => one.value === value || Number(one.value) === value),
          ).toBe(true)
        }
      }),
    )
  })
})
