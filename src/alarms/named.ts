import type { OrganisationId } from '../domain/ids.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import { alarmId, transitionId } from './ids.ts'
import { isOlder, placeText } from './place.ts'
import { unknownRule, type RuleBook } from './rule-facts.ts'
import type { Said } from './said.ts'
import type { SessionParts } from './session.ts'

/** Transitions in one transaction. A larger batch takes several, each complete in itself. */
export const LARGEST_TRANSACTION = 500

/** Evidence kept of one transition; a decision rests on a handful of readings. */
const MOST_EVIDENCE = 32

/** A transition with the ids that it and its alarm always have. */
export interface Named {
  readonly id: string
  readonly alarm: string
  readonly said: DetectorTransition
}

/** What goes into one transaction each: all of one in its order; of many alarms the most urgent first. */
export function batchesOf(
  all: readonly Named[],
  book: RuleBook,
): readonly (readonly Named[])[] {
  const named = all.length > LARGEST_TRANSACTION ? urgentFirst(all, book) : all
  const batches = []
  for (let from = 0; from < named.length; from += LARGEST_TRANSACTION) {
    batches.push(named.slice(from, from + LARGEST_TRANSACTION))
  }
  return batches
}

/** A pump does not wait for 500 lamps. An alarm has one rule, so its own order stays. */
function urgentFirst(all: readonly Named[], book: RuleBook): readonly Named[] {
  const priorityOf = ({ said }: Named): number =>
    book(said.key.rule)?.priority ?? LEAST_URGENT
  return all.toSorted((a, b) => priorityOf(a) - priorityOf(b))
}

const LEAST_URGENT = 4

/** Throws Error for a transition of another organisation; what comes twice is there once. */
export function nameAll(
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

/** What the detector said, as a session takes it in. */
export function saidBy(
  { id, alarm, said }: Named,
  { book, now }: Pick<SessionParts, 'book' | 'now'>,
): Said {
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
