import { z } from 'zod'
import type { UnitOfWork } from '../database/database.ts'
import { mask } from './mask.ts'

/** Everything that staff wrote about a case, to the public or among themselves; the events stay. */
export async function forgetStaffTexts(work: UnitOfWork, caseId: string): Promise<void> {
  await changeTexts(work, caseId, () => undefined)
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
    .select(['closing_text', 'forwarded_to'])
    .where('id', '=', caseId)
    .executeTakeFirst()
  if (row === undefined) return
  const { closing_text: closing, forwarded_to: outside } = row
  if (closing === null && outside === null) return
  await query
    .updateTable('case')
    .set({
      closing_text: closing === null ? null : masked(closing),
      forwarded_to: outside === null ? null : masked(outside),
    })
    .where('id', '=', caseId)
    .execute()
}

/** What of an event staff wrote: words, and the name of whoever has the case outside. */
export const staffWords: readonly string[] = ['text', 'outside']
const wordy: ReadonlySet<string> = new Set(staffWords)

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
      .where((eb) => eb.or(staffWords.map((name) => eb('data', 'like', `%"${name}"%`))))
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

/** The data of an event is flat. */
const fields = z.record(z.string(), z.unknown())

function withText(data: string, change: (text: string) => string | undefined): string {
  const before = fields.parse(JSON.parse(data))
  // What those outside call it goes with their name; of an order it is the order's id.
  const isTheirs = typeof before['outside'] === 'string' && change('') === undefined
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(before)
        .filter(([name]) => !(isTheirs && name === 'reference'))
        .map(([name, value]) =>
          wordy.has(name) && typeof value === 'string'
            ? [name, change(value)]
            : [name, value],
        ),
    ),
  )
}
