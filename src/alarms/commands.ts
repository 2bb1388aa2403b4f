import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { PersonAsks } from './events.ts'
import { happensNow } from './happening.ts'
import type { Entry } from './ledger.ts'
import { checkText, notFound, refused } from './refusals.ts'
import { sessionIn, type TransactionParts } from './session-in.ts'
import type { AlarmParts } from './take.ts'

/** What a person asks of one alarm. */
export interface Command {
  /** Made of the alarm as it is when the transaction has locked it. May throw a Problem. */
  readonly event: (entry: Entry, now: TransactionParts['now']) => PersonAsks
  readonly actor: string
  readonly comment?: string
}

/**
 * Carries a command out in one transaction; gives the id of the case that the alarm has then. Throws
 * Problem not_found, conflict, invalid or too_large.
 */
export async function command(
  { database, clock, effects, rules, sources }: AlarmParts,
  organisation: OrganisationId,
  alarm: string,
  what: Command,
): Promise<string | null> {
  checkText('comment', what.comment)
  // Before the transaction: its body awaits nothing but the database.
  const book = await rules(organisation)
  const now = clock.now()
  return database.write(organisation, 'alarm', (work) =>
    carryOutCommand(work, alarm, { what, parts: { book, now, effects, sources } }),
  )
}

async function carryOutCommand(
  work: UnitOfWork,
  alarm: string,
  { what, parts }: { readonly what: Command; readonly parts: TransactionParts },
): Promise<string | null> {
  const session = sessionIn(work, parts)
  const { ledger } = session
  await ledger.load([alarm])
  const entry = ledger.look(alarm)
  if (entry === undefined) throw notFound(alarm)
  const { now } = parts
  const { actor, comment = null } = what
  const refusal = ledger.move(
    alarm,
    happensNow(what.event(entry, now), {
      rule: session.factsOf(alarm),
      now,
      actor,
      comment,
    }),
  )
  if (refusal !== undefined) throw refused(refusal, entry.state)
  await session.finish()
  return ledger.entry(alarm).last?.case ?? null
}
