import { explainMisfit, wordsOf } from '../configuration/issues.ts'
import { objectsOf, type LocatedObject } from '../configuration/file-objects.ts'
import { isJsonObject, valueAt, type JsonObject } from '../configuration/json.ts'
import { inReadingOrder, suggestion, type Mistake } from '../configuration/mistake.ts'
import type { ConfigurationText } from '../configuration/parse.ts'
import { parseYamlFile, placeIn, type YamlFile } from '../configuration/yaml-files.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import type { Rule } from '../rules/rule.ts'
import {
  ruleTestFile,
  testedRule,
  type RuleTest,
  type RuleTestFile,
} from '../rules/tests/rule-test.ts'
import { DEFAULT_BEAT, watchedAssets, type ResolvedTest } from '../rules/tests/story.ts'

/** Texts of rules and of their tests, by their paths: `rules/lights.yaml`, `rules/lights.test.yaml`. */
export type RuleFiles = readonly ConfigurationText[]

/** A test with its place. */
export interface LocatedTest {
  readonly file: YamlFile
  readonly name: string
  readonly resolved: ResolvedTest
}

export interface ReadRules {
  /** Rules of the files that are no tests; those with mistakes too. */
  readonly rules: readonly LocatedObject[]
  readonly tests: readonly LocatedTest[]
  /** By file and place. */
  readonly mistakes: readonly Mistake[]
}

/** Rules that a test may name though no file has them: those in force. */
export type RulesAround = ReadonlyMap<string, JsonObject>

/** 2026-01-01T00:00:00Z: a test that says nothing of its start does not care. */
const START: TimeUs = timeUs(1_767_225_600_000_000)

export function isTestPath(path: string): boolean {
  return path.endsWith('.test.yaml')
}

/** Reads rules and tests, each held against its schema, and finds what the tests name. */
export function readRuleFiles(
  files: RuleFiles,
  around: RulesAround = new Map(),
): ReadRules {
  const mistakes: Mistake[] = []
  const parsed = files.flatMap(({ path, text }): YamlFile[] => {
    const result = parseYamlFile(path, text)
    if (result.ok) return [result.file]
    mistakes.push(...result.mistakes)
    return []
  })
  const rules = parsed
    .filter(({ path }) => !isTestPath(path))
    .flatMap((file) => objectsOf(file, { organisation: 'check', mistakes }))
    .filter(({ kind }) => kind === 'rule')
  const known = new Map([
    ...around,
    ...rules.map(({ slug, document }) => [slug, document] as const),
  ])
  const tests = parsed
    .filter(({ path }) => isTestPath(path))
    .flatMap((file) => testsOf(file, known, mistakes))
  return { rules, tests, mistakes: inReadingOrder(mistakes) }
}

function testsOf(
  file: YamlFile,
  rules: RulesAround,
  mistakes: Mistake[],
): readonly LocatedTest[] {
  const misfits = explainMisfit(ruleTestFile, file.value)
  for (const misfit of misfits) {
    mistakes.push({ ...placeIn(file, misfit.path, misfit.part), ...wordsOf(misfit) })
  }
  if (misfits.length > 0) return []
  const whole = ruleTestFile.parse(file.value)
  return Object.entries(whole.tests).flatMap(([name, test]) => {
    const resolved = resolve(test, { file, name, whole, rules, mistakes })
    return resolved === undefined ? [] : [{ file, name, resolved }]
  })
}

interface Finding {
  readonly file: YamlFile
  readonly name: string
  readonly whole: RuleTestFile
  readonly rules: RulesAround
  readonly mistakes: Mistake[]
}

/** Undefined when `mistakes` say why it cannot be run. */
function resolve(test: RuleTest, finding: Finding): ResolvedTest | undefined {
  const { whole, mistakes } = finding
  const before = mistakes.length
  const found = documentOf(test, finding)
  if (found === undefined) return undefined
  const rule = parsedRule(found.document, ['rule'], finding)
  if (rule === undefined) return undefined
  const changed = test.changes.map(({ set }, index) =>
    set === undefined
      ? undefined
      : parsedRule(
          { ...found.document, ...jsonOf(set) },
          ['changes', index, 'set'],
          finding,
        ),
  )
  checkNames(rule, test, finding)
  if (mistakes.length > before) return undefined
  return { test, slug: found.slug, rule, changed, ...settingOf(test, whole) }
}

/** What a test says of its surroundings, or else the file. */
function settingOf(
  test: RuleTest,
  whole: RuleTestFile,
): Pick<ResolvedTest, 'zone' | 'holidays' | 'start' | 'every' | 'interval'> {
  const {
    zone = 'UTC',
    holidays,
    start = START,
    every = DEFAULT_BEAT,
    interval,
  } = {
    ...definedOf(whole),
    ...definedOf(test),
  }
  return {
    zone,
    ...(holidays !== undefined && { holidays }),
    start,
    every,
    interval: interval ?? every,
  }
}

type Setting = Pick<RuleTest, 'zone' | 'holidays' | 'start' | 'every' | 'interval'>

function definedOf({ zone, holidays, start, every, interval }: Setting): Setting {
  return {
    ...(zone !== undefined && { zone }),
    ...(holidays !== undefined && { holidays }),
    ...(start !== undefined && { start }),
    ...(every !== undefined && { every }),
    ...(interval !== undefined && { interval }),
  }
}

function documentOf(
  { rule }: RuleTest,
  { file, name, rules, mistakes }: Finding,
): { readonly slug: string; readonly document: JsonObject } | undefined {
  const path = ['tests', name, 'rule']
  if (typeof rule !== 'string') {
    const own = valueAt(file.value, path)
    return isJsonObject(own) ? { slug: 'tested', document: own } : undefined
  }
  const own = valueAt(file.value, ['rules', rule])
  const document = isJsonObject(own) ? own : rules.get(rule)
  if (document !== undefined) return { slug: rule, document }
  const inside = valueAt(file.value, ['rules'])
  const names = [...rules.keys(), ...(isJsonObject(inside) ? Object.keys(inside) : [])]
  const advice = suggestion(rule, names)
  mistakes.push({
    ...placeIn(file, path),
    what: `there is no rule "${rule}"`,
    why: 'neither under rules in this file nor in a file beside it',
    next: advice.next ?? 'write it into a .yaml file beside, or under rules: in this file',
  })
  return undefined
}

/** A rule that its schema accepts; its mistakes are told at the place of the test that has it. */
function parsedRule(
  { was, ...document }: JsonObject,
  path: readonly PropertyKey[],
  { file, name, mistakes }: Finding,
): Rule | undefined {
  void was
  const parsed = testedRule.safeParse(document)
  if (parsed.success) return parsed.data
  const place = placeIn(file, ['tests', name, ...path])
  for (const misfit of explainMisfit(testedRule, document)) {
    mistakes.push({ ...place, ...wordsOf(misfit) })
  }
  return undefined
}

/** What came out of a YAML file is JSON, whatever the schema calls it. */
function jsonOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function checkNames(rule: Rule, test: RuleTest, finding: Finding): void {
  checkMembers(test, finding)
  const { file, name, mistakes } = finding
  const watched = watchedAssets(rule, test)
  for (const [index, { asset }] of test.expect.entries()) {
    const place = placeIn(file, ['tests', name, 'expect', index])
    if (asset === undefined && watched.length !== 1) {
      mistakes.push({
        ...place,
        what: 'which asset is meant?',
        why: `the rule watches ${watched.length} assets here`,
        next: watched.length === 0 ? 'give one of them members' : 'say asset:',
      })
    } else if (asset !== undefined && !watched.includes(asset)) {
      mistakes.push({
        ...place,
        what: `the rule does not watch "${asset}" here`,
        why: `it watches ${watched.join(', ') || 'none'}`,
        ...suggestion(asset, watched),
      })
    }
  }
}

function checkMembers({ assets = {} }: RuleTest, { file, name, mistakes }: Finding): void {
  const known = Object.keys(assets)
  for (const [owner, { members = [] }] of Object.entries(assets)) {
    for (const [index, member] of members.entries()) {
      if (known.includes(member)) continue
      mistakes.push({
        ...placeIn(file, ['tests', name, 'assets', owner, 'members', index]),
        what: `there is no asset "${member}" in this test`,
        ...suggestion(member, known),
      })
    }
  }
}
