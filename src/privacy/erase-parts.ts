import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { mask } from './mask.ts'
import type { PersonalData } from './personal-data.ts'
import type { PrivacyEffects } from './privacy.ts'

export interface EraseParts {
  readonly personal: PersonalData
  readonly effects: PrivacyEffects
}

interface By {
  readonly actor: string
  readonly at: TimeUs
}

/**
 * Erases all that people said in one case and what staff wrote about it: the key, photos, texts of
 * events. What stays is its statistics: category, place, times, states. Returns how many ids.
 */
export async function eraseWholeCase(
  { personal, effects }: EraseParts,
  work: UnitOfWork,
  { case: caseId, actor, at }: By & { readonly case: string },
): Promise<number> {
  const { query } = work
  const count = await personal.erase(work, { case: caseId })
  await endSubscribers(work, { case: caseId }, at)
  await effects.forgetPhotos(work, { case: caseId })
  await query
    .updateTable('case')
    // What is searched holds the address too.
    .set((eb) => ({
      closing_text: null,
      address: null,
      search: eb.fn<string>('lower', ['number']),
    }))
    .where('id', '=', caseId)
    .execute()
  await query
    .updateTable('report')
    .set({ address: null, idempotency_key: null })
    .where('case', '=', caseId)
    .execute()
  await query
    .updateTable('follow_up')
    .set({ idempotency_key: null })
    .where('case', '=', caseId)
    .execute()
  await changeTexts(work, caseId, () => undefined)
  await effects.erased(work, { case: caseId, actor, at })
  return count
}

/** Erases what one report or follow-up told of a person, with its photos. Returns 1, or 0 when there was nothing. */
export async function eraseOnePerson(
  { personal, effects }: EraseParts,
  work: UnitOfWork,
  { id, case: caseId, actor, at }: By & { readonly id: string; readonly case: string },
): Promise<number> {
  const count = await personal.erase(work, { id })
  if (count === 0) return 0
  await endSubscribers(work, { report: id }, at)
  await effects.forgetPhotos(work, { report: id })
  await work.query
    .updateTable('report')
    .set({ address: null, idempotency_key: null })
    .where('id', '=', id)
    .execute()
  await maskStaffTexts(work, caseId)
  await effects.erased(work, { case: caseId, report: id, actor, at })
  return count
}

/**
 * Takes addresses and numbers out of what staff wrote about a case: it may have copied there those of
 * whoever is erased now. Names cannot be found; whoever wrote one erases the case.
 */
export async function maskStaffTexts(work: UnitOfWork, caseId: string): Promise<void> {
  const { query } = work
  await changeTexts(work, caseId, masked)
  const row = await query
    .selectFrom('case')
    .select('closing_text')
    .where('id', '=', caseId)
    .executeTakeFirst()
  if (row === undefined || row.closing_text === null) return
  await query
    .updateTable('case')
    .set({ closing_text: masked(row.closing_text) })
    .where('id', '=', caseId)
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

/** Events that may hold words in one go; a case has some dozens. */
const eventsAtOnce = 500

/** Without contacts and numbers. */
function masked(text: string): string {
  return mask(text).text
}

/** What staff wrote, to the public or among themselves, becomes something else, or nothing; the event stays. */
async function changeTexts(
  work: UnitOfWork,
  caseId: string,
  change: (text: string) => string | undefined,
): Promise<void> {
  let after = 0
  for (;;) {
    const rows = await work.query
      .selectFrom('case_event')
      .select(['id', 'sequence', 'data'])
      .where('case', '=', caseId)
      .where('sequence', '>', after)
      .where('data', 'like', '%"text"%')
      .orderBy('sequence')
      .limit(eventsAtOnce)
      .execute()
    for (const { id, data: before } of rows) {
      const data = withText(before, change)
      if (data === before) continue
      await work.query
        .updateTable('case_event')
        .set({ data })
        .where('id', '=', id)
        .execute()
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < eventsAtOnce) return
    after = last.sequence
  }
}

function withText(data: string, change: (text: string) => string | undefined): string {
  return JSON.stringify(JSON.parse(data), (key, value: unknown) =>
    key === 'text' && typeof value === 'string' ? change(value) : value,
  )
}
