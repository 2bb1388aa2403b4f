import type { TimeUs } from '../domain/time.ts'
import type { Target } from './desk.ts'
import type { Because, Member } from './steps.ts'
import type { Calendar } from '../calendar/civil-time.ts'

/** What one recipient knows of one occurrence: the ledger that keeps raise and clear in pairs. */
export interface Knowledge {
  readonly recipient: string
  readonly occurrence: string
  /** A step came to it, and it has not been told yet. */
  readonly wanted: boolean
  /** Was told that it stands, and not yet that it is over. */
  readonly open: boolean
  /** The newest edition it was told; 0 for none. */
  readonly edition: number
  /** The telling that brought the raise; empty for none. */
  readonly telling: string
  /** The step that named it last, from 0, and why that was taken. */
  readonly step: number
  readonly because: Because
}

/** A recipient in a group. */
export interface Line {
  readonly recipient: string
  /** Tellings so far. */
  readonly sequence: number
  /** When it was told last. */
  readonly at: TimeUs | undefined
}

/** Alarms that are told together. */
export interface Group {
  readonly members: readonly Member[]
  readonly knowledge: readonly Knowledge[]
  readonly lines: readonly Line[]
}

/** `raised`: new to it · `updated`: worse, back, or more · `cleared`: over · `reminded`: still stands. */
export type What = 'raised' | 'updated' | 'cleared' | 'reminded'

/** One message to one recipient. */
export interface Telling {
  readonly id: string
  readonly recipient: string
  readonly sequence: number
  readonly items: readonly { readonly occurrence: string; readonly what: What }[]
  /** The most remarkable reason among the raises it brings; undefined where it brings none. */
  readonly because: Because | undefined
}

/**
 * How a message fares. `stuck`: every try so far failed, and it is tried again · `failed`: for good.
 */
export type Arrival = 'waiting' | 'stuck' | 'arrived' | 'failed'

/** What a round asks of the world; all answers are as of now. */
export interface World {
  readonly calendar: Calendar
  /** Who can be told over this target; nobody on duty or a channel out of order is nobody. */
  recipients(target: Target): readonly string[]
  wantsRecoveries(recipient: string): boolean
  /** How the message that brought a raise fared. */
  arrival(telling: string): Arrival
  /** The same for the same arguments: what makes a message recognisable. */
  tellingId(recipient: string, sequence: number): string
}

export interface Round {
  readonly group: Group
  readonly tellings: readonly Telling[]
  /** When the group must be looked at again; undefined for not before something is announced. */
  readonly due: TimeUs | undefined
  /** Occurrences with which nothing is left to do. */
  readonly finished: readonly string[]
}

/** Names an entry of the ledger. */
export function knowledgeKey({
  recipient,
  occurrence,
}: Pick<Knowledge, 'recipient' | 'occurrence'>): string {
  return `${recipient} ${occurrence}`
}

/** The earliest of these; undefined when there is none. */
export function soonest(times: readonly (TimeUs | undefined)[]): TimeUs | undefined {
  return times.reduce(
    (found, time) =>
      time === undefined || (found !== undefined && found <= time) ? found : time,
    undefined,
  )
}
