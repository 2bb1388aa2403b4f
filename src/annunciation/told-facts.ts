import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import type { Language } from '../domain/language.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import { languageOf, type DeskCatalogue } from './catalogue.ts'
import { addressesOf, type Address } from './recipients.ts'
import type { What } from './group.ts'

/** One alarm in a message, as it is when the message is sent. */
export interface ToldAlarm {
  readonly occurrence: string
  readonly alarm: string
  readonly what: What
  readonly priority: number
  /** Id of the rule, or a source's own code. */
  readonly rule: string
  readonly ruleName: string
  readonly asset: string
  readonly assetName: string
  readonly raisedAt: TimeUs
  readonly clearedAt: TimeUs | undefined
}

/** A message as it is when it is sent. */
export interface ToldFacts {
  readonly id: string
  readonly kind: 'alarms' | 'test' | 'heartbeat'
  readonly desk: string
  readonly deskName: string
  readonly group: string
  readonly sequence: number
  readonly at: TimeUs
  readonly language: Language
  readonly zone: string
  /** Undefined for one that has left the configuration meanwhile: nobody is there to send to. */
  readonly address: Address | undefined
  /** The most urgent, 50 at most. */
  readonly alarms: readonly ToldAlarm[]
  /** Those that are not among them. */
  readonly more: number
}

const payload = z.object({ telling: z.string(), address: z.string() })
const items = z.array(
  z.tuple([z.string(), z.enum(['raised', 'updated', 'cleared', 'reminded'])]),
)

/** Reads what a row of the outbox stands for; undefined when nobody remembers the message. */
export async function toldFacts(
  query: ScopedQueries,
  catalogue: DeskCatalogue,
  raw: unknown,
): Promise<ToldFacts | undefined> {
  const ids = payload.parse(raw)
  const row = await query
    .selectFrom('telling')
    .selectAll()
    .where('id', '=', ids.telling)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { id, kind, desk, group_key: group, sequence } = row
  const language = languageOf(catalogue, desk)
  const named = items.parse(JSON.parse(row.items))
  const address = addressesOf(catalogue, row.recipient).find(
    ({ key }) => key === ids.address,
  )
  const alarms = await alarmsOf(query, catalogue, { named, language })
  const all = row.raised + row.updated + row.cleared + row.reminded
  return {
    id,
    kind,
    desk,
    deskName: catalogue.desks.get(desk)?.name ?? desk,
    group,
    sequence,
    at: timeUs(row.at),
    language,
    zone: catalogue.zone,
    address,
    alarms,
    more: all - alarms.length,
  }
}

async function alarmsOf(
  query: ScopedQueries,
  { ruleNames, assets }: DeskCatalogue,
  asked: { readonly named: z.infer<typeof items>; readonly language: Language },
): Promise<readonly ToldAlarm[]> {
  const { named, language } = asked
  if (named.length === 0) return []
  const rows = await query
    .selectFrom('occurrence')
    .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
    .select(['occurrence.id', 'occurrence.alarm', 'occurrence.raised_at'])
    .select(['occurrence.cleared_at', 'occurrence.closed_at'])
    .select(['alarm.rule', 'alarm.asset', 'alarm.priority'])
    .where(
      'occurrence.id',
      'in',
      named.map(([occurrence]) => occurrence),
    )
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return named.flatMap(([occurrence, what]) => {
    const row = byId.get(occurrence)
    if (row === undefined) return []
    const { alarm, priority, rule, asset } = row
    const over = what === 'cleared' ? (row.cleared_at ?? row.closed_at) : row.cleared_at
    return [
      {
        occurrence,
        alarm,
        what,
        priority,
        rule,
        ruleName: ruleNames.get(rule)?.[language] ?? rule,
        asset,
        assetName: assets.get(asset)?.name ?? asset,
        raisedAt: timeUs(row.raised_at),
        clearedAt: over === null ? undefined : timeUs(over),
      },
    ]
  })
}
