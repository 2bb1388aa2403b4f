import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import type { DetectorInput } from '../../src/rules/detector.ts'
import { awakened, histories, limits } from '../support/rule-histories.ts'
import { inputOf, lab } from '../support/rules.ts'

describe('the short way of a reading', () => {
  it('leaves all that is remembered as the long way does, and says the same', () => {
    fc.assert(
      fc.property(
        limits,
        histories,
        fc.integer({ min: 1, max: 4 }),
        (rule, history, most) => {
          // A point that two rules read has no short way.
          const [short, long] = [
            lab(rule),
            lab(rule, { ...rule, ruleId: `${rule.ruleId}-too` }),
          ]
          const inputs = awakened([rule], history).map((one, index) =>
            inputOf(one, index + 2),
          )
          for (const input of together(inputs, most)) {
            const said = long.detector.step(input)
            const own = said.filter(({ key }) => key.rule === rule.ruleId)
            const told = short.detector.step(input)
            expect(told.map(shown)).toEqual(own.map(shown))
          }
          const [a, b] = [pagesOf(short), pagesOf(long)]
          expect(a['t0']?.[0]).toEqual(b['t0']?.[0])
          expect(a['p0']).toEqual(b['p0'])
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

/** Neighbouring records of readings as one record, with so many at most. */
function together(
  inputs: readonly DetectorInput[],
  most: number,
): readonly DetectorInput[] {
  const merged: DetectorInput[] = []
  for (const input of inputs) {
    const last = merged.at(-1)
    const isFull = last?.kind !== 'readings' || last.decoded.readings.length >= most
    if (input.kind !== 'readings' || isFull) merged.push(input)
    else {
      const readings = [...last.decoded.readings, ...input.decoded.readings]
      merged[merged.length - 1] = { ...input, decoded: { ...input.decoded, readings } }
    }
  }
  return merged
}

/** A transition without its place among those of its record, where the other rule speaks too. */
function shown({ event, at, historical, late, level, evidence }: DetectorTransition) {
  return { event, at, historical, late, level, evidence }
}

function pagesOf({
  detector,
}: ReturnType<typeof lab>): Readonly<Record<string, unknown[]>> {
  return (detector.snapshot().state as { pages: Record<string, unknown[]> }).pages
}
