import { z } from 'zod'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { derivedId } from './ids.ts'
import { caseState, closingReason } from './views.ts'

/** Who is named when an alarm did it. */
export const ALARM_ACTOR = 'alarm'

type EventKind =
  /** A source said it first. */
  | 'opened'
  /** The routes gave it to a unit. */
  | 'routed'
  | 'report_joined'
  | 'alarm_joined'
  | 'alarm_cleared'
  | 'alarm_returned'
  /** The alarm is clear while a person still waits: somebody must look. */
  | 'verify'
  /** More assets belong to it. */
  | 'assets_gathered'
  /** From one state to another. */
  | 'moved'

/** What an event may carry: ids, names of states, and what staff told the public. No personal data. */
const eventData = z.object({
  report: z.string().optional(),
  source: z.string().optional(),
  alarm: z.string().optional(),
  unit: z.string().optional(),
  route: z.number().optional(),
  recurrenceOf: z.string().optional(),
  from: caseState.optional(),
  to: caseState.optional(),
  reason: closingReason.optional(),
  text: z.string().optional(),
  override: z.boolean().optional(),
  /** How many assets were added. */
  assets: z.int().optional(),
})
type EventData = z.infer<typeof eventData>

export interface NewEvent {
  readonly kind: EventKind
  readonly actor: string
  readonly at: TimeUs
  readonly visibility: 'public' | 'internal'
  readonly data: EventData
}

/** An event as it was stored, its data parsed. */
export interface StoredEvent extends Omit<NewEvent, 'kind'> {
  readonly id: string
  readonly sequence: number
  readonly kind: string
}

/** Appends to the case's history, numbered from 1 without gaps; returns the event's id. */
export async function appendEvent(
  work: UnitOfWork,
  caseId: string,
  event: NewEvent,
): Promise<string> {
  const { last } = await work.query
    .selectFrom('case_event')
    .select((select) => select.fn.max('sequence').as('last'))
    .where('case', '=', caseId)
    .executeTakeFirstOrThrow()
  const sequence = (last ?? 0) + 1
  const id = derivedId('event', caseId, sequence)
  await work.query
    .insertInto('case_event')
    .values({
      organisation: work.organisation,
      id,
      case: caseId,
      sequence,
      ...event,
      data: JSON.stringify(event.data),
    })
    .execute()
  return id
}

export interface EventFilter {
  readonly publicOnly: boolean
  readonly limit: number
}

/** The newest events of a case, oldest of them first. */
export async function readEvents(
  query: ScopedQueries,
  caseId: string,
  { publicOnly, limit }: EventFilter,
): Promise<readonly StoredEvent[]> {
  const rows = await query
    .selectFrom('case_event')
    .selectAll()
    .where('case', '=', caseId)
    .where('visibility', 'in', publicOnly ? ['public'] : ['public', 'internal'])
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed().map((row) => ({
    id: row.id,
    sequence: row.sequence,
    kind: row.kind,
    actor: row.actor,
    at: row.at,
    visibility: row.visibility,
    data: eventData.parse(JSON.parse(row.data)),
  }))
}

/** The newest move of a case that ended in `to`. */
export async function lastMoveTo(
  query: ScopedQueries,
  caseId: string,
  to: string,
): Promise<StoredEvent | undefined> {
  const events = await readEvents(query, caseId, { publicOnly: false, limit: 500 })
  return events.findLast(({ kind, data }) => kind === 'moved' && data.to === to)
}
