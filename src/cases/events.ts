import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import { userNamed } from '../domain/identity.ts'
import type { TimeUs } from '../domain/time.ts'
import { derivedId } from '../database/derived-id.ts'
import type { CaseListener } from './news.ts'
import { caseState, closingReason } from './views.ts'

/** Who is named when an alarm did it. */
export const ALARM_ACTOR = 'alarm'

export type EventKind =
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
  /** `report` was answered while it was taken down: the case was closed at first contact. */
  | 'first_contact'
  /** Somebody has it now, or nobody: `unit`, `person`, `for` whom that one stands in. */
  | 'assigned'
  /** Another category, asset or place; the routes were asked again. */
  | 'rerouted'
  /** Staff wrote something: to the public, to the reporter, or among themselves. */
  | 'said'
  /** A reporter added something; the words stand with the personal data. */
  | 'followed_up'
  /** This case lies in `into` now. Of the other one: `absorbed`. */
  | 'merged'
  | 'absorbed'
  | 'unmerged'
  | 'released'
  /** Photos came from staff; or were shown to the public, or kept from it: `step`. */
  | 'photos'
  /** The words of `report`, which may be a follow-up, were shown to the public, or kept from it: `step`. */
  | 'words'
  /** A contractor was given it, or it was taken back. */
  | 'granted'
  | 'revoked'
  /** The contractor may know who reported it, or no longer: `step`, and why. */
  | 'reporter_shared'
  /** An order to do something about it came further: `reference` is its id, `step` its state. */
  | 'work_order'
  /** Handed to another organisation: `reference` is the id of what it was told, which stands with the personal data. */
  | 'forwarded'
  | 'partner_said'
  /** A deadline came near, passed, or was met. */
  | 'deadline'
  /** A reporter answered the survey. */
  | 'judged'
  /** Personal data is gone. */
  | 'erased'

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
  /** Slug of who has it, and for whom that one stands in. */
  person: z.string().nullable().optional(),
  for: z.string().optional(),
  /** Whom the actor stood in for, who was away: the event was done on that one's behalf. */
  behalf: z.string().optional(),
  /** The other case of a merge. */
  into: z.string().optional(),
  other: z.string().optional(),
  followUp: z.string().optional(),
  followers: z.boolean().optional(),
  wish: z.enum(['none', 'fixed', 'reopen']).optional(),
  category: z.string().optional(),
  /** Ids of photos. */
  photos: z.array(z.string()).optional(),
  contractor: z.string().optional(),
  /** Whoever has it outside, by the organisation's name. */
  outside: z.string().optional(),
  reference: z.string().optional(),
  until: z.number().optional(),
  /** Which clock: `acknowledge`, `first_response`, `start`, `restore`, `resolve`. */
  clock: z.string().optional(),
  step: z.string().optional(),
  satisfied: z.boolean().optional(),
})
export type EventData = z.infer<typeof eventData>

export interface NewEvent {
  readonly kind: EventKind
  readonly actor: string
  readonly at: TimeUs
  /** Internal with `data.followers`: those who follow the case see it too, and nobody else outside. */
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
export type AppendEvent = (
  work: UnitOfWork,
  caseId: string,
  event: NewEvent,
) => Promise<string>

/** Whom a person stands in for on a case at that time; null for nobody. */
export type StandsInFor = (
  work: UnitOfWork,
  asked: { readonly person: string; readonly case: string; readonly at: TimeUs },
) => Promise<string | null>

/**
 * The one way into the history: what is appended is heard by every listener, in order. What a person
 * did for somebody who is away says so.
 */
export function appendTo(
  listeners: readonly CaseListener[],
  standsInFor?: StandsInFor,
): AppendEvent {
  return async (work, caseId, event) => {
    const behalf = await behalfOf(work, { caseId, event, standsInFor })
    const told = behalf === null ? event : { ...event, data: { ...event.data, behalf } }
    const id = await storeEvent(work, caseId, told)
    for (const hear of listeners) await hear(work, { ...told, case: caseId, event: id })
    return id
  }
}

async function behalfOf(
  work: UnitOfWork,
  {
    caseId,
    event: { actor, at },
    standsInFor,
  }: {
    readonly caseId: string
    readonly event: NewEvent
    readonly standsInFor: StandsInFor | undefined
  },
): Promise<string | null> {
  const person = userNamed(actor)
  if (person === undefined || standsInFor === undefined) return null
  return await standsInFor(work, { person, case: caseId, at })
}

async function storeEvent(
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
  /** Left out: all of them. */
  readonly since?: TimeUs
  readonly limit: number
}

/** The newest events of a case, oldest of them first. */
export async function readEvents(
  query: ScopedQueries,
  caseId: string,
  { publicOnly, limit, since }: EventFilter,
): Promise<readonly StoredEvent[]> {
  let found = query
    .selectFrom('case_event')
    .selectAll()
    .where('case', '=', caseId)
    .where('visibility', 'in', publicOnly ? ['public'] : ['public', 'internal'])
    .orderBy('sequence', 'desc')
    .limit(limit)
  if (since !== undefined) found = found.where('at', '>=', since)
  const rows = await found.execute()
  return rows.toReversed().map(storedEvent)
}

/** A row of `case_event`, its data parsed. */
export function storedEvent(row: Selectable<Tables['case_event']>): StoredEvent {
  const { id, sequence, kind, actor, at, visibility, data } = row
  return {
    id,
    sequence,
    kind,
    actor,
    at,
    visibility,
    data: eventData.parse(JSON.parse(data)),
  }
}

/** The newest move of a case that ended in `to`; what came out of hiding did not move. */
export async function lastMoveTo(
  query: ScopedQueries,
  caseId: string,
  to: string,
): Promise<StoredEvent | undefined> {
  const events = await readEvents(query, caseId, { publicOnly: false, limit: 500 })
  return events.findLast(
    ({ kind, data }) => kind === 'moved' && data.to === to && data.from !== 'hidden',
  )
}
