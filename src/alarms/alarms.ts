import type { OrganisationId } from '../domain/ids.ts'
import type { LocalText } from '../domain/language.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { TimeUs } from '../domain/time.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { AlarmView, TransitionView } from './views.ts'

/** What the life-cycle must know of a rule. */
export interface RuleFacts {
  readonly name: LocalText
  readonly priority: number
  readonly faultClass: string
  readonly confirm: 'immediately' | 'manual'
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

/** What other folders do in the same transaction as the alarm. Cases implement it. */
export interface AlarmEffects {
  /** The confirm policy wants a case: opens one or joins the open one; returns its id. */
  confirm(work: UnitOfWork, annunciation: Annunciation): Promise<string>
  /** The alarm of a case cleared. Never closes a case that has a human reporter. */
  cleared(work: UnitOfWork, annunciation: Annunciation, caseId: string): Promise<void>
}

export interface AlarmFilter {
  /** Open: everything that reached people and is not yet normal and acknowledged. Never limited in time. */
  readonly which: 'open' | 'all'
  readonly asset?: string
  /** 1 to 500. */
  readonly limit: number
}

/** The life-cycle of alarms, kept in the database alone. */
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
  /** Opens a case for an alarm whose rule leaves that to people. */
  openCase(
    organisation: OrganisationId,
    alarm: string,
    actor: string,
  ): Promise<{ case: string }>
}
