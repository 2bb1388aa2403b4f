import { storedEvent, type AppendEvent } from '../cases/events.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import type { PersonalData } from '../privacy/personal-data.ts'

/** Times that one case is handed over. */
const HANDED_MAX = 500

/** What keeping and forgetting words stands on. */
export interface SentWordsParts {
  readonly personal: Pick<PersonalData, 'keep'>
  readonly append: AppendEvent
}

/**
 * Keeps what a partner was told of a case under the case's key, and tells the history, among staff, that it
 * was: the event `forwarded` refers to the words by `id`, and has none itself.
 */
export async function keepSentWords(
  work: UnitOfWork,
  { personal, append }: SentWordsParts,
  sent: {
    readonly id: string
    readonly case: string
    readonly text: string
    /** What the partner is called. */
    readonly outside: string
    readonly actor: string
    readonly at: TimeUs
  },
): Promise<void> {
  const { id, case: caseId, text, outside, actor, at } = sent
  const person = { name: null, email: null, phone: null, text }
  await personal.keep(work, { id, case: caseId, person })
  const data = { outside, reference: id }
  await append(work, caseId, {
    kind: 'forwarded',
    actor,
    at,
    visibility: 'internal',
    data,
  })
}

/** Erases what partners were told of a case: somebody who reported it is erased, and may stand in it. */
export async function forgetSentWords(
  work: UnitOfWork,
  personal: Pick<PersonalData, 'erase'>,
  caseId: string,
): Promise<void> {
  const rows = await work.query
    .selectFrom('case_event')
    .selectAll()
    .where('case', '=', caseId)
    .where('kind', '=', 'forwarded')
    .orderBy('sequence')
    .limit(HANDED_MAX)
    .execute()
  for (const { data } of rows.map(storedEvent)) {
    if (data.reference !== undefined) await personal.erase(work, { id: data.reference })
  }
}
