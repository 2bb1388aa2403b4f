import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { heldAmong } from './holds.ts'
import { mask } from './mask.ts'
import type { PersonalData } from './personal-data.ts'
import type { PrivacyEffects } from './privacy.ts'
import { saidElsewhere, saidLater, type Said } from './said-later.ts'

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
    // What is searched holds the address too.
    .set((eb) => ({
      closing_text: null,
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
  await changeTexts(work, caseId, () => undefined)
  for (const about of new Set([caseId, ...elsewhere.map((said) => said.case)]))
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

/** By what a report would be known if it were sent again, and the address that it has at a partner. */
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
    .set({ idempotency_key: null })
    .where(column, '=', value)
    .execute()
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
