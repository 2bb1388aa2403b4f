import { z } from 'zod'
import type { Configurations } from '../configuration/active.ts'
import { readStoredSet } from '../configuration/stored.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { fromIso } from '../domain/time.ts'
import { checkRules } from '../workshop/check-rules.ts'
import { publishRules, type PublishParts } from '../workshop/publish-rules.ts'
import { ruleInForce, rulesInForce } from '../workshop/rule-in-force.ts'
import type { RuleFiles } from '../workshop/rule-files.ts'
import { runRuleTests } from '../workshop/run-rule-tests.ts'
import type { StoredReadings } from '../workshop/heard-readings.ts'
import { whyNot } from '../workshop/why-not.ts'
import {
  ruleCheckViewOf,
  ruleFiles,
  rulePublishViewOf,
  ruleRowOf,
  ruleTestViewOf,
  ruleViewOf,
  type RuleCheckView,
  type RuleListView,
  type RulePublishView,
  type RuleTestView,
  type RuleView,
} from './rule-view.ts'
import { whyNotViewOf, type WhyNotView } from './why-not-view.ts'

/** What is done with rules, the same for the commands and for the console. */

export const ruleFilesBody = z.strictObject({ files: ruleFiles })

interface RulesParts {
  readonly database: Database
  readonly configurations: Configurations
  readonly clock: Clock
}

/** Holds rules against everything that is in force. */
export async function checkRulesWork(
  { database }: Pick<RulesParts, 'database'>,
  organisation: OrganisationId,
  files: RuleFiles,
): Promise<RuleCheckView> {
  const stored = await readStoredSet(database, organisation)
  return ruleCheckViewOf('service', checkRules(files, { organisation, stored }))
}

/** Runs tests; they may name rules that are in force. */
export async function testRulesWork(
  { database }: Pick<RulesParts, 'database'>,
  organisation: OrganisationId,
  files: RuleFiles,
): Promise<RuleTestView> {
  const stored = await readStoredSet(database, organisation)
  return ruleTestViewOf(runRuleTests(files, stored.get('rule')))
}

export async function listRulesWork(
  { database, configurations, clock }: RulesParts,
  organisation: OrganisationId,
): Promise<RuleListView> {
  const current = await configurations.current(organisation)
  const rules = await rulesInForce({ database, now: clock.now() }, organisation, current)
  return { rules: rules.map(ruleRowOf) }
}

export async function showRuleWork(
  { database, configurations, clock }: RulesParts,
  organisation: OrganisationId,
  slug: string,
): Promise<RuleView> {
  const configuration = await configurations.current(organisation)
  const parts = { database, now: clock.now() }
  return ruleViewOf(await ruleInForce(parts, organisation, { slug, configuration }))
}

/** A rule, an asset and a time; left out: now. */
export const whyNotQuery = z.strictObject({
  asset: z.string().min(1).max(120),
  at: z.string().max(40).optional(),
})

/** Rejects with Problem invalid for what is no time, and for one that has not come. */
export async function whyNotWork(
  parts: RulesParts & { readonly store: StoredReadings },
  organisation: OrganisationId,
  { rule, asset, at }: z.infer<typeof whyNotQuery> & { readonly rule: string },
): Promise<WhyNotView> {
  const now = parts.clock.now()
  const when = at === undefined ? now : fromIso(at)
  if (when === undefined || when > now) {
    throw new Problem({
      kind: 'invalid',
      what: when === undefined ? `${at} is no time` : `${at} has not come yet`,
      where: 'at',
      next: 'write it with its zone, as 2026-11-20T14:30:00+01:00',
    })
  }
  return whyNotViewOf(await whyNot(parts, { organisation, rule, asset, at: when }))
}

export const publishBody = ruleFilesBody.extend({
  comment: z.string().min(1).max(500),
  backtests: z.array(z.string().min(1).max(100)).max(50).optional(),
  withoutBacktest: z.string().min(3).max(500).optional(),
  dryRun: z.boolean().default(false),
  take: z.enum(['yaml', 'database']).optional(),
})

/** Brings rules into force, at once. */
export async function publishRulesWork(
  parts: PublishParts,
  {
    organisation,
    author,
  }: { readonly organisation: OrganisationId; readonly author: string },
  { files, ...request }: z.infer<typeof publishBody>,
): Promise<RulePublishView> {
  const published = await publishRules(parts, files, { organisation, author, ...request })
  return rulePublishViewOf(organisation, published)
}
