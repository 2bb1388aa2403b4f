import type { UnitOfWork } from '../database/database.ts'
import type { AlarmEffects, Announcement, Annunciation, Gathered } from './alarms.ts'
import type { LifeCycleEffect } from './events.ts'
import type { Happening } from './happening.ts'
import type { Entry, Ledger } from './ledger.ts'

/** What other folders do, inside one transaction. */
export interface SessionEffects {
  announce(announcement: Announcement): Promise<void>
  /** Gives the id of the case. */
  confirm(annunciation: Annunciation): Promise<string>
  gathered(caseId: string, gathered: Gathered): Promise<void>
  cleared(annunciation: Annunciation, caseId: string): Promise<void>
}

/** The effects of other folders as those of one transaction. */
export function effectsIn(work: UnitOfWork, effects: AlarmEffects): SessionEffects {
  return {
    announce: (announcement) => effects.announce(work, announcement),
    confirm: (annunciation) => effects.confirm(work, annunciation),
    gathered: (caseId, gathered) => effects.gathered(work, caseId, gathered),
    cleared: (annunciation, caseId) => effects.cleared(work, annunciation, caseId),
  }
}

/** What other folders are asked to do when everything is written. */
export type AlarmCall =
  | { readonly kind: 'confirm' | 'cleared'; readonly annunciation: Annunciation }
  | { readonly kind: 'announce'; readonly announcement: Announcement }

/** What the effects of one step ask of other folders, in order. Pure. */
export function callsOf(
  effects: readonly LifeCycleEffect[],
  step: {
    readonly entry: Entry
    readonly happening: Happening
    readonly id: string
  },
): readonly AlarmCall[] {
  const { entry, happening, id } = step
  const { alarm, state, last } = entry
  if (last === undefined) return []
  const { rule, at, now } = happening
  const annunciation = {
    alarm: alarm.id,
    occurrence: last.id,
    rule,
    asset: alarm.asset,
    at,
    now,
  }
  return effects.flatMap((effect): AlarmCall[] => {
    if (effect === 'open_case') return [{ kind: 'confirm', annunciation }]
    if (effect === 'clear_case') return [{ kind: 'cleared', annunciation }]
    const kind = announced[effect]
    if (kind === undefined) return []
    const announcement = {
      ...annunciation,
      kind,
      priority: alarm.priority,
      level: state.level,
      raise: state.raise,
      acknowledged: state.acknowledged,
      transition: id,
    }
    return [{ kind: 'announce', announcement }]
  })
}

const announced: Readonly<Partial<Record<LifeCycleEffect, Announcement['kind']>>> = {
  tell_raised: 'raised',
  tell_worse: 'worse',
  tell_better: 'better',
  tell_again: 'again',
  tell_acknowledged: 'acknowledged',
  tell_unacknowledged: 'unacknowledged',
  tell_cleared: 'cleared',
  tell_closed: 'closed',
  tell_gathered: 'gathered',
  tell_suppressed: 'suppressed',
}

/** Lets the other folders do their part, in the order things happened, and writes the cases down. */
export async function carryOut(
  ledger: Ledger,
  context: {
    readonly effects: SessionEffects
    readonly gathered: ReadonlyMap<string, Gathered>
  },
): Promise<void> {
  const { effects, gathered } = context
  for (const call of ledger.takeCalls()) {
    if (call.kind === 'announce') {
      await effects.announce(call.announcement)
      continue
    }
    const { annunciation } = call
    const { occurrence } = annunciation
    if (call.kind === 'confirm') {
      ledger.setCase(occurrence, await effects.confirm(annunciation))
      continue
    }
    const caseId = ledger.caseOf(occurrence)
    if (caseId !== null) await effects.cleared(annunciation, caseId)
  }
  for (const [alarm, members] of gathered) {
    const caseId = ledger.entry(alarm).last?.case
    if (typeof caseId === 'string') await effects.gathered(caseId, members)
  }
  await ledger.flush()
}
