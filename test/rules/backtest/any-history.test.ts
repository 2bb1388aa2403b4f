import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DetectorTransition } from '../../../src/domain/transition.ts'
import type {
  BacktestJob,
  SourcePiece,
  SourceRecord,
} from '../../../src/rules/backtest/job.ts'
import { transitionsOf } from '../../../src/rules/backtest/run.ts'
import type { RuleTarget } from '../../../src/rules/detector.ts'
import { awakened, histories, limits, silences } from '../../support/rule-histories.ts'
import { at, inputOf, lab, organisation, type Stimulus } from '../../support/rules.ts'

it('says of the log what was said live, whatever the history and the pieces it comes in (P4)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 3, arbitrary: limits }, silences),
      histories,
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 }),
      async (rule, bare, lengths) => {
        // As the service writes its log: with every timer that the detector asked for.
        const history = awakened([rule], bare)
        const live = lab(rule).step(...history)
        expect(await past(rule, history, lengths)).toEqual(live)
      },
    ),
    { numRuns: 300 },
  )
})

async function past(
  rule: RuleTarget,
  history: readonly Stimulus[],
  lengths: readonly number[],
): Promise<readonly DetectorTransition[]> {
  const records = history.flatMap((stimulus, n) => recordOf(stimulus, n + 2))
  const rules = { organisation, version: 1, zone: 'Europe/Stockholm', targets: [rule] }
  const position = { epoch: 'test', partition: 7, sequence: 1, index: 0 }
  const job: BacktestJob = {
    organisation,
    rule: undefined,
    from: at(0),
    to: at(1_000_000),
    arms: [
      { name: 'live', rules: [{ position, ingest: at(0), rules }], timers: 'recorded' },
    ],
    controls: [],
    labels: [],
    reports: [],
    judged: [],
    onlyOldest: [],
    inexact: [],
  }
  const said: DetectorTransition[] = []
  for await (const some of transitionsOf(job, pieces(records, lengths))) said.push(...some)
  return said
}

function recordOf(stimulus: Stimulus, sequence: number): readonly SourceRecord[] {
  const input = inputOf(stimulus, sequence)
  if (input.kind === 'readings') return [input]
  if (input.kind === 'activation') return []
  const { record, position } = input
  return [{ kind: 'control', position, record }]
}

async function* pieces(
  records: readonly SourceRecord[],
  lengths: readonly number[],
): AsyncGenerator<SourcePiece> {
  let from = 0
  for (const length of [...lengths, records.length + 1]) {
    const own = records.slice(from, from + length)
    from += length
    yield await Promise.resolve({ kind: 'records', records: own })
  }
}
