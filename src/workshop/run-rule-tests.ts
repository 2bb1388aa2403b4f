import { inReadingOrder, type Mistake } from '../configuration/mistake.ts'
import type { Place } from '../configuration/yaml-files.ts'
import { toIso, type TimeUs } from '../domain/time.ts'
import type { Difference } from '../rules/tests/judge-expectation.ts'
import { runRuleTest, type TestOutcome } from '../rules/tests/run-test.ts'
import {
  readRuleFiles,
  type LocatedTest,
  type RuleFiles,
  type RulesAround,
} from './rule-files.ts'

/** An expectation that did not come true, with its place. */
export interface BrokenExpectation extends Place {
  readonly at: TimeUs
  readonly asset: string
  readonly differences: readonly Difference[]
}

/** What came of one test. */
export interface RuleTestResult extends Place {
  readonly file: string
  readonly name: string
  /** Slug of the rule; `tested` where the test brings its own. */
  readonly rule: string
  readonly holds: boolean
  readonly expectations: number
  /** Empty when it holds. */
  readonly broken: readonly BrokenExpectation[]
  /** What the detector said, as `raised asset 2026-01-01T00:05:00.000Z`; at most 50 lines. */
  readonly said: readonly string[]
}

export interface RuleTestRun {
  /** In the order of the files. */
  readonly tests: readonly RuleTestResult[]
  /** What keeps files or tests from being run. */
  readonly mistakes: readonly Mistake[]
}

/** Lines of what was said that are shown. */
const MOST_SAID = 50

/** Runs every test of the files; `around` has the rules that tests may name besides those of the files. */
export function runRuleTests(files: RuleFiles, around?: RulesAround): RuleTestRun {
  const { tests, mistakes } = readRuleFiles(files, around)
  const trouble = [...mistakes]
  const results = tests.flatMap((test): RuleTestResult[] => {
    try {
      return [resultOf(test, runRuleTest(test.resolved))]
    } catch (error) {
      // A story that is too long, or a condition that this engine cannot judge.
      const why = error instanceof Error ? error.message : String(error)
      const place = test.file.at(['tests', test.name], 'key')
      const what = `the test "${test.name}" cannot be run`
      trouble.push({ file: test.file.path, ...place, what, why })
      return []
    }
  })
  return { tests: results, mistakes: inReadingOrder(trouble) }
}

function resultOf(
  { file, name, resolved }: LocatedTest,
  { holds, expectations, said }: TestOutcome,
): RuleTestResult {
  return {
    file: file.path,
    ...file.at(['tests', name], 'key'),
    name,
    rule: resolved.slug,
    holds,
    expectations: expectations.length,
    broken: expectations.flatMap(({ at, asset, differences }, index) =>
      differences.length === 0
        ? []
        : [{ ...file.at(['tests', name, 'expect', index]), at, asset, differences }],
    ),
    said: said
      .slice(0, MOST_SAID)
      .map(({ event, key, at, historical, level }) =>
        [
          event,
          key.asset,
          toIso(at),
          level > 1 ? `level ${level}` : '',
          historical ? 'historical' : '',
        ]
          .filter((word) => word !== '')
          .join(' '),
      ),
  }
}
