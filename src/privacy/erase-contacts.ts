import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { unwrap } from './case-keys.ts'
import { sealPerson, unsealPerson, type Sealer } from './create-personal-data.ts'
import { endSubscribers, forgetChosenKeys } from './erase-parts.ts'
import { mask } from './mask.ts'
import { maskStaffTexts } from './staff-texts.ts'

export interface ContactsOf {
  readonly case: string
  /** Of these reports and follow-ups alone; left out: of all, and nobody is told any more. */
  readonly ids?: readonly string[]
  readonly at: TimeUs
}

/**
 * Takes the names, addresses and numbers out of what people said in one case, in their texts and in
 * those that were released, and addresses and numbers out of what staff wrote; the keys that people's
 * programs chose go too. The words themselves stay until the case goes. Returns how many ids. At most
 * 1,000 a call: the case is marked only when none is left.
 */
export async function eraseContacts(
  sealer: Sealer,
  work: UnitOfWork,
  of: ContactsOf,
): Promise<number> {
  const { case: caseId, ids, at } = of
  const people = await withoutContacts(sealer, work, of)
  if (people === reportsAtMost) return people
  if (ids === undefined) {
    await endSubscribers(work, { case: caseId }, at)
    await forgetChosenKeys(work, caseId)
    await markBare(work, caseId, at)
  }
  if (ids === undefined || people > 0) await maskStaffTexts(work, caseId)
  return people
}

async function withoutContacts(
  sealer: Sealer,
  work: UnitOfWork,
  { case: caseId, ids, at }: ContactsOf,
): Promise<number> {
  const { query, organisation } = work
  const row = await query
    .selectFrom('sealing_key')
    .select('wrapped')
    .where('case', '=', caseId)
    .executeTakeFirst()
  if (row === undefined || row.wrapped === null) return 0
  const key = unwrap(sealer, { organisation, case: caseId, wrapped: row.wrapped })
  let chosen = query
    .selectFrom('personal')
    .select(['id', 'sealed'])
    .where('case', '=', caseId)
    .where('sealed', 'is not', null)
    .where('contact_erased_at', 'is', null)
    .orderBy('id')
    .limit(reportsAtMost)
  if (ids !== undefined) chosen = chosen.where('id', 'in', ids)
  const people = await chosen.execute()
  for (const { id, sealed } of people) {
    if (sealed === null) continue
    const person = unsealPerson({ organisation, id, case: caseId, sealed }, key)
    const bare = { name: null, email: null, phone: null, text: mask(person.text).text }
    await query
      .updateTable('personal')
      .set({
        sealed: sealPerson(sealer, organisation, { id, case: caseId, person: bare }, key),
        contact_erased_at: at,
      })
      .where('id', '=', id)
      .execute()
    await query.deleteFrom('personal_index').where('id', '=', id).execute()
    await maskReleased(query, id)
  }
  return people.length
}

/** Whoever released it may have left a number in. */
async function maskReleased(query: ScopedQueries, id: string): Promise<void> {
  const row = await query
    .selectFrom('released_text')
    .select('text')
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined || row.text === null) return
  await query
    .updateTable('released_text')
    .set({ text: mask(row.text).text })
    .where('id', '=', id)
    .execute()
}

/** Also a case of which nobody said anything: staff wrote about it. */
async function markBare(work: UnitOfWork, caseId: string, at: TimeUs): Promise<void> {
  const { organisation } = work
  const done = { contacts_erased_at: at }
  await work.query
    .insertInto('sealing_key')
    .values({ organisation, case: caseId, wrapped: null, case_erased_at: null, ...done })
    .onConflict((conflict) => conflict.columns(['organisation', 'case']).doUpdateSet(done))
    .execute()
}

/** In one transaction: some hundred ms. */
const reportsAtMost = 1_000
