import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import type { AlarmEffects, RuleFacts } from './alarms.ts'
import { Ledger } from './ledger.ts'
import { displayState, type LifeCycleEvent, type Refusal } from './life-cycle.ts'
import type { AlarmRow } from './rows.ts'
import { unknownRule, type RuleFactsOf } from './rule-facts.ts'
import type { TakeParts } from './take.ts'

/** Characters of a comment. */
export const LONGEST_COMMENT = 2_000

/** What a person asks of one alarm. */
export interface Command {
  readonly event: Extract<LifeCycleEvent, { kind: 'acknowledge' | 'case_opened' }>
  readonly actor: string
  readonly comment?: string
}

/**
 * Carries a command out in one transaction; gives the id of the case it opened, if it did. Throws
 * Problem not_found, conflict or too_large.
 */
export async function command(
  parts: TakeParts,
  organisation: OrganisationId,
  alarm: string,
  what: Command,
): Promise<string | undefined> {
  if ((what.comment?.length ?? 0) > LONGEST_COMMENT) throw tooLong()
  const rule = await ruleOf(parts, organisation, alarm)
  const now = parts.clock.now()
  return parts.database.write(organisation, 'alarm', (work) =>
    carryOut(work, alarm, { what, rule, now, effects: parts.effects }),
  )
}

/** Before the transaction: its body awaits nothing but the database. */
async function ruleOf(
  { database, ruleFacts }: { database: TakeParts['database']; ruleFacts: RuleFactsOf },
  organisation: OrganisationId,
  alarm: string,
): Promise<RuleFacts> {
  const row = await database
    .read(organisation)
    .selectFrom('alarm')
    .select(['rule', 'priority'])
    .where('id', '=', alarm)
    .executeTakeFirst()
  if (row === undefined) throw notFound(alarm)
  const known = await ruleFacts(organisation, row.rule)
  return known ?? { ...unknownRule(row.rule), priority: row.priority }
}

async function carryOut(
  work: UnitOfWork,
  alarm: string,
  context: { what: Command; rule: RuleFacts; now: TimeUs; effects: AlarmEffects },
): Promise<string | undefined> {
  const { what, rule, now, effects } = context
  const ledger = await Ledger.open(work, [alarm])
  const found = ledger.look(alarm)
  if (found === undefined) throw notFound(alarm)
  const refusal = ledger.move(alarm, {
    event: what.event,
    rule,
    at: now,
    now,
    actor: what.actor,
    comment: what.comment ?? null,
    ruleVersion: null,
    evidence: '[]',
  })
  if (refusal !== undefined) throw refused(refusal, found.alarm)
  const [opened] = (await ledger.save(effects)).values()
  return opened
}

/** Also what another organisation's alarm looks like. */
export function notFound(alarm: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `There is no alarm ${alarm}.`,
    why: 'The id is wrong, or the alarm belongs to another organisation.',
    next: 'Look it up in the list of alarms.',
  })
}

function tooLong(): Problem {
  return new Problem({
    kind: 'too_large',
    what: 'The comment is too long.',
    where: 'comment',
    why: `A comment has at most ${LONGEST_COMMENT} characters.`,
    next: 'Shorten it.',
  })
}

function refused(refusal: Refusal, alarm: AlarmRow): Problem {
  return new Problem({
    kind: 'conflict',
    ...explained[refusal],
    facts: { refusal, state: displayState(alarm), raise: alarm.raise },
  })
}

const explained: Readonly<Record<Refusal, { what: string; why: string; next: string }>> = {
  not_open: {
    what: 'The alarm is not open.',
    why: 'It has returned to normal and nothing is left to do with it.',
    next: 'Load the alarm again to see what happened.',
  },
  already_acknowledged: {
    what: 'The alarm is acknowledged already.',
    why: 'Somebody else acknowledged it first.',
    next: 'Load the alarm again to see who did.',
  },
  another_raise: {
    what: 'The alarm was raised anew in the meantime.',
    why: 'The acknowledgement names an earlier raise than the one that stands now.',
    next: 'Load the alarm again, look at the new raise and acknowledge that.',
  },
  has_case: {
    what: 'The alarm has a case already.',
    why: 'A case was opened for this occurrence before.',
    next: 'Load the alarm again and follow its case.',
  },
}
