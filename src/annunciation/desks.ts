import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import type { DeskCatalogue } from './catalogue.ts'
import { disabledChannels, enableChannel } from './channel-state.ts'
import type { Desk } from './desk.ts'
import { personOnDuty, type Recipient } from './recipients.ts'
import type { Because } from './steps.ts'
import { deliveriesOf, type Delivery } from './tellings.ts'
import {
  channelsOf,
  deskNamed,
  tryDesk,
  type DesksParts,
  type TestResult,
} from './try-desk.ts'

/** Escalations under way that a list names. */
const MOST_LISTED = 500

/** An alarm that a desk is calling somebody for. */
export interface Underway {
  readonly occurrence: string
  readonly alarm: string
  readonly priority: number
  readonly since: TimeUs
  /** Number of the step that is next, from 0. */
  readonly step: number
  readonly due: TimeUs | undefined
  /** Why that step comes when it comes. */
  readonly because: Because
}

export interface DeskState {
  readonly id: string
  readonly desk: Desk
  /** Name of who is on duty, by rota; undefined for nobody. */
  readonly onDuty: ReadonlyMap<string, string | undefined>
  /** Channels of its that are out of order, with why. */
  readonly disabled: ReadonlyMap<string, string>
  /** The most urgent first, 500 at most. */
  readonly underway: readonly Underway[]
  /** When its last sign of life went the whole way. */
  readonly heartbeatAt: TimeUs | undefined
}

/** One message and how it fared. */
export interface ToldMessage {
  readonly id: string
  readonly recipient: Recipient
  readonly kind: 'alarms' | 'test' | 'heartbeat'
  readonly at: TimeUs
  readonly raised: number
  readonly updated: number
  readonly cleared: number
  readonly reminded: number
  /** Why the step was taken that told of a raise; undefined for a message without one. */
  readonly because: Because | undefined
  readonly deliveries: readonly Delivery[]
}

/** What people ask of desks. An unknown desk is a Problem not_found. */
export interface Desks {
  list(organisation: OrganisationId): Promise<readonly DeskState[]>
  /**
   * Takes a channel back into use whose receiver said that it is gone, for a person who mended it;
   * false when it was in use. An unknown channel is a Problem not_found.
   */
  enableChannel(organisation: OrganisationId, channel: string): Promise<boolean>
  /** The newest first. */
  deliveries(
    organisation: OrganisationId,
    desk: string,
    limit: number,
  ): Promise<readonly ToldMessage[]>
  /** Sends a marked test to everybody and every channel the desk names; waits up to 15 s. */
  test(organisation: OrganisationId, desk: string): Promise<readonly TestResult[]>
}

export function createDesks(parts: DesksParts): Desks {
  const { database, catalogue } = parts
  return {
    async list(organisation) {
      const known = await catalogue(organisation)
      const states: DeskState[] = []
      for (const [id, desk] of known.desks)
        states.push(await stateOf(parts, organisation, { known, id, desk }))
      return states
    },
    async deliveries(organisation, desk, limit) {
      deskNamed(await catalogue(organisation), desk)
      return messagesOf(database, organisation, desk, limit)
    },
    async enableChannel(organisation, channel) {
      if (!(await catalogue(organisation)).channels.has(channel))
        throw unknownChannel(channel)
      return enableChannel(database, organisation, channel)
    },
    test: (organisation, desk) => tryDesk(parts, organisation, desk),
  }
}

function unknownChannel(channel: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `There is no channel '${channel}'`,
    next: 'Look at the channels of the configuration',
  })
}

async function stateOf(
  { database, clock, calendar }: DesksParts,
  organisation: OrganisationId,
  asked: { readonly known: DeskCatalogue; readonly id: string; readonly desk: Desk },
): Promise<DeskState> {
  const { known, id, desk } = asked
  const query = database.read(organisation)
  const finding = { catalogue: known, calendar: calendar(known), at: clock.now() }
  const rotas = desk.steps.flatMap(({ to }) =>
    to.flatMap((target) => ('rota' in target ? [target.rota] : [])),
  )
  const onDuty = [...new Set(rotas)].map((rota) => {
    const person = personOnDuty(rota, finding)
    return [
      rota,
      person === undefined ? undefined : known.people.get(person)?.name,
    ] as const
  })
  const disabled = await disabledChannels(query, known)
  const own = new Set(channelsOf(desk))
  const rows = await query
    .selectFrom('escalation')
    .select(['occurrence', 'alarm', 'priority', 'since', 'step', 'due_at'])
    .select('because')
    .where('desk', '=', id)
    .where('open', '=', 1)
    .where('phase', '=', 'calling')
    .orderBy('priority')
    .orderBy('since')
    .limit(MOST_LISTED)
    .execute()
  const beat = await query
    .selectFrom('heartbeat')
    .select('sent_at')
    .where('desk', '=', id)
    .executeTakeFirst()
  return {
    id,
    desk,
    onDuty: new Map(onDuty),
    disabled: new Map(
      [...disabled].flatMap(([one, { reason }]) => (own.has(one) ? [[one, reason]] : [])),
    ),
    underway: rows.map(({ since, due_at: due, ...row }) =>
      Object.assign(row, {
        since: timeUs(since),
        due: due === null ? undefined : timeUs(due),
      }),
    ),
    heartbeatAt: beat?.sent_at ?? undefined,
  }
}

async function messagesOf(
  database: Database,
  organisation: OrganisationId,
  desk: string,
  limit: number,
): Promise<readonly ToldMessage[]> {
  const query = database.read(organisation)
  const rows = await query
    .selectFrom('telling')
    .select(['id', 'recipient', 'kind', 'at', 'raised', 'updated', 'cleared', 'reminded'])
    .select('because')
    .where('desk', '=', desk)
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  const fared = await deliveriesOf(
    query,
    rows.map(({ id }) => id),
  )
  return rows.map(({ at, because, ...row }) =>
    Object.assign(row, {
      at: timeUs(at),
      because: because ?? undefined,
      deliveries: fared.get(row.id) ?? [],
    }),
  )
}
