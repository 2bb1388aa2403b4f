import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
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
  await emptyEvents(work, caseId)
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
  await effects.erased(work, { case: caseId, report: id, actor, at })
  return count
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

/** What staff wrote, to the public or among themselves, may name people: the words go, the event stays. */
async function emptyEvents(work: UnitOfWork, caseId: string): Promise<void> {
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
    for (const { id, data } of rows) {
      await work.query
        .updateTable('case_event')
        .set({ data: withoutText(data) })
        .where('id', '=', id)
        .execute()
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < eventsAtOnce) return
    after = last.sequence
  }
}

function withoutText(data: string): string {
  return JSON.stringify(JSON.parse(data), (key, value: unknown) =>
    key === 'text' ? undefined : value,
  )
}
