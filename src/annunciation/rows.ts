import type { Insertable, Selectable } from 'kysely'
import type { UnitOfWork } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Group, Knowledge, Line } from './group.ts'
import type { Member } from './steps.ts'

/** Rows in one statement. */
const PER_STATEMENT = 500

export interface GroupName {
  readonly desk: string
  readonly group: string
}

type EscalationRow = Selectable<Tables['escalation']>

export function memberOf(row: EscalationRow): Member {
  const { occurrence, alarm, phase, priority, level, raise, edition, step } = row
  const { since, because } = row
  const due = row.due_at ?? undefined
  return {
    occurrence,
    alarm,
    phase,
    priority,
    level,
    raise,
    edition,
    step,
    because,
    since,
    due,
  }
}

/** Puts members where they are now; `open`: something is left to do. */
export async function saveMembers(
  { organisation, query }: UnitOfWork,
  { desk, group }: GroupName,
  members: readonly { readonly member: Member; readonly open: boolean }[],
  now: TimeUs,
): Promise<void> {
  const rows = members.map(({ member, open }): Insertable<Tables['escalation']> => {
    const { due, ...columns } = member
    return {
      ...columns,
      organisation,
      desk,
      group_key: group,
      due_at: due ?? null,
      open: open ? 1 : 0,
      changed_at: now,
    }
  })
  for (const some of chunks(rows)) {
    await query
      .insertInto('escalation')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['organisation', 'desk', 'occurrence']).doUpdateSet((eb) => ({
          phase: eb.ref('excluded.phase'),
          priority: eb.ref('excluded.priority'),
          level: eb.ref('excluded.level'),
          raise: eb.ref('excluded.raise'),
          edition: eb.ref('excluded.edition'),
          step: eb.ref('excluded.step'),
          due_at: eb.ref('excluded.due_at'),
          because: eb.ref('excluded.because'),
          since: eb.ref('excluded.since'),
          open: eb.ref('excluded.open'),
          changed_at: eb.ref('excluded.changed_at'),
        })),
      )
      .execute()
  }
}

/** The group is looked at again at `look`, or earlier if it would have been. */
export async function lookAtGroup(
  { organisation, query }: UnitOfWork,
  { desk, group }: GroupName,
  { look, now }: { readonly look: TimeUs; readonly now: TimeUs },
): Promise<void> {
  await query
    .insertInto('telling_group')
    .values({ organisation, desk, group_key: group, due_at: look, changed_at: now })
    .onConflict((conflict) =>
      conflict.columns(['organisation', 'desk', 'group_key']).doUpdateSet((eb) => ({
        changed_at: now,
        due_at: eb
          .case()
          .when(
            eb.or([
              eb('telling_group.due_at', 'is', null),
              eb('telling_group.due_at', '>', look),
            ]),
          )
          .then(look)
          .else(eb.ref('telling_group.due_at'))
          .end(),
      })),
    )
    .execute()
}

type KnowledgeRow = Pick<
  Selectable<Tables['told']>,
  | 'recipient'
  | 'occurrence'
  | 'wanted'
  | 'open'
  | 'edition'
  | 'telling'
  | 'step'
  | 'because'
>

function knowledgeOf({ wanted, open, ...row }: KnowledgeRow): Knowledge {
  return { ...row, wanted: wanted === 1, open: open === 1 }
}

/** Everything of a group with which something is left to do. */
export async function loadGroup(
  { query }: UnitOfWork,
  { desk, group }: GroupName,
): Promise<Group> {
  const escalations = await query
    .selectFrom('escalation')
    .selectAll()
    .where('desk', '=', desk)
    .where('group_key', '=', group)
    .where('open', '=', 1)
    .orderBy('occurrence')
    .execute()
  const known = await query
    .selectFrom('told')
    .innerJoin('escalation', (join) =>
      join
        .onRef('escalation.desk', '=', 'told.desk')
        .onRef('escalation.occurrence', '=', 'told.occurrence'),
    )
    .select(['told.recipient', 'told.occurrence', 'told.wanted', 'told.open'])
    .select(['told.edition', 'told.telling', 'told.step', 'told.because'])
    .where('escalation.desk', '=', desk)
    .where('escalation.group_key', '=', group)
    .where('escalation.open', '=', 1)
    .orderBy('told.recipient')
    .orderBy('told.occurrence')
    .execute()
  const lines = await query
    .selectFrom('telling_line')
    .selectAll()
    .where('desk', '=', desk)
    .where('group_key', '=', group)
    .execute()
  return {
    members: escalations.map(memberOf),
    knowledge: known.map(knowledgeOf),
    lines: lines.map(({ recipient, sequence, told_at: at }) => {
      return { recipient, sequence, at: at ?? undefined }
    }),
  }
}

export async function saveKnowledge(
  { organisation, query }: UnitOfWork,
  desk: string,
  changes: readonly { readonly before: Knowledge | undefined; readonly after: Knowledge }[],
  now: TimeUs,
): Promise<void> {
  const rows = changes.map(({ before, after }): Insertable<Tables['told']> => {
    const begins = after.open && before?.open !== true
    const ends = !after.open && before?.open === true
    return {
      ...after,
      organisation,
      desk,
      wanted: after.wanted ? 1 : 0,
      open: after.open ? 1 : 0,
      // Null leaves what stands there, but for the end of a raise that begins anew.
      raise_told_at: begins ? now : null,
      clear_told_at: ends ? now : null,
    }
  })
  for (const some of chunks(rows)) {
    await query
      .insertInto('told')
      .values(some)
      .onConflict((conflict) =>
        conflict
          .columns(['organisation', 'desk', 'occurrence', 'recipient'])
          .doUpdateSet((eb) => ({
            wanted: eb.ref('excluded.wanted'),
            open: eb.ref('excluded.open'),
            edition: eb.ref('excluded.edition'),
            telling: eb.ref('excluded.telling'),
            step: eb.ref('excluded.step'),
            because: eb.ref('excluded.because'),
            raise_told_at: eb.fn.coalesce('excluded.raise_told_at', 'told.raise_told_at'),
            clear_told_at: eb
              .case()
              .when('excluded.raise_told_at', 'is not', null)
              .then(null)
              .else(eb.fn.coalesce('excluded.clear_told_at', 'told.clear_told_at'))
              .end(),
          })),
      )
      .execute()
  }
}

export async function saveLines(
  { organisation, query }: UnitOfWork,
  { desk, group }: GroupName,
  lines: readonly Line[],
): Promise<void> {
  for (const { recipient, sequence, at } of lines) {
    const told = { sequence, told_at: at ?? null }
    await query
      .insertInto('telling_line')
      .values({ organisation, desk, group_key: group, recipient, ...told })
      .onConflict((conflict) =>
        conflict
          .columns(['organisation', 'desk', 'group_key', 'recipient'])
          .doUpdateSet(told),
      )
      .execute()
  }
}

function chunks<T>(rows: readonly T[]): T[][] {
  const count = Math.ceil(rows.length / PER_STATEMENT)
  return Array.from({ length: count }, (_, index) =>
    rows.slice(index * PER_STATEMENT, (index + 1) * PER_STATEMENT),
  )
}
