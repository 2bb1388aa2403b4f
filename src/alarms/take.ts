import type { Clock } from '../domain/clock.ts'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { AlarmEffects, RuleFacts } from './alarms.ts'
import { alarmId, transitionId } from './ids.ts'
import { isOlder, placeText } from './place.ts'
import { unknownRule, type RuleBook, type RuleBookOf } from './rule-facts.ts'
import type { Said } from './said.ts'
import { Session, type SessionParts } from './session.ts'
import type { SuppressionSource } from './sources.ts'
import { knownTransitions } from './statements.ts'

/** Transitions in one transaction. A larger batch takes several, each complete in itself. */
export const LARGEST_TRANSACTION = 500

/** Evidence kept of one transition; a decision rests on a handful of readings. */
const MOST_EVIDENCE = 32

export interface AlarmParts {
  readonly database: Database
  readonly clock: Clock
  readonly effects: AlarmEffects
  /** Looks rules up, as they are now. */
  readonly rules: RuleBookOf
  readonly sources: readonly SuppressionSource[]
}

interface Named {
  readonly id: string
  readonly alarm: string
  readonly said: DetectorTransition
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
  const named = all.length > LARGEST_TRANSACTION ? urgentFirst(all, book) : all
  for (let from = 0; from < named.length; from += LARGEST_TRANSACTION) {
    const batch = named.slice(from, from + LARGEST_TRANSACTION)
    const now = clock.now()
    await database.write(organisation, 'alarm', (work) =>
      takeIn(work, batch, { book, now, effects, sources }),
    )
  }
}

/** A pump does not wait for 500 lamps. An alarm has one rule, so its own order stays. */
function urgentFirst(all: readonly Named[], book: RuleBook): readonly Named[] {
  const priorityOf = ({ said }: Named): number =>
    book(said.key.rule)?.priority ?? LEAST_URGENT
  return all.toSorted((a, b) => priorityOf(a) - priorityOf(b))
}

const LEAST_URGENT = 4

function nameAll(
  organisation: OrganisationId,
  transitions: readonly DetectorTransition[],
): readonly Named[] {
  const byId = new Map<string, Named>()
  for (const said of transitions) {
    if (said.key.organisation !== organisation) {
      throw new Error('a transition of another organisation')
    }
    const id = transitionId(said)
    if (!byId.has(id)) byId.set(id, { id, alarm: alarmId(said.key), said })
  }
  return [...byId.values()]
}

async function takeIn(
  work: UnitOfWork,
  batch: readonly Named[],
  parts: SessionParts,
): Promise<void> {
  const known = await knownTransitions(
    work,
    batch.map(({ id }) => id),
  )
  const fresh = batch.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return
  const session = new Session(work, parts)
  await session.say(fresh.map((named) => saidBy(named, parts)))
  await session.finish()
}

function saidBy({ id, alarm, said }: Named, { book, now }: SessionParts): Said {
  const { key, event, historical, at, level, late, ruleVersion } = said
  return {
    alarm,
    key,
    happening: {
      id,
      event: { kind: event, historical, at, level },
      rule: book(key.rule) ?? unknownRule(key.rule),
      at,
      now,
      heardAt: said.ingest,
      actor: 'detector',
      comment: null,
      ruleVersion,
      evidence: JSON.stringify(said.evidence.slice(0, MOST_EVIDENCE)),
      position: placeText(said),
      late,
    },
    isOlder: (last) => isOlder(said, last),
  }
}
