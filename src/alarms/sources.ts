import type { OrganisationId } from '../domain/ids.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'
import type { AlarmKey, Evidence } from '../domain/transition.ts'
import type { Gathered, RuleFacts } from './alarms.ts'
import type { AlarmRecords } from './records.ts'
import type { Suppression, SuppressionKind } from './suppression.ts'

/**
 * Where reasons to keep an alarm from people come from: other alarms, the topology, work that is
 * planned. A source is asked before raises are told, hears of changes after they were written, and
 * may suppress, release and raise other alarms in the same transaction. It awaits nothing but the
 * records and keeps nothing in memory.
 */
export interface SuppressionSource {
  /** Names its timers; short, unique among the sources, and the same for ever. */
  readonly name: string
  /**
   * Reasons for raises that would reach people now, by alarm; left out: none. The rows of these
   * alarms still are as before the raise. All raises of one step are asked about at once, each alarm
   * at most once, so that 500 lamps are one question; they may be reasons for one another.
   */
  reasonsFor(
    work: SourceWork,
    raises: readonly Raise[],
    /** What the sources before this one found. */
    others: ReadonlyMap<string, readonly Suppression[]>,
  ): Promise<ReadonlyMap<string, readonly Suppression[]>>
  /** What changed for people or the world, after it was written and before anybody is told; left out: it never matters. */
  changed?(work: SourceWork, changes: readonly AlarmChange[]): Promise<void>
  /** A time the source asked for with `wake` has come; in a transaction of its own. */
  due?(work: SourceWork, ref: string): Promise<void>
}

/** An alarm that a source looks at. */
export interface SourceAlarm extends AlarmKey {
  readonly alarm: string
  readonly facts: RuleFacts
  /** Of its present level. */
  readonly priority: number
  readonly level: number
  /** The occurrence it is about: open, or just closed. */
  readonly occurrence: string
  /** Event time. */
  readonly at: TimeUs
}

export type Raise = SourceAlarm

/** One alarm before and after a step. Suppressing and releasing are told too, never of oneself only. */
export interface AlarmChange extends SourceAlarm {
  readonly before: Footing
  readonly after: Footing
  /** It came from old data. */
  readonly historical: boolean
}

/** What sources decide on. */
export interface Footing {
  readonly active: boolean
  readonly open: boolean
  readonly latched: boolean
  readonly acknowledged: boolean
  /** People were told of this raise. */
  readonly told: boolean
  readonly suppressed: boolean
}

/** Names one reason. */
export interface ReasonName {
  readonly kind: SuppressionKind
  readonly ref: string
}

/**
 * What a source may do. Everything is asked for here and done, in order, when the source has
 * answered, in the same transaction.
 */
export interface SourceWork {
  readonly organisation: OrganisationId
  /** With what the transaction wrote so far. */
  readonly records: AlarmRecords
  /** Processing time. */
  readonly now: TimeUs
  /** Undefined for a rule that nobody knows. */
  facts(rule: string): RuleFacts | undefined
  /** How many more alarms this transaction may move; ask for the rest in `due`, with `wake`. */
  room(): number
  /** Suppresses an alarm that is known; a reason it has already stays as it is. */
  suppress(alarm: string, reason: Suppression): void
  /** Takes one reason from one alarm; nothing when it has it not. */
  release(alarm: string, reason: ReasonName): void
  /**
   * Takes a reason from all alarms that have it, now or `after` a while, as many at once as there is
   * room for; a timer goes on with the rest.
   */
  releaseAll(reason: ReasonName, after?: DurationUs): void
  /** Calls `due` at this time; a second call with the same ref moves it. */
  wake(ref: string, at: TimeUs): void
  unwake(ref: string): void
  /** Raises or clears an alarm of the source's own, as a detector would. */
  say(said: SourceSays): void
  /**
   * The alarm's case, if it has one when the transaction ends, is about these assets too; people
   * who know of the alarm are told once.
   */
  gather(alarm: string, assets: Gathered['assets']): void
}

/** What a source says of an alarm of its own. */
export interface SourceSays {
  readonly key: AlarmKey
  readonly event: 'raised' | 'cleared' | 'withdrawn'
  readonly at: TimeUs
  readonly level: number
  readonly evidence: readonly Evidence[]
  /** A raise of what people know already is an update, not news. */
  readonly repeatsAreUpdates?: true
}

/** Alarms that sources may move in one transaction. */
export const SOURCES_MOVE_AT_MOST = 500
