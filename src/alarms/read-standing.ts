import type { ScopedQueries } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Standing } from './records.ts'

/** The SQL of what stands. */

/** Values of one statement; both databases take many more. */
const AT_ONCE = 500
/** Alarms of some rules that stand at once; beyond, the farthest are not looked at. */
const MOST_STANDING = 50_000

/** What is active on these assets; with `latched` what stands there though it cleared, too. */
export async function standingAt(
  query: ScopedQueries,
  assets: readonly string[],
  more?: { readonly latched: true },
): Promise<readonly Standing[]> {
  const found: Standing[] = []
  for (let from = 0; from < assets.length; from += AT_ONCE) {
    const rows = await standing(query)
      .where('asset', 'in', assets.slice(from, from + AT_ONCE))
      .where((where) =>
        more === undefined
          ? active(where)
          : where.or([active(where), where('latched', '=', 1)]),
      )
      .execute()
    found.push(...rows.flatMap(standingOf))
  }
  return found
}

/** What of these rules is active; `without`: those only that this reason does not suppress yet. */
export async function activeOf(
  query: ScopedQueries,
  rules: readonly string[],
  without?: { readonly reason: string },
): Promise<readonly Standing[]> {
  if (rules.length === 0) return []
  let wanted = standing(query)
    .where('rule', 'in', rules)
    .where('condition', '=', 'active')
    .orderBy('id')
    .limit(MOST_STANDING)
  if (without !== undefined) {
    wanted = wanted.where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('alarm_suppression')
            .select('alarm_suppression.alarm')
            .whereRef('alarm_suppression.alarm', '=', 'alarm.id')
            .where('alarm_suppression.kind', '=', 'topology')
            .where('alarm_suppression.ref', '=', without.reason),
        ),
      ),
    )
  }
  return (await wanted.execute()).flatMap(standingOf)
}

/** Which of these alarms are active. */
export async function activeAmong(
  query: ScopedQueries,
  alarms: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (let from = 0; from < alarms.length; from += AT_ONCE) {
    const rows = await query
      .selectFrom('alarm')
      .select('id')
      .where('id', 'in', alarms.slice(from, from + AT_ONCE))
      .where('condition', '=', 'active')
      .execute()
    for (const { id } of rows) found.add(id)
  }
  return found
}

/** The alarm, if it stands. */
export async function standingAlarm(
  query: ScopedQueries,
  alarm: string,
): Promise<Standing | undefined> {
  const row = await standing(query)
    .where('id', '=', alarm)
    .where((where) => where.or([active(where), where('latched', '=', 1)]))
    .executeTakeFirst()
  return row === undefined ? undefined : standingOf(row)[0]
}

function standing(query: ScopedQueries) {
  return query
    .selectFrom('alarm')
    .select(['alarm.id', 'rule', 'asset', 'discriminator'])
    .select(['fault_class', 'priority', 'occurrence', 'raised_at'])
}

type Where = Parameters<
  Extract<Parameters<ReturnType<typeof standing>['where']>[0], (eb: never) => unknown>
>[0]

function active(where: Where) {
  return where('condition', '=', 'active')
}

function standingOf(row: {
  readonly id: string
  readonly rule: string
  readonly asset: string
  readonly discriminator: string
  readonly fault_class: string
  readonly priority: number
  readonly occurrence: string | null
  readonly raised_at: TimeUs | null
}): readonly Standing[] {
  const { id, rule, asset, discriminator, fault_class: faultClass, priority } = row
  const { occurrence, raised_at: raisedAt } = row
  if (occurrence === null || raisedAt === null) return []
  return [{ id, rule, asset, discriminator, faultClass, priority, occurrence, raisedAt }]
}
