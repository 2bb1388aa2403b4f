import { draftRules } from '../../configuration/draft-rules.ts'
import type { Configurations } from '../../configuration/active.ts'
import type { JsonObject } from '../../configuration/json.ts'
import type { Database } from '../../database/database.ts'
import type { OrganisationId, PointId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, earlier, HOUR } from '../../domain/time.ts'
import type { Arm, BacktestJob, RulesFrom } from '../../rules/backtest/job.ts'
import type { ActiveRules } from '../../rules/detector.ts'
import { rule as ruleSchema } from '../../rules/rule.ts'
import { ruleDocument } from './rule-document.ts'
import { heldAgainst } from './held-against.ts'
import { inexactOf } from './inexact.ts'
import type { Past, PastRange } from './past.ts'
import type { PastTown } from './past-town.ts'
import { readPastTown } from './read-past-town.ts'
import type { BacktestRequest, SweepRequest } from './request.ts'
import { withValueAt } from './set-path.ts'
import { timelineOf, type InForce } from './timeline.ts'

export interface JobParts {
  readonly database: Database
  readonly configurations: Configurations
  readonly past: Past
}

/** A job with what it reads. */
export interface PreparedJob {
  readonly job: BacktestJob
  /** What keeps its alarms from people. */
  readonly town: PastTown
  /** The range with its warm-up. */
  readonly range: PastRange
  /** Undefined: all. */
  readonly points: readonly PointId[] | undefined
}

/** One draft, or the same draft with several values in one place. */
export type JobRequest = BacktestRequest | SweepRequest

const longestRange = durationUs(366 * 24 * HOUR)
/** Rules on assets, over all values of a sweep. */
const mostTargets = 500_000
/** Beyond this all of the organisation is read. */
const mostPoints = 50_000

/** Finds the rules of each time and everything else a run needs. Rejects with Problem invalid or not_found. */
export async function jobOf(
  parts: JobParts,
  organisation: OrganisationId,
  request: JobRequest,
): Promise<PreparedJob> {
  const { from, to } = request
  checkRange(request)
  const document =
    request.draft ?? (await ruleDocument(parts.database, organisation, request.rule))
  const drafts = draftsOf(request, document)
  for (const draft of drafts) checkRule(draft.document)
  // A first look, because how far back to begin depends on the rules.
  const now = await timelineOf(parts.database, { organisation, from, to }, [])
  const first = await rulesAt(parts, organisation, { request, drafts }, now.slice(-1))
  const warmUp = parts.past.neededPast(
    first.arms.flatMap((arm) => arm.map(({ rules }) => rules)),
  )
  const range = { organisation, from: earlier(from, warmUp), to }
  const logged = await parts.past.controls(range)
  const timeline = await timelineOf(parts.database, range, logged.activations)
  const found = await rulesAt(parts, organisation, { request, drafts }, timeline)
  const arms = armsOf(found.arms, { request, drafts, range })
  refuseTooMany(arms)
  const job: BacktestJob = {
    organisation,
    rule: found.ruleId,
    from,
    to,
    arms,
    controls: logged.controls,
    labels: request.labels.map(({ asset, ...times }) => {
      return { ...times, ...(asset !== undefined && { asset }) }
    }),
    ...(await heldAgainst(
      parts.database,
      { organisation, from, to },
      { rule: found.ruleId, faultClass: faultClassOf(drafts), assets: assetsOf(arms) },
    )),
    inexact: await inexactOf(parts.past, { request, range, logged, timeline }),
  }
  const town = await readPastTown(parts, range, { timeline, rule: found.ruleId, drafts })
  const { inexact } = town
  return {
    job: { ...job, inexact: [...job.inexact, ...inexact] },
    town: town.town,
    range,
    points: pointsOf(arms),
  }
}

interface Draft {
  readonly name: string
  readonly document: JsonObject
}

function draftsOf(request: JobRequest, document: JsonObject): readonly Draft[] {
  if (!('values' in request)) return [{ name: 'draft', document }]
  return request.values.map((value) => {
    return { name: String(value), document: withValueAt(document, request.path, value) }
  })
}

/** What the drafts are for; values of a sweep seldom differ in it. */
function faultClassOf([first]: readonly Draft[]): string {
  return first === undefined ? '' : ruleSchema.parse(first.document).faultClass
}

function checkRule(document: JsonObject): void {
  const parsed = ruleSchema.safeParse(document)
  if (parsed.success) return
  const why = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ')
  throw new Problem({
    kind: 'invalid',
    what: 'the draft is no rule',
    where: 'draft',
    why,
    next: 'gatuvakt rules check says it file by file and line by line',
  })
}

/** For each arm the rules of each version. */
async function rulesAt(
  { database, configurations }: JobParts,
  organisation: OrganisationId,
  { request, drafts }: { readonly request: JobRequest; readonly drafts: readonly Draft[] },
  timeline: readonly InForce[],
): Promise<{ readonly ruleId: string; readonly arms: readonly RulesFrom[][] }> {
  const live = 'against' in request && request.against === 'live'
  const arms: RulesFrom[][] = Array.from(
    { length: drafts.length + (live ? 1 : 0) },
    () => [],
  )
  let ruleId: string = request.rule
  for (const { version, position, ingest } of timeline) {
    const drafted = await draftRules(database, organisation, {
      version,
      slug: request.rule,
      documents: drafts.map(({ document }) => document),
    })
    ruleId = drafted.ruleId
    for (const [n, rules] of drafted.rules.entries()) {
      arms[n]?.push({ position, ingest, rules })
    }
    if (!live) continue
    const { rules } = await configurations.at(organisation, version)
    const targets = rules.targets.filter((target) => target.ruleId === ruleId)
    arms.at(-1)?.push({ position, ingest, rules: { ...rules, targets } })
  }
  return { ruleId, arms }
}

/** The first version holds from the beginning of what is read. */
function armsOf(
  all: readonly (readonly RulesFrom[])[],
  of: {
    readonly request: JobRequest
    readonly drafts: readonly Draft[]
    readonly range: PastRange
  },
): readonly Arm[] {
  return all.map((own, n): Arm => {
    const draft = of.drafts[n]
    const [first, ...later] = own
    const begin = first === undefined ? [] : [atBeginning(first, of.range)]
    return {
      name: draft?.name ?? 'live',
      rules: [...begin, ...later],
      timers: draft === undefined ? 'recorded' : 'punctual',
    }
  })
}

function atBeginning(first: RulesFrom, { from }: PastRange): RulesFrom {
  if (first.ingest > from) return first
  return { ...first, ingest: from, position: { ...first.position, sequence: 0, index: 0 } }
}

function assetsOf(arms: readonly Arm[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { rules } of arms.flatMap((arm) => arm.rules)) {
    for (const { asset } of rules.targets) found.add(asset)
  }
  return found
}

/** Every point of the watched assets: any of them says that their devices are heard. */
function pointsOf(arms: readonly Arm[]): readonly PointId[] | undefined {
  const found = new Set<PointId>()
  for (const { rules } of arms.flatMap((arm) => arm.rules)) {
    for (const target of rules.targets) {
      addPoints(found, [target])
      addPoints(found, target.members ?? [])
    }
  }
  return found.size > mostPoints ? undefined : [...found].toSorted((a, b) => a - b)
}

function addPoints(
  found: Set<PointId>,
  of: readonly { readonly points: ReadonlyMap<string, PointId> }[],
): void {
  for (const { points } of of) for (const point of points.values()) found.add(point)
}

function checkRange({ from, to }: JobRequest): void {
  const length = to - from
  if (length > 0 && length <= longestRange) return
  throw new Problem({
    kind: 'invalid',
    what: 'A backtest must be longer than nothing and at most 366 days',
    where: 'to',
    ...(length <= 0 && { why: '`to` is not after `from`' }),
    next: 'Choose another time',
  })
}

function refuseTooMany(arms: readonly Arm[]): void {
  const targets = arms.reduce(
    (sum, { rules }) =>
      sum + rules.reduce((most, one) => Math.max(most, sizeOf(one.rules)), 0),
    0,
  )
  if (targets <= mostTargets) return
  throw new Problem({
    kind: 'too_large',
    what: `This would watch ${targets} assets at a time`,
    why: `at most ${mostTargets}, over all values`,
    next: 'Try fewer values, or the rule on fewer assets',
  })
}

function sizeOf({ targets }: ActiveRules): number {
  return targets.length
}
