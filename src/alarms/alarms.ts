import type { OrganisationId } from '../domain/ids.ts'
import type { LocalText } from '../domain/language.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { EdgeKind } from '../domain/asset.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { Maintenance } from './maintenance.ts'
import type { ShelfRequest } from './shelf.ts'
import type { AlarmView, TransitionView, WhyView } from './views.ts'

/** What the life-cycle must know of a rule; each field is the one of that name in `rules/rule.ts`. */
export interface RuleFacts {
  readonly name: LocalText
  readonly priority: number
  readonly faultClass: string
  readonly confirm: 'immediately' | 'manual'
  readonly acknowledge: boolean
  readonly requireConfirm: boolean
  readonly latching: boolean
  readonly reopenWithin: DurationUs
  readonly causedBy: readonly Cause[]
  readonly impliedBy: readonly string[]
  /** Priority of each level, the mildest first; empty for a rule with one limit. */
  readonly levels: readonly number[]
  readonly reAlarm?: { readonly after: DurationUs; readonly times: number }
  readonly hold?: DurationUs
  readonly gather?: Gather
}

/** An active alarm of this class on what the asset hangs on explains the asset's own. */
export interface Cause {
  readonly edge: EdgeKind
  readonly faultClass: string
}

/** When siblings become one alarm of what they hang on. */
export interface Gather {
  readonly edge: EdgeKind
  readonly atLeast: number
  readonly share: number
  readonly within: DurationUs
}

/** A raise that reached people. */
export interface Annunciation {
  readonly alarm: string
  readonly occurrence: string
  readonly rule: RuleFacts
  readonly asset: string
  readonly at: TimeUs
  /** When the service took it in, for rows written on its behalf. */
  readonly now: TimeUs
}

/** Something that people who watch alarms are told, or that ends what they were told. */
export interface Announcement extends Annunciation {
  readonly kind:
    /** Stands, and nobody knew. */
    | 'raised'
    /** Reached a worse limit; must be acknowledged anew. */
    | 'worse'
    /** Left a worse limit: an update, nobody is called. */
    | 'better'
    /** Acknowledged, and still active after the rule's time. */
    | 'again'
    | 'acknowledged'
    | 'unacknowledged'
    /** Normal again; may still have to be acknowledged. */
    | 'cleared'
    /** Nothing is left to do with it. */
    | 'closed'
    /** More assets belong to it than were told: an update. */
    | 'gathered'
    /** Somebody or something has suppressed it: whoever was being called is let alone. */
    | 'suppressed'
  /** Of the alarm as it is now. */
  readonly priority: number
  readonly level: number
  readonly raise: number
  /** Somebody has acknowledged it already: it is told, and nobody is called. */
  readonly acknowledged?: boolean
  /** Id of the row in the journal that this comes from; makes deliveries recognisable. */
  readonly transition: string
}

/** What other folders do in the same transaction as the alarm. */
export interface AlarmEffects extends CaseEffects {
  /** Tells desks, channels and escalation. Deliveries leave from the outbox, never from here. */
  announce(work: UnitOfWork, announcement: Announcement): Promise<void>
}

/** Assets whose alarms belong to one of what they hang on. */
export interface Gathered {
  /** Each with the occurrence that says so. */
  readonly assets: readonly { readonly asset: string; readonly occurrence: string }[]
  readonly at: TimeUs
}

/** What an alarm does to cases, in its transaction. */
export interface CaseEffects {
  /** The confirm policy wants a case: opens one or joins the open one; returns its id. */
  confirm(work: UnitOfWork, annunciation: Annunciation): Promise<string>
  /** The case is about these assets too: their alarms were gathered into the one it came from. */
  gathered(work: UnitOfWork, caseId: string, gathered: Gathered): Promise<void>
  /** The alarm of a case cleared. Never closes a case that has a human reporter. */
  cleared(work: UnitOfWork, annunciation: Annunciation, caseId: string): Promise<void>
}

export interface AlarmFilter {
  /**
   * Open: everything that reached people and that somebody has something left to do with, without
   * what is suppressed. Suppressed: what stands or waits and is kept from people; with it what is
   * shelved or out of service although normal. Never limited in time.
   */
  readonly which: 'open' | 'suppressed' | 'all'
  readonly shelved?: boolean
  readonly state?: AlarmView['state']
  readonly priority?: number
  readonly rule?: string
  readonly asset?: string
  /** 1 to 500. */
  readonly limit: number
}

/**
 * The life-cycle of alarms, kept in the database alone. What people ask throws Problem not_found,
 * or conflict with the refusal and the state as facts.
 */
export interface Alarms {
  /**
   * Takes in what the detector said, in one transaction per organisation. Recognises by its id
   * what was taken in before, so a replay changes nothing.
   */
  take(
    organisation: OrganisationId,
    transitions: readonly DetectorTransition[],
    facts: (rule: string) => RuleFacts | undefined,
  ): Promise<void>
  list(organisation: OrganisationId, filter: AlarmFilter): Promise<readonly AlarmView[]>
  /** Throws Problem not_found. */
  get(organisation: OrganisationId, alarm: string): Promise<AlarmView>
  journal(organisation: OrganisationId, alarm: string): Promise<readonly TransitionView[]>
  /** Throws Problem conflict when `raise` is not the current one or it is acknowledged already. */
  acknowledge(
    organisation: OrganisationId,
    alarm: string,
    by: { readonly actor: string; readonly raise: number; readonly comment?: string },
  ): Promise<AlarmView>
  /** Takes an acknowledgement back. */
  unacknowledge(organisation: OrganisationId, alarm: string, by: By): Promise<AlarmView>
  /** A second person says that it is dealt with. */
  confirm(organisation: OrganisationId, alarm: string, by: By): Promise<AlarmView>
  /** Ends what is latched, normal again and acknowledged. */
  reset(organisation: OrganisationId, alarm: string, by: By): Promise<AlarmView>
  /** Puts it aside for a while, or until it clears; see `LONGEST_SHELF`. */
  shelve(
    organisation: OrganisationId,
    alarm: string,
    request: ShelfRequest,
  ): Promise<AlarmView>
  unshelve(organisation: OrganisationId, alarm: string, by: By): Promise<AlarmView>
  /** Takes it out of service until somebody puts it back. */
  outOfService(
    organisation: OrganisationId,
    alarm: string,
    by: {
      readonly actor: string
      readonly workOrder: string
      readonly reason: string
    },
  ): Promise<AlarmView>
  inService(organisation: OrganisationId, alarm: string, by: By): Promise<AlarmView>
  /** Adds a line to the journal and changes nothing. */
  comment(
    organisation: OrganisationId,
    alarm: string,
    by: By & { readonly comment: string },
  ): Promise<AlarmView>
  /** Opens a case for an alarm whose rule leaves that to people. */
  openCase(
    organisation: OrganisationId,
    alarm: string,
    actor: string,
  ): Promise<{ case: string }>
  /** Everything that explains how it is now. Throws Problem not_found. */
  why(organisation: OrganisationId, alarm: string): Promise<WhyView>
  readonly maintenance: Maintenance
  /**
   * Does what is due by now over all organisations, at most 500 timers; gives how many. `failed`
   * hears of those that could not be done: they are tried again.
   */
  runTimers(failed: (error: unknown) => void): Promise<number>
}

/** Who asks, and what they have to say. */
export interface By {
  readonly actor: string
  readonly comment?: string
}
