import { z } from 'zod'
import { localText } from '../domain/language.ts'
import { toIso } from '../domain/time.ts'
import type { CheckedRules } from '../workshop/check-rules.ts'
import type { PublishedRules } from '../workshop/publish-rules.ts'
import type { RuleInForce } from '../workshop/rule-in-force.ts'
import type { RuleTestResult, RuleTestRun } from '../workshop/run-rule-tests.ts'
import { changesView } from './apply-view.ts'
import { mistake, mistakesView, uploadedFiles } from './uploaded-files.ts'

const time = z.iso.datetime()

/** Files with rules and tests, as they are sent: paths inside the folder. */
export const ruleFiles = uploadedFiles(
  /^[\w.-]+(?:\/[\w.-]+)*\.yaml$/,
  'a path inside the folder that ends in .yaml',
)

/** What is wrong with rules, and what is worth a look. */
export const ruleCheckView = z.object({
  /** Were they held against assets and devices, or against the schema alone? */
  against: z.enum(['files', 'service', 'schema']),
  rules: z.array(
    z.object({
      slug: z.string(),
      priority: z.int(),
      kind: z.string(),
      /** Assets in its scope; null where nobody knows the assets. */
      assets: z.int().nullable(),
      tests: z.int(),
    }),
  ),
  mistakes: z.array(mistake),
  warnings: z.array(mistake),
})
export type RuleCheckView = z.infer<typeof ruleCheckView>

const testView = z.object({
  file: z.string(),
  line: z.int(),
  name: z.string(),
  rule: z.string(),
  holds: z.boolean(),
  expectations: z.int(),
  broken: z.array(
    z.object({
      line: z.int(),
      column: z.int(),
      at: time,
      asset: z.string(),
      differences: z.array(
        z.object({ of: z.string(), expected: z.string(), seen: z.string() }),
      ),
    }),
  ),
  /** What the detector said, in order. */
  said: z.array(z.string()),
})

export const ruleTestView = z.object({
  holds: z.boolean(),
  tests: z.array(testView),
  mistakes: z.array(mistake),
})
export type RuleTestView = z.infer<typeof ruleTestView>

const rowView = z.object({
  id: z.string(),
  slug: z.string(),
  name: localText,
  priority: z.int(),
  /** Kind of its condition, at the root. */
  kind: z.string(),
  faultClass: z.string(),
  /** Version of the configuration that brought its text. */
  version: z.int(),
  at: time,
  author: z.string(),
  /** Assets it is watched on. */
  assets: z.int(),
  /** Occurrences that began in the last 24 hours. */
  matchedLast24h: z.int(),
})
export const ruleListView = z.object({ rules: z.array(rowView) })
export type RuleListView = z.infer<typeof ruleListView>

export const ruleView = rowView.extend({
  /** As it was written. */
  document: z.record(z.string(), z.unknown()),
})
export type RuleView = z.infer<typeof ruleView>

export const rulePublishView = z.object({
  organisation: z.string(),
  /** The new version; null when nothing was written. */
  version: z.int().nullable(),
  changes: changesView,
  differences: z.array(z.object({ slug: z.string(), lines: z.array(z.string()) })),
  /** Rules of priority 1 and 2 for which nothing speaks yet. */
  wantBacktest: z.array(z.string()),
  tests: z.array(testView),
  mistakes: z.array(mistake),
  warnings: z.array(mistake),
})
export type RulePublishView = z.infer<typeof rulePublishView>

export function ruleCheckViewOf(
  against: RuleCheckView['against'],
  { rules, mistakes, warnings }: CheckedRules,
): RuleCheckView {
  return {
    against,
    rules: rules.map(({ slug, priority, kind, assets = null, tests }) => ({
      slug,
      priority,
      kind,
      assets,
      tests,
    })),
    mistakes: mistakesView(mistakes),
    warnings: mistakesView(warnings),
  }
}

export function ruleTestViewOf({ tests, mistakes }: RuleTestRun): RuleTestView {
  return {
    holds: mistakes.length === 0 && tests.every(({ holds }) => holds),
    tests: tests.map(testOf),
    mistakes: mistakesView(mistakes),
  }
}

export function ruleRowOf(one: RuleInForce): RuleListView['rules'][number] {
  const { id, slug, rule, version, at, author, assets, matched } = one
  const { name, priority, faultClass, condition } = rule
  return {
    id,
    slug,
    name,
    priority,
    kind: condition.kind,
    faultClass,
    version,
    at: toIso(at),
    author,
    assets,
    matchedLast24h: matched,
  }
}

export function ruleViewOf(one: RuleInForce): RuleView {
  return { ...ruleRowOf(one), document: one.document }
}

export function rulePublishViewOf(
  organisation: string,
  {
    version,
    changes,
    differences,
    wantBacktest,
    tests,
    mistakes,
    warnings,
  }: PublishedRules,
): RulePublishView {
  return {
    organisation,
    version,
    changes: changes.map(({ kind, slug, change, fields }) => ({
      kind,
      slug,
      change,
      fields: [...fields],
    })),
    differences: differences.map(({ slug, lines }) => ({ slug, lines: [...lines] })),
    wantBacktest: [...wantBacktest],
    tests: tests.map(testOf),
    mistakes: mistakesView(mistakes),
    warnings: mistakesView(warnings),
  }
}

function testOf(one: RuleTestResult): RuleTestView['tests'][number] {
  const { file, line, name, rule, holds, expectations, broken, said } = one
  return {
    file,
    line,
    name,
    rule,
    holds,
    expectations,
    broken: broken.map(({ line: at, column, at: when, asset, differences }) => ({
      line: at,
      column,
      at: toIso(when),
      asset,
      differences: differences.map(({ of, expected, seen }) => ({ of, expected, seen })),
    })),
    said: [...said],
  }
}
