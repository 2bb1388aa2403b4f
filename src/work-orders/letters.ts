import { categoryName } from '../cases/catalogue.ts'
import { longTime } from '../cases/local-time.ts'
import { storedEvent } from '../cases/events.ts'
import type { EnqueueMail } from '../cases/mails.ts'
import type { CaseListener } from '../cases/news.ts'
import { tellStaff, type StaffReceiver } from '../cases/staff-letters.ts'
import type { OrderLines } from '../cases/staff-renderers.ts'
import { staffNames } from '../assignment/staff-names.ts'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { userNamed } from '../domain/identity.ts'
import type { Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'
import type { OrderRow } from './change-order.ts'
import { orderSteps, type OrderStep } from './history.ts'
import { orderNumber } from './order-views.ts'
import type { OrderCatalogue, OrderParts } from './parts.ts'
import { ordererStates, type OrderState } from './states.ts'
import { orderTexts } from './texts.ts'

/** Who hears what was meant for a person about a case: that one, or who stands in. */
export type InPlaceOf = (
  work: UnitOfWork,
  asked: { readonly person: string; readonly case: string; readonly at: TimeUs },
) => Promise<string>

/**
 * Tells the desk of the unit that does the work when something is ordered, changed, sent back, approved
 * or cancelled, and whoever ordered it when it was accepted, declined or done: in the letter to staff
 * that gathers, with ids alone. Nobody hears of what one did oneself. Left out `inPlaceOf`: nobody
 * stands in for anybody.
 */
export function orderLetters(
  enqueue: EnqueueMail,
  inPlaceOf: InPlaceOf = async (_, { person }) => person,
): CaseListener {
  return async (work, { kind, case: id, event, actor, at, data: { reference, unit } }) => {
    if (kind !== 'work_order' || reference === undefined || unit === undefined) return
    const steps = (await orderSteps(work.query, [id])).get(reference) ?? []
    const to = receiverOf(unit, steps)
    if (to === undefined) return
    const item = { kind: 'order', case: id, event } as const
    if ('unit' in to) return await tellStaff(work, enqueue, { to, item, at })
    const person = await inPlaceOf(work, { person: to.person, case: id, at })
    if (person === userNamed(actor)) return
    const of = person === to.person ? {} : { for: to.person }
    await tellStaff(work, enqueue, { to: { person }, item: { ...item, ...of }, at })
  }
}

/** Who is told of the last thing that happened to an order of the unit; undefined for nobody. Pure. */
export function receiverOf(
  unit: string,
  steps: readonly Pick<OrderStep, 'actor' | 'state'>[],
): StaffReceiver | undefined {
  const [first, last] = [steps[0], steps.at(-1)]
  if (first === undefined || last === undefined) return undefined
  if (ordererStates.has(last.state) || isSentBack(steps)) return { unit }
  const person = userNamed(first.actor)
  return person === undefined || last.actor === first.actor ? undefined : { person }
}

/** Was it said to be done, and is not? Pure. */
function isSentBack(steps: readonly { readonly state: OrderState }[]): boolean {
  return steps.at(-1)?.state === 'accepted' && steps.at(-2)?.state === 'done'
}

export interface OrderLetterParts extends Pick<OrderParts, 'database' | 'catalogue'> {
  /** Where people reach the console, without a slash at the end. */
  readonly baseUrl: string
}

/**
 * How far orders have come when the letter is sent, one line each; those whose last step is no news to
 * the receiver, or whose case is out of sight, are left out. The words of an order stay where they are.
 */
export function createOrderLines({
  database,
  catalogue,
  baseUrl,
}: OrderLetterParts): OrderLines {
  return async (organisation, { items, to, language }) => {
    if (items.length === 0) return []
    const query = database.read(organisation)
    const rows = await ordersOf(query, items)
    const cases = rows.map((row) => row.case)
    const steps = await orderSteps(query, cases)
    const known = await catalogue(organisation)
    const away = items.flatMap((one) => one.for ?? [])
    const people = await staffNames(query, away)
    return rows.flatMap((row) => {
      const history = steps.get(row.id) ?? []
      const meant = receiverOf(row.unit, history)
      const absent = absentOf(row, { meant, to, items })
      if (!isSame(meant, to) && absent === undefined) return []
      const standsFor = absent === undefined ? undefined : (people.get(absent) ?? absent)
      const link = linkOf(row, to, baseUrl)
      return [lineOf(row, { history, known, language, link, standsFor })]
    })
  }
}

type Item = Parameters<OrderLines>[1]['items'][number]

/** In whose place the receiver hears of an order of this case; undefined for nobody's. Pure. */
function absentOf(
  { case: about }: OrderRow,
  {
    meant,
    to,
    items,
  }: {
    readonly meant: StaffReceiver | undefined
    readonly to: StaffReceiver
    readonly items: readonly Item[]
  },
): string | undefined {
  if (meant === undefined || !('person' in meant) || !('person' in to)) return undefined
  const { person } = meant
  return items.some((one) => one.case === about && one.for === person) ? person : undefined
}

function isSame(one: StaffReceiver | undefined, other: StaffReceiver): boolean {
  if (one === undefined) return false
  return 'person' in one
    ? 'person' in other && one.person === other.person
    : 'unit' in other && one.unit === other.unit
}

type ToldOrder = OrderRow & {
  readonly number: string
  readonly category: string
  readonly asset: string | null
}

/** The orders that these events are about, each once, as they are now. */
async function ordersOf(
  query: ScopedQueries,
  items: readonly { readonly case: string; readonly event: string }[],
): Promise<readonly ToldOrder[]> {
  const cases = [...new Set(items.map((item) => item.case))]
  const events = await query
    .selectFrom('case_event')
    .selectAll()
    .where('case', 'in', cases)
    .where(
      'id',
      'in',
      items.map(({ event }) => event),
    )
    .execute()
  const ids = new Set(events.map((event) => storedEvent(event).data.reference))
  const rows = await query
    .selectFrom('work_order')
    .innerJoin('case', 'case.id', 'work_order.case')
    .selectAll('work_order')
    .select(['case.number', 'case.category', 'case.asset'])
    .where('work_order.case', 'in', cases)
    .where('case.state', '<>', 'hidden')
    .orderBy('case.number')
    .orderBy('work_order.ordinal')
    .execute()
  return rows.filter(({ id }) => ids.has(id))
}

function lineOf(
  { number, ordinal, category, asset, due_at: due }: ToldOrder,
  told: {
    readonly history: readonly OrderStep[]
    readonly known: OrderCatalogue
    readonly language: Language
    readonly link: string
    /** Name of whoever is away; undefined: the receiver hears of what is the own. */
    readonly standsFor: string | undefined
  },
): string {
  const { history, known, language, link, standsFor } = told
  const texts = orderTexts[language]
  const time = { timezone: known.zone, language }
  const parts = [
    stepText(history, language),
    categoryName(known, category)[language],
    asset === null ? undefined : known.assets.get(asset)?.name,
    due === null ? undefined : texts.due(longTime(due, time)),
    standsFor === undefined ? undefined : texts.standsFor(standsFor),
  ]
  const said = parts.filter((part) => part !== undefined).join(', ')
  return `${orderNumber(number, ordinal)}: ${said}\n  ${link}`
}

function stepText(history: readonly OrderStep[], language: Language): string {
  const texts = orderTexts[language]
  const last = history.at(-1)
  if (last?.changed === true) return texts.changed
  return isSentBack(history) ? texts.sentBack : texts.states[last?.state ?? 'ordered']
}

/** A contractor reaches its work on a page of its own. */
function linkOf(
  { contractor, case: id }: ToldOrder,
  to: StaffReceiver,
  baseUrl: string,
): string {
  if (contractor !== null && 'unit' in to) return `${baseUrl}/console/work`
  return `${baseUrl}/console/cases/${encodeURIComponent(id)}`
}
