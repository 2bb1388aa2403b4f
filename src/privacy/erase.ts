import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'

/**
 * Erases what one report or follow-up told of a person. With the last of a case its key goes too.
 * Returns 1, or 0 for what was erased before or never there.
 */
export async function erasePerson(
  work: UnitOfWork,
  { id, at }: { readonly id: string; readonly at: TimeUs },
): Promise<number> {
  const { query } = work
  const erased = await query
    .updateTable('personal')
    .set({ sealed: null, erased_at: at })
    .where('id', '=', id)
    .where('sealed', 'is not', null)
    .returning('case')
    .executeTakeFirst()
  await query.deleteFrom('personal_index').where('id', '=', id).execute()
  await query
    .updateTable('released_text')
    .set({ text: null })
    .where('id', '=', id)
    .execute()
  if (erased === undefined) return 0
  const other = await query
    .selectFrom('personal')
    .select('id')
    .where('case', '=', erased.case)
    .where('sealed', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  if (other === undefined) {
    await query
      .updateTable('sealing_key')
      .set({ wrapped: null })
      .where('case', '=', erased.case)
      .execute()
  }
  return 1
}

/** Destroys the key of a case, and all that it sealed. Returns how many ids are erased now. */
export async function eraseCase(
  work: UnitOfWork,
  { case: caseId, at }: { readonly case: string; readonly at: TimeUs },
): Promise<number> {
  const { query } = work
  const erased = await query
    .updateTable('personal')
    .set({ sealed: null, erased_at: at })
    .where('case', '=', caseId)
    .where('sealed', 'is not', null)
    .executeTakeFirst()
  await query.deleteFrom('personal_index').where('case', '=', caseId).execute()
  await query
    .updateTable('released_text')
    .set({ text: null })
    .where('case', '=', caseId)
    .execute()
  await markErased(work, caseId, at)
  return Number(erased.numUpdatedRows)
}

/** Without its key; a case that never had one gets the mark alone. */
async function markErased(work: UnitOfWork, caseId: string, at: TimeUs): Promise<void> {
  const gone = { wrapped: null, case_erased_at: at }
  const { organisation } = work
  await work.query
    .insertInto('sealing_key')
    .values({ organisation, case: caseId, contacts_erased_at: null, ...gone })
    .onConflict((conflict) => conflict.columns(['organisation', 'case']).doUpdateSet(gone))
    .execute()
}
