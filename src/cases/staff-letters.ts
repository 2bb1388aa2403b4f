import { z } from 'zod'
import type { UnitOfWork } from '../database/database.ts'
import { derivedId } from '../database/derived-id.ts'
import { beginLetter, type Enqueue } from '../delivery/gather.ts'
import { userNamed } from '../domain/identity.ts'
import type { TimeUs } from '../domain/time.ts'
import type { CaseListener } from './news.ts'

/** Work for one of the staff, gathered as news for followers are. */
export const STAFF_MAIL = 'mail.work'

/** As many as fit into the payload of a row; the letter says how many more there are. */
export const ITEMS_AT_MOST = 30

const item = z.object({
  kind: z.enum(['assigned', 'deadline', 'order']),
  case: z.string(),
  event: z.string(),
  /** Who was meant, and is away. */
  for: z.string().optional(),
})
export type StaffItem = z.infer<typeof item>

/** Ids only. Either a person or a unit with an address of its own. */
export const staffPayload = z.object({
  person: z.string().optional(),
  unit: z.string().optional(),
  items: z.array(item),
  /** What there was no room for. */
  more: z.int(),
})
type StaffPayload = z.infer<typeof staffPayload>

/** Who of the staff gets a letter. */
export type StaffReceiver = { readonly person: string } | { readonly unit: string }

/** Adds an item to the letter that gathers for the receiver, or begins one. */
export async function tellStaff(
  work: UnitOfWork,
  enqueue: Enqueue,
  told: { readonly to: StaffReceiver; readonly item: StaffItem; readonly at: TimeUs },
): Promise<void> {
  const { to, item: added, at } = told
  const receiver = 'person' in to ? `person:${to.person}` : `unit:${to.unit}`
  if (await addToOpen(work, receiver, added)) return
  await beginLetter(work, enqueue, {
    id: derivedId('work', receiver, added.kind, added.event),
    kind: STAFF_MAIL,
    receiver,
    payload: { ...to, items: [added], more: 0 } satisfies StaffPayload,
    at,
  })
}

async function addToOpen(
  work: UnitOfWork,
  receiver: string,
  added: StaffItem,
): Promise<boolean> {
  const open = await work.query
    .selectFrom('letter_window')
    .innerJoin('outbox', 'outbox.id', 'letter_window.id')
    .select(['outbox.id', 'outbox.payload'])
    .where('letter_window.receiver', '=', receiver)
    .where('outbox.attempts', '=', 0)
    .where('outbox.delivered_at', 'is', null)
    .where('outbox.failed_at', 'is', null)
    .orderBy('letter_window.opened_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (open === undefined) return false
  const payload = withItem(staffPayload.parse(JSON.parse(open.payload)), added)
  const kept = await work.query
    .updateTable('outbox')
    .set({ payload: JSON.stringify(payload) })
    .where('id', '=', open.id)
    .where('attempts', '=', 0)
    .where('failed_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return kept !== undefined
}

/** The same event twice is once. Pure. */
function withItem(payload: StaffPayload, added: StaffItem): StaffPayload {
  const { items, more } = payload
  const known = items.some(
    ({ kind, event }) => kind === added.kind && event === added.event,
  )
  if (known) return payload
  return items.length < ITEMS_AT_MOST
    ? { ...payload, items: [...items, added] }
    : { ...payload, more: more + 1 }
}

/** Tells people which cases they were given, unless they took them themselves. */
export function staffListener(enqueue: Enqueue): CaseListener {
  return async (work, { kind, case: id, event, at, actor, data: { person } }) => {
    if (kind !== 'assigned' || person === undefined || person === null) return
    if (userNamed(actor) === person) return
    await tellStaff(work, enqueue, {
      to: { person },
      item: { kind: 'assigned', case: id, event },
      at,
    })
  }
}

const deadline = z.object({
  case: z.string(),
  event: z.string(),
  person: z.string().optional(),
  unit: z.string().optional(),
})

/** For those who put letters about deadlines into the outbox: gathers them into the letters to staff. */
export function gatherDeadlines(
  enqueue: Enqueue,
): (
  work: UnitOfWork,
  row: { readonly payload: object; readonly dueAt: TimeUs },
) => Promise<void> {
  return async (work, { payload, dueAt: at }) => {
    const { person, unit, ...of } = deadline.parse(payload)
    const to = person === undefined ? { unit: unit ?? '' } : { person }
    await tellStaff(work, enqueue, { to, item: { kind: 'deadline', ...of }, at })
  }
}
