import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import { Problem } from '../domain/problem.ts'
import { earlier, later, toIso, type TimeUs } from '../domain/time.ts'
import { LISTED, spanOf } from './absence-times.ts'
import type { AbsenceView, NewAbsence } from './absence-views.ts'
import type { Absences, AssignmentParts } from './assignments.ts'
import { GRACE } from './grants.ts'
import { randomId } from './ids.ts'

type AbsenceRow = Readonly<Tables['absence']>

const LIST_MAX = 500

const idList = z.array(z.string())

/** See `Absences`. */
export function createAbsences(parts: AssignmentParts): Absences {
  const { database, clock } = parts
  return {
    async list(organisation, of) {
      const now = clock.now()
      const rows = await database
        .read(organisation)
        .selectFrom('absence')
        .selectAll()
        .where('until_at', '>=', earlier(now, LISTED))
        .$if(of !== undefined, (query) => query.where('person', '=', of?.person ?? ''))
        .orderBy('until_at', 'desc')
        .orderBy('id')
        .limit(LIST_MAX)
        .execute()
      return rows.map((row) => viewOf(row, now))
    },
    add: (organisation, absence) => add(parts, organisation, absence),
    end: (organisation, asked) => end(parts, organisation, asked),
  }
}

async function add(
  { database, clock, random, catalogue, audit }: AssignmentParts,
  organisation: Parameters<Absences['add']>[0],
  absence: NewAbsence,
): Promise<AbsenceView> {
  const { zone } = await catalogue(organisation)
  const now = clock.now()
  const { from, until } = spanOf(absence, { zone, now })
  const row: AbsenceRow = {
    organisation,
    id: randomId(random),
    person: absence.person,
    from_at: from,
    until_at: until,
    deputies: JSON.stringify(absence.deputies),
    scope: absence.scope,
    hand_back: absence.handBack ? 1 : 0,
    phase: 'planned',
    due_at: from,
    cursor: '',
    created_at: now,
    created_by: absence.by,
    ended_by: null,
  }
  await database.write(organisation, 'normal', async (work) => {
    await checkPeople(work.query, absence)
    await checkOverlap(work.query, row)
    await work.query.insertInto('absence').values(row).execute()
    await audit(work, {
      at: now,
      actor: absence.by,
      action: 'absence.added',
      subject: row.id,
      detail: { person: row.person, from: toIso(from), to: toIso(until) },
    })
  })
  return viewOf(row, now)
}

async function checkPeople(
  query: ScopedQueries,
  { person, deputies }: NewAbsence,
): Promise<void> {
  if (deputies.includes(person)) {
    throw new Problem({
      kind: 'invalid',
      what: 'Nobody stands in for oneself.',
      where: 'deputies',
      next: 'Name somebody else, or nobody for whoever is nearest in the unit.',
    })
  }
  const named = [person, ...deputies]
  const rows = await query
    .selectFrom('user')
    .select('id')
    .where('id', 'in', named)
    .execute()
  const known = new Set(rows.map(({ id }) => id))
  const missing = named.find((id) => !known.has(id))
  if (missing === undefined) return
  throw new Problem({
    kind: 'invalid',
    what: `There is nobody called "${missing}".`,
    where: missing === person ? 'person' : 'deputies',
    next: 'Name people as they stand under users in the configuration.',
  })
}

async function checkOverlap(query: ScopedQueries, row: AbsenceRow): Promise<void> {
  const other = await query
    .selectFrom('absence')
    .select(['id', 'from_at', 'until_at'])
    .where('person', '=', row.person)
    .where('phase', '<>', 'over')
    .where('from_at', '<', row.until_at)
    .where('until_at', '>', row.from_at)
    .limit(1)
    .executeTakeFirst()
  if (other === undefined) return
  throw new Problem({
    kind: 'conflict',
    what: 'There is an absence in this time already.',
    where: 'from',
    why: `It is from ${toIso(other.from_at)} until ${toIso(other.until_at)}.`,
    next: 'Choose other days, or end that one first.',
    facts: { absence: other.id },
  })
}

async function end(
  { database, clock, audit }: AssignmentParts,
  organisation: Parameters<Absences['end']>[0],
  { id, person, by }: Parameters<Absences['end']>[1],
): Promise<AbsenceView> {
  const now = clock.now()
  return await database.write(organisation, 'normal', async (work) => {
    const { query } = work
    const row = await query
      .selectFrom('absence')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    // Somebody else's is as unknown as one that is not there.
    if (row === undefined || (person !== undefined && row.person !== person)) {
      throw new Problem({
        kind: 'not_found',
        what: 'There is no such absence.',
        where: 'id',
        next: 'Look for it in the list of absences.',
      })
    }
    if (row.phase === 'over' || row.until_at <= now) return viewOf(row, now)
    const began = row.from_at <= now
    const changed: AbsenceRow = {
      ...row,
      // What begins and ends in one moment never was.
      until_at: began ? now : row.from_at,
      phase: began ? row.phase : 'over',
      due_at: began ? now : null,
      ended_by: by,
    }
    await query.updateTable('absence').set(changed).where('id', '=', id).execute()
    await shortenGrants(query, { id, until: later(now, GRACE) })
    const detail = { person: row.person }
    await audit(work, { at: now, actor: by, action: 'absence.ended', subject: id, detail })
    return viewOf(changed, now)
  })
}

async function shortenGrants(
  query: ScopedQueries,
  { id, until }: { readonly id: string; readonly until: TimeUs },
): Promise<void> {
  await query
    .updateTable('delegated_grant')
    .set({ until_at: until })
    .where('absence', '=', id)
    .where('until_at', '>', until)
    .execute()
}

function viewOf(row: AbsenceRow, now: TimeUs): AbsenceView {
  return {
    id: row.id,
    person: row.person,
    from: toIso(row.from_at),
    to: toIso(row.until_at),
    deputies: idList.parse(JSON.parse(row.deputies)),
    scope: row.scope,
    handBack: row.hand_back === 1,
    state: stateOf(row, now),
    by: row.created_by,
  }
}

/** By the clock: what the timer has yet to do is no matter of the people. */
function stateOf(row: AbsenceRow, now: TimeUs): AbsenceView['state'] {
  if (row.phase === 'over' || row.until_at <= now) return 'over'
  return row.from_at <= now ? 'running' : 'planned'
}
