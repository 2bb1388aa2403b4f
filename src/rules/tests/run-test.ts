import type { TimeUs } from '../../domain/time.ts'
import type { DetectorTransition } from '../../domain/transition.ts'
import type { Detector } from '../detector.ts'
import { createDetector } from '../engine.ts'
import type { Rule } from '../rule.ts'
import { judgeExpectation, type ExpectationOutcome } from './judge-expectation.ts'
import { Player } from './player.ts'
import { timeOf } from './rule-test.ts'
import { organisation, storyOf, type ResolvedTest } from './story.ts'

/** What came of a test. */
export interface TestOutcome {
  readonly holds: boolean
  /** In the order of the file. */
  readonly expectations: readonly ExpectationOutcome[]
  /** What the detector said, in order. */
  readonly said: readonly DetectorTransition[]
}

/** Plays the story to a fresh detector and asks it at each expectation. Pure: no clock, no files. */
export function runRuleTest(
  resolved: ResolvedTest,
  detector: Detector = createDetector(organisation),
): TestOutcome {
  const { test, slug, rule, start } = resolved
  const story = storyOf(resolved)
  const player = new Player(detector, organisation)
  const said: DetectorTransition[] = []
  const outcomes: ExpectationOutcome[] = []
  const ordered = test.expect
    .map((expected, index) => ({ expected, index, at: timeOf(expected.at, start) }))
    .toSorted((a, b) => a.at - b.at || a.index - b.index)
  let next = 0
  for (const { expected, index, at } of ordered) {
    for (; next < story.happenings.length; next += 1) {
      const happening = story.happenings[next]
      if (happening === undefined || happening.at > at) break
      said.push(...player.play(happening))
    }
    said.push(...player.advance(at))
    outcomes[index] = judgeExpectation(expected, {
      rule: ruleAt(resolved, at) ?? rule,
      asset: expected.asset ?? story.watched[0] ?? '',
      start,
      at,
      said,
      explain: (asset) => detector.explain(slug, asset),
    })
  }
  return {
    holds: outcomes.every(({ differences }) => differences.length === 0),
    expectations: outcomes,
    said,
  }
}

/** The text of the rule that is in force at a time. */
function ruleAt(
  { rule, changed, test, start }: ResolvedTest,
  at: TimeUs,
): Rule | undefined {
  let now: Rule | undefined = rule
  for (const [index, change] of test.changes.entries()) {
    if (timeOf(change.at, start) <= at) now = changed[index]
  }
  return now
}
