import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, earlier, HOUR, timeUs, type TimeUs } from '../domain/time.ts'
import type { RuleTarget } from '../rules/detector.ts'
import { createDetector } from '../rules/engine.ts'
import type { Explained } from '../rules/explained.ts'
import { Player } from '../rules/tests/player.ts'
import { whySentence } from '../rules/why/sentence.ts'
import { whyTree, type TreeLine } from '../rules/why/tree.ts'
import { heardReadings, type StoredReadings } from './heard-readings.ts'
import { reachOf } from './rule-sanity.ts'
import { knownAlarm, type KnownAlarm } from './why-not-alarm.ts'

export type { ExplainedNode } from '../rules/explained.ts'
export type { KnownAlarm } from './why-not-alarm.ts'

export interface WhyNotParts {
  readonly database: Database
  readonly configurations: Configurations
  readonly store: StoredReadings
}

export interface WhyNotQuestion {
  readonly organisation: OrganisationId
  /** Slugs or ids. */
  readonly rule: string
  readonly asset: string
  readonly at: TimeUs
}

/** Why a rule says of an asset at a time what it says. */
export interface WhyNot {
  readonly slug: string
  readonly asset: string
  readonly at: TimeUs
  readonly ruleVersion: number
  /** Undefined when the rule does not watch the asset; then the sentence says why. */
  readonly explained: Explained | undefined
  readonly sentence: string
  /** What people knew of it then; undefined: no alarm stood. */
  readonly alarm: KnownAlarm | undefined
  /** For a terminal; empty when the rule does not watch the asset. */
  readonly tree: readonly TreeLine[]
  /** Readings it rests on, and since when they were read. */
  readonly readings: number
  readonly from: TimeUs
}

/** Besides what the rule itself looks back: an alarm that raised earlier and rests in its deadband is taken for none. */
const MARGIN = durationUs(24 * HOUR)

/**
 * Plays the stored readings of one asset up to `at` to a fresh detector with the rule as it was then,
 * and asks it: the same step function as live. Readings that came later than `at` do not count. What became of
 * its alarm until people heard of it is read in the journal.
 * Rejects with Problem not_found for a rule or asset that was not there, and too_large.
 */
export async function whyNot(
  parts: WhyNotParts,
  question: WhyNotQuestion,
): Promise<WhyNot> {
  const { organisation, at } = question
  const version = await versionAt(parts.database, organisation, at)
  const asked = { ...question, version }
  const rule = await objectAt(parts.database, 'rule', question.rule, asked)
  const asset = await objectAt(parts.database, 'asset', question.asset, asked)
  const configuration = await parts.configurations.at(organisation, version)
  const { targets } = configuration.rules
  const target = targets.find((one) => one.ruleId === rule.id && one.asset === asset.id)
  if (target === undefined) {
    const other = targets.find((one) => one.ruleId === rule.id)
    return notWatched({ rule, asset, other, configuration, at })
  }
  const from = timeUs(Math.max(0, earlier(at, durationUs(pastOf(target)))))
  const happenings = await heardReadings(parts.store, { target, configuration, from, at })
  const detector = createDetector(organisation)
  const player = new Player(detector, organisation)
  const rules = { ...configuration.rules, targets: [target] }
  player.play({ kind: 'activation', at: from, rules })
  for (const happening of happenings) player.play(happening)
  player.advance(at)
  const explained = detector.explain(rule.id, asset.id)
  const key = { organisation, rule: rule.id, asset: asset.id }
  return {
    slug: rule.slug,
    asset: asset.slug,
    at,
    ruleVersion: target.ruleVersion,
    explained,
    sentence:
      explained === undefined ? 'nothing is known' : whySentence(target.rule, explained),
    alarm: await knownAlarm(parts.database.read(organisation), key, at),
    tree: explained === undefined ? [] : whyTree(target.rule, explained),
    readings: happenings.reduce((sum, { readings }) => sum + readings.length, 0),
    from,
  }
}

/** µs: what the rule itself needs, and a day. */
function pastOf({ rule, interval }: RuleTarget): number {
  const { condition, clearWhen, onDelay, offDelay, maxGap = 3 * interval } = rule
  const reach = Math.max(
    reachOf(condition),
    clearWhen === undefined ? 0 : reachOf(clearWhen),
  )
  return reach + onDelay + offDelay + maxGap + MARGIN
}

/** The version of the configuration that people had then. Rejects with Problem not_found. */
async function versionAt(
  database: Database,
  organisation: OrganisationId,
  at: TimeUs,
): Promise<number> {
  const row = await database
    .read(organisation)
    .selectFrom('configuration_version')
    .select('version')
    .where('created_at', '<=', at)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row !== undefined) return row.version
  throw new Problem({
    kind: 'not_found',
    what: 'there was no configuration then',
    where: 'at',
    next: 'ask for a later time',
  })
}

interface Named {
  readonly id: string
  readonly slug: string
  readonly document: string
}

async function objectAt(
  database: Database,
  kind: 'rule' | 'asset',
  name: string,
  { organisation, version }: WhyNotQuestion & { readonly version: number },
): Promise<Named> {
  const row = await database
    .read(organisation)
    .selectFrom('configuration_object')
    .select(['id', 'slug', 'document'])
    .where('kind', '=', kind)
    .where((where) => where.or([where('slug', '=', name), where('id', '=', name)]))
    .where('since_version', '<=', version)
    .where((where) =>
      where.or([where('until_version', 'is', null), where('until_version', '>', version)]),
    )
    .where('retired', '=', 0)
    .executeTakeFirst()
  if (row !== undefined) return row
  throw new Problem({
    kind: 'not_found',
    what: `there was no ${kind} ${name} in version ${version}`,
    where: kind,
    next:
      kind === 'rule'
        ? 'gatuvakt rules list has those in force'
        : 'look at GET /api/v1/assets',
  })
}

function notWatched(found: {
  readonly rule: Named
  readonly asset: Named
  readonly other: RuleTarget | undefined
  readonly configuration: ActiveConfiguration
  readonly at: TimeUs
}): WhyNot {
  const { rule, asset, other, configuration, at } = found
  if (other === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: `${rule.slug} watches nothing`,
      why: 'no asset in its scope has a device',
      next: 'gatuvakt rules check says why',
    })
  }
  const { assets } = other.rule
  const type = configuration.assets.get(asset.id)?.type
  const outside =
    'slugs' in assets ? !assets.slugs.includes(asset.slug) : assets.type !== type
  const scope =
    'slugs' in assets ? 'assets that it names' : `assets of the type ${assets.type}`
  return {
    slug: rule.slug,
    asset: asset.slug,
    at,
    ruleVersion: other.ruleVersion,
    explained: undefined,
    alarm: undefined,
    tree: [],
    sentence: outside
      ? `it watches ${scope}, and ${asset.slug} is ${'slugs' in assets ? 'none of them' : `a ${type ?? 'thing of no type'}`}`
      : `no device measures anything of ${asset.slug}`,
    readings: 0,
    from: at,
  }
}
