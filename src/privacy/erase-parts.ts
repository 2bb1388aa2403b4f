import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { heldAmong } from './holds.ts'
import type { PersonalData } from './personal-data.ts'
import type { PrivacyEffects } from './privacy.ts'
import { saidElsewhere, saidLater, type Said } from './said-later.ts'
import { forgetStaffTexts, maskStaffTexts } from './staff-texts.ts'

export interface EraseParts {
  readonly personal: PersonalData
  readonly effects: PrivacyEffects
}

interface By {
  readonly actor: string
  readonly at: TimeUs
}

/**
 * Erases all that people said in one case, what those who reported it added in another one (it was merged
 * then), and what staff wrote about it: the key, photos, texts of events. What stays is its statistics:
 * category, place, times, states. Returns how many ids. What lies in another case that is under a legal
 * hold stays there.
 */
export async function eraseWholeCase(
  { personal, effects }: EraseParts,
  work: UnitOfWork,
  { case: caseId, actor, at }: By & { readonly case: string },
): Promise<number> {
  const { query } = work
  const elsewhere = await notHeld(work, await saidElsewhere(query, caseId))
  const count =
    (await eraseSaid({ personal, effects }, work, elsewhere)) +
    (await personal.erase(work, { case: caseId }))
  await endSubscribers(work, { case: caseId }, at)
  await effects.forgetPhotos(work, { case: caseId })
  await query
    .updateTable('case')
    // Whoever has it outside may be a person. What is searched holds the address too.
    .set((eb) => ({
      closing_text: null,
      forwarded_to: null,
      forwarded_reference: null,
      address: null,
      search: eb.fn<string>('lower', ['number']),
    }))
    .where('id', '=', caseId)
    .execute()
  await forgetKeys(work, { case: caseId })
  await query
    .updateTable('report')
    .set({ address: null })
    .where('case', '=', caseId)
    .execute()
  await query
    .updateTable('follow_up')
    .set({ idempotency_key: null })
    .where('case', '=', caseId)
    .execute()
  await query
    .updateTable('legal_hold')
    .set({ reference: '' })
    .where('case', '=', caseId)
    .execute()
  await forgetStaffTexts(work, caseId)
  const others = new Set(elsewhere.map((said) => said.case)).difference(new Set([caseId]))
  for (const about of others) await maskStaffTexts(work, about)
  for (const about of [caseId, ...others])
    await effects.erased(work, { case: about, actor, at })
  return count
}

/**
 * Erases what one report told of a person with what that person added to it and answered later, wherever
 * it lies; or one follow-up alone. Photos go with them. Returns how many ids, 0 when there was nothing.
 */
export async function eraseOnePerson(
  { personal, effects }: EraseParts,
  work: UnitOfWork,
  { id, case: caseId, actor, at }: By & { readonly id: string; readonly case: string },
): Promise<number> {
  const later = await notHeld(work, await saidLater(work.query, id))
  const said = [{ id, case: caseId }, ...later]
  const count = await eraseSaid({ personal, effects }, work, said)
  if (count === 0) return 0
  await endSubscribers(work, { report: id }, at)
  await forgetKeys(work, { id })
  await work.query
    .updateTable('report')
    .set({ address: null })
    .where('id', '=', id)
    .execute()
  for (const about of new Set(said.map((one) => one.case))) {
    await maskStaffTexts(work, about)
    await effects.erased(work, { case: about, report: id, actor, at })
  }
  return count
}

/** Of these ids what was said, and their photos; returns how many there were. */
async function eraseSaid(
  { personal, effects }: EraseParts,
  work: UnitOfWork,
  said: readonly Said[],
): Promise<number> {
  let count = 0
  for (const { id } of said) {
    if ((await personal.erase(work, { id })) === 0) continue
    count += 1
    await effects.forgetPhotos(work, { report: id })
    await work.query
      .updateTable('follow_up')
      .set({ idempotency_key: null })
      .where('id', '=', id)
      .execute()
  }
  return count
}

async function notHeld(
  { query }: UnitOfWork,
  said: readonly Said[],
): Promise<readonly Said[]> {
  const held = await heldAmong(query, [...new Set(said.map((one) => one.case))])
  return said.filter((one) => !held.has(one.case))
}

/**
 * By what a report would be known if it were sent again, the address that it has at a partner, and the
 * code of the sign it came from: whoever sent it chose them.
 */
async function forgetKeys(
  { query }: UnitOfWork,
  of: { readonly case: string } | { readonly id: string },
): Promise<void> {
  const [column, value] =
    'case' in of ? (['case', of.case] as const) : (['id', of.id] as const)
  await query
    .deleteFrom('open311_intake')
    .where('key', 'in', (eb) =>
      eb
        .selectFrom('report')
        .select('report.idempotency_key')
        .where(`report.${column}`, '=', value)
        .where('report.idempotency_key', 'is not', null)
        .$castTo<string>(),
    )
    .execute()
  await query
    .updateTable('report')
    .set({ idempotency_key: null, source_detail: null })
    .where(column, '=', value)
    .execute()
}

/** Where these doors make the keys themselves, of hashes: a letter, a partner's link. */
const ownKeys = ['email', 'open311']

/** Keys that people or their programs chose, where the words themselves stay. */
export async function forgetChosenKeys(
  { query }: UnitOfWork,
  caseId: string,
): Promise<void> {
  await query
    .updateTable('report')
    .set({ idempotency_key: null, source_detail: null })
    .where('case', '=', caseId)
    .where('source', 'not in', ownKeys)
    .execute()
  await query
    .updateTable('follow_up')
    .set({ idempotency_key: null })
    .where('case', '=', caseId)
    .where('source', 'not in', ownKeys)
    .execute()
}

/** Nobody is mailed any more, and follow links end. */
export async function endSubscribers(
  work: UnitOfWork,
  of: { readonly case: string } | { readonly report: string },
  at: TimeUs,
): Promise<void> {
  const ended = work.query
    .updateTable('subscriber')
    .set({ ended_at: at, wants_updates: 0 })
    .where('ended_at', 'is', null)
  await (
    'case' in of ? ended.where('case', '=', of.case) : ended.where('report', '=', of.report)
  ).execute()
}
