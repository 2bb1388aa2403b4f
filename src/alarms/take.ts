import type { Clock } from '../domain/clock.ts'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { AlarmEffects, RuleFacts } from './alarms.ts'
import { batchesOf, nameAll, saidBy, type Named } from './named.ts'
import type { RuleBook, RuleBookOf } from './rule-facts.ts'
import { sessionIn, type TransactionParts } from './session-in.ts'
import type { SuppressionSource } from './sources.ts'
import { knownTransitions } from './statements.ts'

export interface AlarmParts {
  readonly database: Database
  readonly clock: Clock
  readonly effects: AlarmEffects
  /** Looks rules up, as they are now. */
  readonly rules: RuleBookOf
  readonly sources: readonly SuppressionSource[]
}

/**
 * Takes in what the detector said, each alarm's in its order, and of many alarms the most urgent
 * first. What is known by its id changes nothing, so the
 * detector may say everything again after a crash, also when only some of a large batch's
 * transactions had been committed.
 */
export async function take(
  parts: AlarmParts,
  organisation: OrganisationId,
  transitions: readonly DetectorTransition[],
  facts: (rule: string) => RuleFacts | undefined,
): Promise<void> {
  const all = nameAll(organisation, transitions)
  if (all.length === 0) return
  const { clock, database, effects, sources } = parts
  const known = await parts.rules(organisation)
  // A rule that was retired meanwhile is not active, but its last version is still on record.
  const book: RuleBook = (rule) => facts(rule) ?? known(rule)
  for (const batch of batchesOf(all, book)) {
    const now = clock.now()
    await database.write(organisation, 'alarm', (work) =>
      takeIn(work, batch, { book, now, effects, sources }),
    )
  }
}

async function takeIn(
  work: UnitOfWork,
  batch: readonly Named[],
  parts: TransactionParts,
): Promise<void> {
  const known = await knownTransitions(
    work,
    batch.map(({ id }) => id),
  )
  const fresh = batch.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return
  const session = sessionIn(work, parts)
  await session.say(fresh.map((named) => saidBy(named, parts)))
  await session.finish()
}
