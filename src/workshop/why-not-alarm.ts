import { alarmThen, type AlarmThen, type ReasonThen } from '../alarms/alarm-then.ts'
import { alarmId } from '../alarms/ids.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { AlarmKey } from '../domain/transition.ts'
import { toIso, type TimeUs } from '../domain/time.ts'

/** What became of what a rule said, until people heard of it. */
export interface KnownAlarm extends AlarmThen {
  readonly keptBy: readonly KnownReason[]
  /** Whether people were told, and if not, why not. */
  readonly sentence: string
}

export interface KnownReason extends ReasonThen {
  /** The reason as a person says it: `explained by lamp-dark on cabinet-1`. */
  readonly words: string
}

/** The alarm of a rule on an asset as people knew it at a time; undefined: none stood. */
export async function knownAlarm(
  query: ScopedQueries,
  key: Omit<AlarmKey, 'discriminator'>,
  at: TimeUs,
): Promise<KnownAlarm | undefined> {
  // What a rule says of an asset itself has no discriminator.
  const then = await alarmThen(query, alarmId({ ...key, discriminator: '' }), at)
  if (then === undefined) return undefined
  const causes = await namesOf(
    query,
    then.keptBy.flatMap(({ kind, ref }) => (isOfAlarm(kind) ? [ref] : [])),
  )
  const keptBy = then.keptBy.map((reason) => {
    return { ...reason, words: wordsOf(reason, causes.get(reason.ref)) }
  })
  return { ...then, keptBy, sentence: sentenceOf({ ...then, keptBy }) }
}

function sentenceOf({ raisedAt, toldAt, keptBy }: Omit<KnownAlarm, 'sentence'>): string {
  const told = toldAt === null ? 'nobody was told' : `people were told at ${toIso(toldAt)}`
  const alarm = `the alarm of ${toIso(raisedAt)} stood and ${told}`
  const why = keptBy.map(({ words }) => words).join('; ')
  if (keptBy.length > 0) {
    return toldAt === null ? `${alarm}: ${why}` : `${alarm}, but not any more: ${why}`
  }
  return toldAt === null ? `${alarm}: it rests on old readings, or on a flicker` : alarm
}

/** Does such a reason name an alarm? */
function isOfAlarm(kind: ReasonThen['kind']): boolean {
  return kind === 'topology' || kind === 'design'
}

interface Names {
  readonly rule: string
  readonly asset: string
}

function wordsOf(reason: ReasonThen, cause: Names | undefined): string {
  const { until, by, ref } = reason
  const why = reason.reason === '' ? '' : ` (${reason.reason})`
  const end = until === undefined ? '' : ` until ${toIso(until)}`
  const alarm = cause === undefined ? 'another alarm' : `${cause.rule} on ${cause.asset}`
  switch (reason.kind) {
    case 'shelved':
      return `shelved by ${by}${end}${why}`
    case 'shelvedOnce':
      return `shelved by ${by} until it clears, at most${end}${why}`
    case 'outOfService':
      return `taken out of service by ${by} for ${ref}${why}`
    case 'maintenance':
      return `work that ${by} planned${end}${why}`
    case 'topology':
      return `explained by ${alarm}`
    case 'design':
      return `implied by ${alarm}`
    case 'held':
      return `held${end}, so that its cause can arrive`
    case 'flood':
      return `held back in the flood of ${ref}`
  }
}

/** Alarm id → slugs of its rule and its asset, as they are called now. */
async function namesOf(
  query: ScopedQueries,
  alarms: readonly string[],
): Promise<ReadonlyMap<string, Names>> {
  if (alarms.length === 0) return new Map()
  const rows = await query
    .selectFrom('alarm')
    .select(['id', 'rule', 'asset'])
    .where('id', 'in', alarms)
    .execute()
  const objects = await query
    .selectFrom('configuration_object')
    .select(['id', 'slug'])
    .where('kind', 'in', ['rule', 'asset'])
    .where(
      'id',
      'in',
      rows.flatMap(({ rule, asset }) => [rule, asset]),
    )
    .where('until_version', 'is', null)
    .execute()
  const slugs = new Map(objects.map(({ id, slug }) => [id, slug]))
  return new Map(
    rows.map(({ id, rule, asset }) => {
      return [id, { rule: slugs.get(rule) ?? rule, asset: slugs.get(asset) ?? asset }]
    }),
  )
}
