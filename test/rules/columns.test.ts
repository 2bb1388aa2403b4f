import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { qualities } from '../../src/domain/reading.ts'
import type { ReadingColumns } from '../../src/rules/columns.ts'
import type { DetectorInput } from '../../src/rules/detector.ts'
import { histories, limits } from '../support/rule-histories.ts'
import { inputOf, lab } from '../support/rules.ts'

type Heard = Extract<DetectorInput, { kind: 'readings' }>

/** The readings of a history as records, and how many columns begin where. */
const slices = fc
  .record({ history: histories, lengths: fc.array(fc.integer({ min: 1, max: 9 })) })
  .map(({ history, lengths }) => {
    const records = history
      .map((stimulus, index) => inputOf(stimulus, index + 2))
      .filter((input): input is Heard => input.kind === 'readings')
    return { records, lengths: [...lengths, records.length + 1] }
  })

describe('readings in columns', () => {
  it('are told as they are one record at a time', () => {
    fc.assert(
      fc.property(limits, slices, (rule, { records, lengths }) => {
        const [one, other] = [lab(rule).detector, lab(rule).detector]
        let from = 0
        for (const length of lengths) {
          const some = records.slice(from, from + length)
          from += length
          const told = some.flatMap((record) => [...one.step(record)])
          expect(other.stepColumns(columnsOf(some))).toEqual(told)
        }
        expect(other.snapshot()).toEqual(one.snapshot())
      }),
    )
  })
})

function columnsOf(records: readonly Heard[]): ReadingColumns {
  const rows = records.flatMap(({ decoded: { position, readings } }) =>
    readings.map((reading) => ({ position, reading })),
  )
  const all = rows.map(({ reading }) => reading)
  const texts = all.flatMap(({ value }, row) =>
    typeof value === 'string' ? [[row, value] as const] : [],
  )
  return {
    epoch: 'test',
    partition: 7,
    length: all.length,
    sequence: Float64Array.from(rows, ({ position }) => position.sequence),
    index: Uint32Array.from(rows, ({ position }) => position.index),
    point: Uint32Array.from(all, ({ point }) => point),
    value: Float64Array.from(all, ({ value }) =>
      isNumber(value) ? Number(value) : Number.NaN,
    ),
    texts: new Map(texts),
    boolean: Uint8Array.from(all, ({ value }) => (typeof value === 'boolean' ? 1 : 0)),
    quality: Uint8Array.from(all, ({ quality }) => qualities.indexOf(quality)),
    effective: Float64Array.from(all, ({ effective }) => effective),
    ingest: Float64Array.from(all, ({ ingest }) => ingest),
    flags: Uint8Array.from(all, ({ flags }) => flags),
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}
