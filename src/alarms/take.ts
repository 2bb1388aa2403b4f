import type { Clock } from '../domain/clock.ts'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { DetectorTransition } from '../domain/transition.ts'
import type { AlarmEffects, RuleFacts } from './alarms.ts'
import { alarmId, transitionId } from './ids.ts'
import { Ledger } from './ledger.ts'
import { isOlder, placeText } from './place.ts'
import type { AlarmRow } from './rows.ts'
import { unknownRule, type RuleFactsOf } from './rule-facts.ts'
import { knownTransitions } from './statements.ts'

/** Transitions in one transaction. A larger batch takes several, each complete in itself. */
export const LARGEST_TRANSACTION = 500

/** Evidence kept of one transition; a decision rests on a handful of readings. */
const MOST_EVIDENCE = 32

export interface TakeParts {
  readonly database: Database
  readonly clock: Clock
  readonly effects: AlarmEffects
  readonly ruleFacts: RuleFactsOf
}

interface Named {
  readonly id: string
  readonly alarm: string
  readonly said: DetectorTransition
}

/** What a batch's rules are, read before the transaction because its body awaits only the database. */
type Rules = ReadonlyMap<string, RuleFacts>

/**
 * Takes in what the detector said, in its order. What is known by its id changes nothing, so the
 * detector may say everything again after a crash, also when only some of a large batch's
 * transactions had been committed.
 */
export async function take(
  parts: TakeParts,
  organisation: OrganisationId,
  transitions: readonly DetectorTransition[],
  facts: (rule: string) => RuleFacts | undefined,
): Promise<void> {
  const named = nameAll(organisation, transitions)
  if (named.length === 0) return
  const rules = await rulesOf(parts, organisation, named, facts)
  for (let from = 0; from < named.length; from += LARGEST_TRANSACTION) {
    const batch = named.slice(from, from + LARGEST_TRANSACTION)
    const now = parts.clock.now()
    await parts.database.write(organisation, 'alarm', (work) =>
      takeIn(work, batch, { rules, now, effects: parts.effects }),
    )
  }
}

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

async function rulesOf(
  { ruleFacts }: TakeParts,
  organisation: OrganisationId,
  named: readonly Named[],
  facts: (rule: string) => RuleFacts | undefined,
): Promise<Rules> {
  const rules = new Map<string, RuleFacts>()
  for (const rule of new Set(named.map(({ said }) => said.key.rule))) {
    // A rule that was retired meanwhile is not active, but its last version is still on record.
    const known = facts(rule) ?? (await ruleFacts(organisation, rule))
    if (known !== undefined) rules.set(rule, known)
  }
  return rules
}

async function takeIn(
  work: UnitOfWork,
  batch: readonly Named[],
  { rules, now, effects }: { rules: Rules; now: TimeUs; effects: AlarmEffects },
): Promise<void> {
  const known = await knownTransitions(
    work,
    batch.map(({ id }) => id),
  )
  const fresh = batch.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return
  const ledger = await Ledger.open(work, [...new Set(fresh.map(({ alarm }) => alarm))])
  for (const named of fresh) takeOne(ledger, named, { rules, now })
  await ledger.save(effects)
}

function takeOne(
  ledger: Ledger,
  { id, alarm, said }: Named,
  { rules, now }: { rules: Rules; now: TimeUs },
): void {
  const { key, event, historical } = said
  const known = rules.get(key.rule)
  const row = ledger.look(alarm)?.alarm ?? newAlarm(alarm, said)
  const rule = known ?? { ...unknownRule(key.rule), priority: row.priority }
  if (ledger.look(alarm) === undefined) ledger.add(row)
  const happening = {
    id,
    event: { kind: event, historical, confirm: rule.confirm },
    rule,
    at: said.at,
    now,
    actor: 'detector',
    comment: null,
    ruleVersion: said.ruleVersion,
    evidence: JSON.stringify(said.evidence.slice(0, MOST_EVIDENCE)),
    position: placeText(said),
  }
  if (isOlder(said, row.last_position)) {
    ledger.journalOnly(alarm, {
      ...happening,
      comment: 'older than what was taken in before',
    })
    return
  }
  const refusal = ledger.move(alarm, happening)
  if (refusal !== undefined)
    throw new Error(`the life-cycle refused a detector: ${refusal}`)
}

function newAlarm(id: string, { key, at }: DetectorTransition): AlarmRow {
  return {
    organisation: key.organisation,
    id,
    rule: key.rule,
    asset: key.asset,
    discriminator: key.discriminator,
    priority: unknownRule(key.rule).priority,
    condition: 'normal',
    evidence_state: 'good',
    acknowledged: 1,
    occurrence: null,
    raise: 0,
    last_change_at: at,
    last_position: '',
  }
}
