import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Hold } from './privacy.ts'

const listedAtMost = 1_000

/** Of these cases the ones that may not be erased: held themselves, or merged into one that is. */
export async function heldAmong(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<ReadonlySet<string>> {
  if (cases.length === 0) return new Set()
  const rows = await query
    .selectFrom('case')
    .innerJoin('legal_hold', (join) =>
      join.on((eb) =>
        eb.or([
          eb('legal_hold.case', '=', eb.ref('case.id')),
          eb('legal_hold.case', '=', eb.ref('case.root')),
        ]),
      ),
    )
    .select('case.id')
    .where('case.id', 'in', cases)
    .where('legal_hold.released_at', 'is', null)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Throws Problem conflict when any of them is held. */
export async function refuseHeld(
  query: ScopedQueries,
  cases: readonly string[],
): Promise<void> {
  const held = await heldAmong(query, cases)
  if (held.size === 0) return
  throw new Problem({
    kind: 'conflict',
    what: 'The case is under a legal hold, so nothing of it can be erased.',
    where: `case ${[...held].join(', ')}`,
    next: 'Release the hold first, if you may: gatuvakt privacy release <case>.',
  })
}

export async function addHold(
  work: UnitOfWork,
  hold: Omit<Hold, 'since'> & { readonly at: TimeUs },
): Promise<Hold> {
  const { at, ...rest } = hold
  const there = await inForce(work.query, hold.case)
  if (there !== undefined) {
    throw new Problem({
      kind: 'conflict',
      what: 'The case is under a legal hold already.',
      where: `case ${hold.case}`,
      next: 'Nothing need be done; release that hold to give another reference.',
    })
  }
  await work.query
    .insertInto('legal_hold')
    .values({
      organisation: work.organisation,
      ...rest,
      since: at,
      released_at: null,
      released_by: null,
    })
    .execute()
  return { ...rest, since: at }
}

export async function endHold(
  work: UnitOfWork,
  { case: caseId, actor, at }: Pick<Hold, 'case' | 'actor'> & { readonly at: TimeUs },
): Promise<void> {
  const ended = await work.query
    .updateTable('legal_hold')
    .set({ released_at: at, released_by: actor })
    .where('case', '=', caseId)
    .where('released_at', 'is', null)
    .executeTakeFirst()
  if (Number(ended.numUpdatedRows) > 0) return
  throw new Problem({
    kind: 'not_found',
    what: 'The case is under no legal hold.',
    where: `case ${caseId}`,
    next: 'See those in force: gatuvakt privacy holds.',
  })
}

export async function readHolds(query: ScopedQueries): Promise<readonly Hold[]> {
  return await query
    .selectFrom('legal_hold')
    .select(['id', 'case', 'reference', 'since', 'actor'])
    .where('released_at', 'is', null)
    .orderBy('since', 'desc')
    .limit(listedAtMost)
    .execute()
}

async function inForce(query: ScopedQueries, caseId: string) {
  return await query
    .selectFrom('legal_hold')
    .select('id')
    .where('case', '=', caseId)
    .where('released_at', 'is', null)
    .executeTakeFirst()
}
