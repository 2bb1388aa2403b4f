import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { FloodState } from './flood.ts'
import type { AlarmRow, OccurrenceRow, SuppressionRow, TransitionRow } from './rows.ts'
import type { Suppression } from './suppression.ts'
import type { TimerRow } from './timers.ts'
import type { WindowRow } from './windows.ts'

/** An alarm as it is kept. */
export interface LoadedAlarm {
  readonly alarm: AlarmRow
  /** The open or the last occurrence. */
  readonly last: OccurrenceRow | undefined
  readonly suppression: readonly Suppression[]
  /** Number of the last row of its journal. */
  readonly sequence: number
}

/** What one step of a session writes. */
export interface RecordChanges {
  readonly alarms: readonly AlarmRow[]
  /** In the order they happened: one is closed before the next of its alarm is opened. */
  readonly occurrences: readonly OccurrenceRow[]
  /** Appended to the journal. */
  readonly transitions: readonly TransitionRow[]
  readonly came: readonly SuppressionRow[]
  readonly went: readonly Pick<SuppressionRow, 'alarm' | 'kind' | 'ref'>[]
  readonly timers: readonly TimerRow[]
  /** Ids of timers to forget. */
  readonly forgotten: readonly string[]
}

/** An alarm that stands, as far as other alarms look at it. */
export interface Standing {
  readonly id: string
  readonly rule: string
  readonly asset: string
  readonly discriminator: string
  readonly faultClass: string
  readonly priority: number
  readonly occurrence: string
  readonly raisedAt: TimeUs
}

/** Names one reason of suppression. */
type Reason = Pick<Suppression, 'kind' | 'ref'>

/**
 * Where the alarms of one organisation are kept, as one session sees them: the tables inside a
 * transaction, or memory for alarms that never were (`in-memory/`). What was saved is seen at once.
 */
export interface AlarmRecords {
  readonly organisation: OrganisationId
  /** Unknown ids are left out. */
  load(alarms: readonly string[]): Promise<readonly LoadedAlarm[]>
  save(changes: RecordChanges): Promise<void>
  /** Lets those who watch know which alarms changed. */
  tell(alarms: Iterable<string>): void
  /** Ids of the alarms that have this reason, in their order, at most so many. */
  having(reason: Reason, atMost: number): Promise<readonly string[]>
  /** `alarm cause` for each of these alarms that another implies. */
  impliedPairs(alarms: readonly string[]): Promise<ReadonlySet<string>>
  /** What is active on these assets, and with `latched` what stands there though it cleared. */
  standingAt(
    assets: readonly string[],
    more?: { readonly latched: true },
  ): Promise<readonly Standing[]>
  /** What of these rules is active, in the order of ids; `without`: not what this alarm explains already. */
  activeOf(
    rules: readonly string[],
    without?: { readonly reason: string },
  ): Promise<readonly Standing[]>
  /** Which of these alarms are active. */
  activeAmong(alarms: readonly string[]): Promise<ReadonlySet<string>>
  /** The alarm, if it is active or latched. */
  standing(alarm: string): Promise<Standing | undefined>
  /** What a desk has been told lately. */
  flood(desk: string): Promise<FloodState>
  saveFlood(desk: string, state: FloodState): Promise<void>
  /** Planned work that has begun, is not over and was not ended. */
  runningWindows(now: TimeUs): Promise<readonly WindowRow[]>
  window(id: string): Promise<WindowRow | undefined>
  /** Which of these assets the work touches. */
  touched(window: WindowRow, assets: readonly string[]): Promise<ReadonlySet<string>>
  /** Ids of open alarms of what the work touches that do not know of it, in their order, at most so many. */
  untoldOfWindow(window: WindowRow, atMost: number): Promise<readonly string[]>
}
