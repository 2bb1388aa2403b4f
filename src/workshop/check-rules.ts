import type { DesiredObject } from '../configuration/file-objects.ts'
import { inReadingOrder, type Mistake } from '../configuration/mistake.ts'
import { objectSet, typedObjects, type ObjectSet } from '../configuration/objects.ts'
import {
  parseConfiguration,
  type ConfigurationFiles,
  type ConfigurationText,
} from '../configuration/parse.ts'
import { placeIn } from '../configuration/yaml-files.ts'
import type { DurationUs } from '../domain/time.ts'
import {
  isTestPath,
  readRuleFiles,
  type RuleFiles,
  type RulesAround,
} from './rule-files.ts'
import { doubtsOf, scopeOf } from './rule-sanity.ts'

/** What the rules are held against. */
export interface RuleSurroundings {
  readonly organisation: string
  /** Files of the same configuration that are not checked themselves: assets, devices, types. */
  readonly files?: readonly ConfigurationText[]
  /** What is in force; left out: nothing is known of it. */
  readonly stored?: ObjectSet
  /** How long messages are kept; left out: nobody knows. */
  readonly logKeeps?: DurationUs
}

/** A rule that was looked at. */
export interface CheckedRule {
  readonly slug: string
  readonly priority: number
  /** Kind of its condition, at the root. */
  readonly kind: string
  /** Assets it watches; undefined where nobody knows the assets. */
  readonly assets: number | undefined
  /** Tests that name it. */
  readonly tests: number
}

export interface CheckedRules {
  readonly rules: readonly CheckedRule[]
  readonly mistakes: readonly Mistake[]
  /** What is allowed, and worth a look. */
  readonly warnings: readonly Mistake[]
}

/**
 * Holds rules and their tests against the schema and, if there are any, against the assets and device
 * types around them. The tests are not run.
 */
export function checkRules(files: RuleFiles, around?: RuleSurroundings): CheckedRules {
  const stored = around?.stored
  const { rules, tests, mistakes } = readRuleFiles(files, rulesOf(around))
  const together = around === undefined ? nothing : checkTogether(files, around)
  const set = objectSet([...storedObjects(stored), ...together.objects, ...rules])
  const objects = typedObjects(set, () => undefined)
  const known = around !== undefined && objects.asset.size > 0
  const doubts: Mistake[] = []
  const checked = rules.flatMap(({ slug, file, base }): CheckedRule[] => {
    const rule = objects.rule.get(slug)
    if (rule === undefined) return []
    if (known) {
      for (const { path, ...words } of doubtsOf(rule, objects, around.logKeeps)) {
        doubts.push({ ...placeIn(file, [...base, ...path]), ...words })
      }
    }
    const named = tests.filter(({ resolved }) => resolved.slug === slug).length
    if (named === 0) doubts.push({ ...placeIn(file, base, 'key'), ...untested(slug) })
    return [
      {
        slug,
        priority: rule.priority,
        kind: rule.condition.kind,
        assets: known ? scopeOf(rule, objects).length : undefined,
        tests: named,
      },
    ]
  })
  return {
    rules: checked,
    mistakes: inReadingOrder([...mistakes, ...together.mistakes]),
    warnings: inReadingOrder([...doubts, ...together.warnings]),
  }
}

const nothing = { objects: [], mistakes: [], warnings: [] } as const

function untested(slug: string): Omit<Mistake, 'file' | 'line' | 'column'> {
  return {
    what: `${slug} has no test`,
    why: 'a rule that was never seen to raise and to stay silent may do either',
    next: 'write one into a .test.yaml beside it; docs/rules.md shows how',
  }
}

/** Rules that tests may name besides those of the files. */
function rulesOf(around: RuleSurroundings | undefined): RulesAround {
  return around?.stored?.get('rule') ?? new Map()
}

/**
 * What the configuration as a whole has against these files, and what is in it; a folder may be a part
 * of it. Assets and devices may stand in the files of the rules themselves.
 */
function checkTogether(files: RuleFiles, around: RuleSurroundings): Together {
  const own = new Set(files.map(({ path }) => path))
  const parsed = parseConfiguration(wholeOf(files, around), around.stored)
  const ours = (all: readonly Mistake[]): Mistake[] =>
    all.filter(({ file }) => own.has(file))
  if (parsed.ok) {
    const { objects } = parsed.configuration
    return { objects, mistakes: [], warnings: ours(parsed.warnings) }
  }
  // What is wrong with the rules leaves the other files as they are.
  return { objects: aroundObjects(around), mistakes: ours(parsed.mistakes), warnings: [] }
}

interface Together {
  readonly objects: readonly DesiredObject[]
  readonly mistakes: readonly Mistake[]
  readonly warnings: readonly Mistake[]
}

function wholeOf(files: RuleFiles, around: RuleSurroundings): ConfigurationFiles {
  const { organisation, files: others = [] } = around
  const own = files.filter(({ path }) => !isTestPath(path))
  return { organisation, files: [...others, ...own] }
}

function aroundObjects(around: RuleSurroundings): readonly DesiredObject[] {
  const parsed = parseConfiguration(
    { organisation: around.organisation, files: around.files ?? [] },
    around.stored,
  )
  return parsed.ok ? parsed.configuration.objects : []
}

function storedObjects(stored: ObjectSet | undefined) {
  return [...(stored ?? [])].flatMap(([kind, objects]) =>
    [...objects].map(([slug, document]) => ({ kind, slug, document })),
  )
}
