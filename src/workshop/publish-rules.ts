import { applyConfiguration, type ApplyResult } from '../configuration/apply.ts'
import type { DesiredObject } from '../configuration/file-objects.ts'
import { canonicalJson, parseJsonObject, type JsonObject } from '../configuration/json.ts'
import { readStoredSet } from '../configuration/stored.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { DurationUs } from '../domain/time.ts'
import { checkRules, type CheckedRules } from './check-rules.ts'
import { documentHash } from './backtest/kept-reports.ts'
import { lineDiff } from './line-diff.ts'
import { readRuleFiles, type RuleFiles } from './rule-files.ts'
import { runRuleTests, type RuleTestRun } from './run-rule-tests.ts'

export interface PublishParts {
  readonly database: Database
  readonly clock: Clock
  /** Puts applied versions into force. */
  readonly activate: (organisation: OrganisationId) => Promise<void>
  /** How long messages are kept. */
  readonly logKeeps?: DurationUs
}

export interface PublishRequest {
  readonly organisation: OrganisationId
  /** `user:…` or `local`: who stands behind it. */
  readonly author: string
  /** Why; stands in the history of versions. */
  readonly comment: string
  /** Ids of the backtests that speak for it, each for one rule. */
  readonly backtests?: readonly string[] | undefined
  /** Why there is none. */
  readonly withoutBacktest?: string | undefined
  /** Say what would happen and write nothing. */
  readonly dryRun?: boolean
  readonly take?: 'yaml' | 'database' | undefined
  /** Asked before urgent rules are changed; rejects when somebody else must agree first. */
  readonly agreed?: (urgent: readonly UrgentChange[]) => Promise<void>
}

/** A rule of priority 1 or 2, before or after, whose text changes. */
export interface UrgentChange {
  readonly slug: string
  /** Of the new text. */
  readonly hash: string
}

export interface PublishedRules
  extends ApplyResult, Pick<CheckedRules, 'mistakes' | 'warnings'> {
  readonly tests: RuleTestRun['tests']
  /** Of each rule that changes, line by line. */
  readonly differences: readonly {
    readonly slug: string
    readonly lines: readonly string[]
  }[]
  /** Rules of priority 1 and 2 that change and for which no backtest and no reason was given. */
  readonly wantBacktest: readonly string[]
  /** Rules of priority 1 and 2 that change. */
  readonly urgent: readonly UrgentChange[]
}

/** A priority at and above which a change wants a backtest. */
const NEEDS_BACKTEST = 2

/**
 * Brings rules into force after their tests held, as a new version of the configuration. Nothing is
 * written when something is wrong; the answer says what. Rejects with Problem not_found for a
 * backtest that is not there, and invalid for one that is missing.
 */
export async function publishRules(
  parts: PublishParts,
  files: RuleFiles,
  request: PublishRequest,
): Promise<PublishedRules> {
  const { organisation, dryRun = false } = request
  const stored = await readStoredSet(parts.database, organisation)
  const { logKeeps } = parts
  const checked = checkRules(files, {
    organisation,
    stored,
    ...(logKeeps !== undefined && { logKeeps }),
  })
  const before = stored.get('rule') ?? new Map<string, JsonObject>()
  const run = runRuleTests(files, before)
  const sound = checked.mistakes.length + run.mistakes.length === 0
  const told = {
    mistakes: [...checked.mistakes, ...run.mistakes].filter(isFirst),
    warnings: checked.warnings,
    tests: run.tests,
  }
  if (!sound || run.tests.some(({ holds }) => !holds)) {
    return {
      version: null,
      outcome: 'conflict',
      changes: [],
      differences: [],
      wantBacktest: [],
      urgent: [],
      ...told,
    }
  }
  const planned = planOf(files, before)
  const wantBacktest = await unproved(parts, request, planned.changed)
  const { rules, differences, urgent } = planned
  if (!dryRun) await mustBeAllowed(request, wantBacktest, urgent)
  const result = await applyConfiguration(parts.database, {
    configuration: { organisation, objects: rules.map(desiredOf) },
    author: request.author,
    comment: commentOf(request),
    now: parts.clock.now(),
    dryRun,
    ...(request.take !== undefined && { take: request.take }),
  })
  if (result.version !== null) await parts.activate(organisation)
  return { ...result, ...told, differences, wantBacktest, urgent }
}

/** Rejects with Problem invalid without proof, and as `agreed` does. */
async function mustBeAllowed(
  { agreed }: PublishRequest,
  wantBacktest: readonly string[],
  urgent: readonly UrgentChange[],
): Promise<void> {
  if (wantBacktest.length > 0) throw noProof(wantBacktest)
  if (urgent.length > 0) await agreed?.(urgent)
}

/** What a publish would change of the rules that are in force. */
function planOf(files: RuleFiles, before: ReadonlyMap<string, JsonObject>) {
  const { rules } = readRuleFiles(files, before)
  const differences = rules.flatMap(({ slug, was, document }) => {
    const lines = lineDiff(pretty(before.get(was ?? slug)), pretty(document))
    return lines.length === 0 ? [] : [{ slug, lines }]
  })
  const changed = rules
    .filter(({ slug }) => differences.some((one) => one.slug === slug))
    .map(({ slug, was, document }) => ({
      slug,
      document,
      priority: Math.min(priorityIn(document), priorityIn(before.get(was ?? slug))),
    }))
  const urgent = changed
    .filter(({ priority }) => priority <= NEEDS_BACKTEST)
    .map(({ slug, document }) => ({ slug, hash: documentHash(document) }))
  return { rules, differences, changed, urgent }
}

/**
 * The rules for which nothing speaks yet. A backtest speaks for the text that was run and for no
 * other. Rejects with Problem not_found for an unknown backtest, and invalid for one of another text.
 */
async function unproved(
  { database }: PublishParts,
  { organisation, backtests = [], withoutBacktest }: PublishRequest,
  changed: readonly Changed[],
): Promise<readonly string[]> {
  const proved = new Set<string>()
  for (const id of backtests) {
    const row = await database
      .read(organisation)
      .selectFrom('backtest')
      .select(['rule', 'hash'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) throw noSuchBacktest(id)
    const rule = changed.find(({ slug }) => slug === row.rule)
    if (rule !== undefined && documentHash(rule.document) !== row.hash) {
      throw otherText(id, rule.slug)
    }
    proved.add(row.rule)
  }
  if (withoutBacktest !== undefined) return []
  return changed
    .filter(({ slug, priority }) => priority <= NEEDS_BACKTEST && !proved.has(slug))
    .map(({ slug }) => slug)
}

interface Changed {
  readonly slug: string
  readonly document: JsonObject
  /** The more urgent of what it was and what it becomes. */
  readonly priority: number
}

function noSuchBacktest(id: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `there is no backtest ${id}`,
    where: '--backtest',
    next: 'gatuvakt rules backtest makes one and says its id; the newest 200 are kept',
  })
}

function otherText(id: string, slug: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `the backtest ${id} was of another text of ${slug}`,
    where: '--backtest',
    why: 'the rule was changed after it',
    next: 'run gatuvakt rules backtest once more',
  })
}

function noProof(rules: readonly string[]): Problem {
  return new Problem({
    kind: 'invalid',
    what: `${rules.join(', ')}: a rule of priority 1 or 2 is not changed without a backtest`,
    where: '--backtest',
    why: 'people get up at night for it, and history says how often they would have',
    next: 'run gatuvakt rules backtest and give --backtest ID, or say why not with --without-backtest "reason"',
  })
}

/** Without the place it was found at. */
function desiredOf({ kind, slug, document, was }: DesiredObject): DesiredObject {
  return was === undefined ? { kind, slug, document } : { kind, slug, document, was }
}

function priorityIn(document: JsonObject | undefined): number {
  const priority = document?.['priority']
  return typeof priority === 'number' ? priority : 4
}

function commentOf({ comment, backtests = [], withoutBacktest }: PublishRequest): string {
  if (backtests.length > 0) return `${comment} (backtest ${backtests.join(', ')})`
  return withoutBacktest === undefined
    ? comment
    : `${comment} (without backtest: ${withoutBacktest})`
}

/** Keys in one order: the database keeps no other, and an order is no change. */
function pretty(document: JsonObject | undefined): string {
  if (document === undefined) return ''
  return `${JSON.stringify(parseJsonObject(canonicalJson(document)), null, 2)}\n`
}

function isFirst<T>(one: T, index: number, all: readonly T[]): boolean {
  const text = JSON.stringify(one)
  return all.findIndex((other) => JSON.stringify(other) === text) === index
}
