import type { ActiveConfiguration } from '../configuration/active.ts'
import type { JsonObject } from '../configuration/json.ts'
import { storedDocument } from '../configuration/stored.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../domain/time.ts'
import { rule as ruleSchema, type Rule } from '../rules/rule.ts'

/** A rule as the newest version of the configuration has it. */
export interface RuleInForce {
  readonly slug: string
  readonly id: string
  readonly rule: Rule
  /** As it was written. */
  readonly document: JsonObject
  /** Version of the configuration that brought its text. */
  readonly version: number
  readonly at: TimeUs
  readonly author: string
  /** Assets it is watched on: those in its scope that have a device. */
  readonly assets: number
  /** Occurrences that began in the last 24 hours. */
  readonly matched: number
}

/** For how long `matched` looks back. */
const LATELY = durationUs(24 * HOUR)

export interface RuleListParts {
  readonly database: Database
  readonly now: TimeUs
}

/** The rules of an organisation by slug; those that today's schema refuses are left out. */
export async function rulesInForce(
  { database, now }: RuleListParts,
  organisation: OrganisationId,
  configuration: ActiveConfiguration | undefined,
): Promise<readonly RuleInForce[]> {
  const query = database.read(organisation)
  const rows = await query
    .selectFrom('configuration_object')
    .select(['id', 'slug', 'document', 'since_version', 'valid_from', 'author'])
    .where('kind', '=', 'rule')
    .where('retired', '=', 0)
    .where('until_version', 'is', null)
    .orderBy('slug')
    .execute()
  const raised = await query
    .selectFrom('occurrence')
    .innerJoin('alarm', (join) =>
      join
        .onRef('alarm.id', '=', 'occurrence.alarm')
        .onRef('alarm.organisation', '=', 'occurrence.organisation'),
    )
    .select(({ fn }) => ['alarm.rule as rule', fn.countAll<number>().as('times')])
    .where('occurrence.raised_at', '>=', earlier(now, LATELY))
    .groupBy('alarm.rule')
    .execute()
  const times = new Map(raised.map((row) => [row.rule, row.times]))
  const watched = new Map<string, number>()
  for (const { ruleId } of configuration?.rules.targets ?? []) {
    watched.set(ruleId, (watched.get(ruleId) ?? 0) + 1)
  }
  return rows.flatMap((row): RuleInForce[] => {
    const { id, slug, since_version: version, valid_from: at, author } = row
    const document = storedDocument(row.document, { kind: 'rule', slug })
    const parsed = ruleSchema.safeParse(document)
    if (!parsed.success) return []
    const [assets, matched] = [watched.get(id) ?? 0, times.get(id) ?? 0]
    return [{ slug, id, rule: parsed.data, document, version, at, author, assets, matched }]
  })
}

/** One of them. Rejects with Problem not_found. */
export async function ruleInForce(
  parts: RuleListParts,
  organisation: OrganisationId,
  asked: { readonly slug: string; readonly configuration: ActiveConfiguration | undefined },
): Promise<RuleInForce> {
  const all = await rulesInForce(parts, organisation, asked.configuration)
  const found = all.find(({ slug }) => slug === asked.slug)
  if (found !== undefined) return found
  throw new Problem({
    kind: 'not_found',
    what: `there is no rule ${asked.slug}`,
    next: 'gatuvakt rules list, or GET /api/v1/rules, has those in force',
  })
}
