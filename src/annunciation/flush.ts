import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { policyOf, type DeskCatalogue } from './catalogue.ts'
import { disabledChannels } from './channel-state.ts'
import { derivedId } from '../database/derived-id.ts'
import { recipientsOf, wantsRecoveries } from './recipients.ts'
import type { Group, Knowledge, World } from './group.ts'
import { playRound } from './round.ts'
import { loadGroup, saveKnowledge, saveLines, saveMembers, type GroupName } from './rows.ts'
import { arrivalOf, deliveriesOf, putTelling } from './tellings.ts'
import type { Calendar } from '../calendar/civil-time.ts'

export interface FlushSetting {
  readonly catalogue: DeskCatalogue
  readonly calendar: Calendar
  readonly now: TimeUs
}

/** The group that has been due longest; undefined when none is. */
export async function nextDueGroup(
  { query }: Pick<UnitOfWork, 'query'>,
  now: TimeUs,
): Promise<GroupName | undefined> {
  return query
    .selectFrom('telling_group')
    .select(['desk', 'group_key as group'])
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('desk')
    .orderBy('group_key')
    .limit(1)
    .executeTakeFirst()
}

/**
 * Does everything that one group has to do now, in the caller's transaction: who is told and what
 * they know are written together, so whoever dies in between has told nothing, and what is done
 * over again has the same ids.
 */
export async function flushGroup(
  work: UnitOfWork,
  name: GroupName,
  { catalogue, calendar, now }: FlushSetting,
): Promise<void> {
  const { desk, group: key } = name
  const group = await loadGroup(work, name)
  const disabled = new Set((await disabledChannels(work.query, catalogue)).keys())
  const tellings = new Set(
    group.knowledge.filter(({ open }) => open).map((one) => one.telling),
  )
  const fared = await deliveriesOf(work.query, [...tellings])
  const world: World = {
    calendar,
    recipients: (target) =>
      recipientsOf(target, { catalogue, calendar, at: now, disabled }),
    wantsRecoveries: (recipient) => wantsRecoveries(catalogue, recipient),
    arrival: (telling) => arrivalOf(fared.get(telling)),
    tellingId: (recipient, sequence) =>
      derivedId('telling', desk, key, recipient, sequence),
  }
  const round = playRound(policyOf(catalogue, desk), group, now, world)
  const finished = new Set(round.finished)
  const before = new Set(group.members)
  const changed = round.group.members
    .filter((member) => !before.has(member) || finished.has(member.occurrence))
    .map((member) => ({ member, open: !finished.has(member.occurrence) }))
  await saveMembers(work, name, changed, now)
  await saveKnowledge(work, desk, changes(group, round.group), now)
  const lines = new Set(group.lines)
  await saveLines(
    work,
    name,
    round.group.lines.filter((line) => !lines.has(line) && line.sequence > 0),
  )
  const priorities = new Map(group.members.map((one) => [one.occurrence, one.priority]))
  for (const telling of round.tellings) {
    const items = telling.items.toSorted(
      (a, b) => (priorities.get(a.occurrence) ?? 9) - (priorities.get(b.occurrence) ?? 9),
    )
    const rest = { desk, group: key, kind: 'alarms', at: now } as const
    await putTelling(work, catalogue, { ...telling, ...rest, items })
  }
  await work.query
    .updateTable('telling_group')
    .set({ due_at: round.due ?? null, changed_at: now })
    .where('desk', '=', desk)
    .where('group_key', '=', key)
    .execute()
}

function changes(
  before: Group,
  after: Group,
): readonly { readonly before: Knowledge | undefined; readonly after: Knowledge }[] {
  const known = new Map(before.knowledge.map((one) => [key(one), one]))
  return after.knowledge
    .map((one) => ({ before: known.get(key(one)), after: one }))
    .filter((pair) => pair.before !== pair.after)
}

function key({ recipient, occurrence }: Knowledge): string {
  return `${recipient} ${occurrence}`
}
