import { expect, it } from 'vitest'
import {
  durationUs,
  later,
  SECOND,
  timeUs,
  toIso,
  type TimeUs,
} from '../../../src/domain/time.ts'
import type { JudgedAlarm } from '../../../src/rules/backtest/job.ts'
import { matchCases } from '../../../src/rules/backtest/matching.ts'
import type { Occurrence } from '../../../src/rules/backtest/occurrences.ts'

const start = timeUs(1_790_000_000_000_000)
const after = (seconds: number): TimeUs => later(start, durationUs(seconds * SECOND))

function stood(asset: string, from: number, to: number | null): Occurrence {
  const raisedAt = after(from)
  return {
    rule: 'dark',
    asset,
    discriminator: '',
    raisedAt,
    knownAt: raisedAt,
    annunciatedAt: raisedAt,
    keptBy: new Set(),
    historical: false,
    endedAt: to === null ? null : after(to),
    end: to === null ? 'open' : 'cleared',
    level: 1,
    corrected: false,
    ruleVersion: 1,
    evidence: [],
  }
}

function judged(asset: string, from: number, to: number, real: boolean): JudgedAlarm {
  return { asset, from: after(from), to: after(to), real }
}

it('holds alarms against what cases said of those that were', () => {
  const kept = [stood('a', 100, 200), stood('b', 500, null), stood('c', 50, 60)]
  const found = matchCases(kept, [
    // Caught: before it was over, at its very end, and by one that still stands.
    judged('a', 150, 300, true),
    judged('a', 200, 300, true),
    judged('b', 600, 700, true),
    // Missed: over before, not there yet, another asset.
    judged('a', 201, 300, true),
    judged('b', 400, 500, true),
    judged('d', 0, 900, true),
    judged('c', 0, 55, false),
    judged('c', 61, 90, false),
  ])
  expect(found).toEqual({
    real: 6,
    caught: 3,
    nuisance: 2,
    repeated: 1,
    missed: [
      { asset: 'a', at: toIso(after(201)) },
      { asset: 'b', at: toIso(after(400)) },
      { asset: 'd', at: toIso(after(0)) },
    ],
  })
})
