import { derivedId } from '../database/derived-id.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { DEADLINE_MAIL, type DeadlineCatalogue, type DeadlineParts } from './parts.ts'
import type { PlannedStep } from './steps.ts'

/** Letters of one step. */
const LETTERS_AT_MOST = 50

/** Who gets a letter: a person, or a unit at its own address. */
type Receiver = { readonly person: string } | { readonly unit: string }

/**
 * Puts the letters of one step into the outbox. Where there is nobody to tell, the next one up is
 * told: assignee, unit, administrators.
 */
export async function sendDeadline(
  { enqueue }: Pick<DeadlineParts, 'enqueue'>,
  work: UnitOfWork,
  told: {
    readonly row: {
      readonly id: string
      readonly unit: string | null
      readonly assignee: string | null
    }
    readonly event: string
    readonly tell: PlannedStep['tell']
    readonly catalogue: DeadlineCatalogue
    readonly now: TimeUs
  },
): Promise<void> {
  const { row, event, now } = told
  for (const receiver of (await receiversOf(work, told)).slice(0, LETTERS_AT_MOST)) {
    await enqueue(work, {
      id: derivedId('deadline-mail', event, JSON.stringify(receiver)),
      kind: DEADLINE_MAIL,
      payload: { case: row.id, event, ...receiver },
      dueAt: now,
    })
  }
}

async function receiversOf(
  work: UnitOfWork,
  {
    row: { assignee, unit },
    tell,
    catalogue,
  }: {
    readonly row: { readonly unit: string | null; readonly assignee: string | null }
    readonly tell: PlannedStep['tell']
    readonly catalogue: DeadlineCatalogue
  },
): Promise<readonly Receiver[]> {
  if (tell === 'assignee' && assignee !== null) return [{ person: assignee }]
  const own = unit === null ? undefined : catalogue.units.get(unit)
  if (tell !== 'administrator' && unit !== null && own !== undefined) {
    if (own.email !== undefined) return [{ unit }]
    if (own.members.length > 0) return own.members.map((person) => ({ person }))
  }
  return await administrators(work)
}

async function administrators(work: UnitOfWork): Promise<readonly Receiver[]> {
  const users = await work.query
    .selectFrom('user')
    .select(['id', 'roles'])
    .where('disabled', '=', 0)
    .where('roles', 'like', '%"administrator"%')
    .orderBy('id')
    .limit(LETTERS_AT_MOST)
    .execute()
  return users.map(({ id }) => ({ person: id }))
}
