import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { unwrap } from './case-keys.ts'
import { sealPerson, unsealPerson, type Sealer } from './create-personal-data.ts'
import { endSubscribers, maskStaffTexts } from './erase-parts.ts'
import { mask } from './mask.ts'

export interface ContactsOf {
  readonly case: string
  /** Of these reports and follow-ups alone; left out: of all, and nobody is told any more. */
  readonly ids?: readonly string[]
  readonly at: TimeUs
}

/**
 * Takes the names, addresses and numbers out of what people said in one case, in their texts too, and
 * addresses and numbers out of what staff wrote;
 * the words themselves stay until the case goes. Returns how many ids. At most 1,000
 * a call: the case is marked only when none is left.
 */
export async function eraseContacts(
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
  }
  if (people.length > 0) await maskStaffTexts(work, caseId)
  if (people.length === reportsAtMost || ids !== undefined) return people.length
  await endSubscribers(work, { case: caseId }, at)
  await query
    .updateTable('sealing_key')
    .set({ contacts_erased_at: at })
    .where('case', '=', caseId)
    .execute()
  return people.length
}

/** In one transaction: some hundred ms. */
const reportsAtMost = 1_000
