import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, later, SECOND } from '../domain/time.ts'
import type { DeskCatalogue } from './catalogue.ts'
import { disabledChannels } from './channel-state.ts'
import type { Desk } from './desk.ts'
import type { Arrival } from './group.ts'
import { derivedId } from '../database/derived-id.ts'
import { idOf, recipientsOf, type Recipient } from './recipients.ts'
import { arrivalOf, deliveriesOf, putTelling, type Delivery } from './tellings.ts'
import type { Calendar } from '../calendar/civil-time.ts'

/** How long somebody who tests a desk waits for how it went. */
export const LONGEST_TEST = durationUs(15 * SECOND)

const LOOK_EVERY = durationUs(SECOND / 4)

export interface DesksParts {
  readonly database: Database
  readonly clock: Clock
  readonly catalogue: (organisation: OrganisationId) => Promise<DeskCatalogue>
  readonly calendar: (catalogue: DeskCatalogue) => Calendar
  readonly wakeOutbox?: () => void
}

export interface TestResult {
  readonly recipient: Recipient
  readonly how: 'arrived' | 'waiting' | 'failed' | 'out of order'
  /** What went wrong so far. */
  readonly error: string | undefined
}

/** Sends a marked test to everybody and every channel the desk names, and waits for how it goes. */
export async function tryDesk(
  { database, clock, catalogue, calendar, wakeOutbox }: DesksParts,
  organisation: OrganisationId,
  id: string,
): Promise<readonly TestResult[]> {
  const known = await catalogue(organisation)
  const desk = deskNamed(known, id)
  const at = clock.now()
  const query = database.read(organisation)
  const disabled = new Set((await disabledChannels(query, known)).keys())
  const finding = { catalogue: known, calendar: calendar(known), at, disabled }
  const people = desk.steps.flatMap(({ to }) =>
    to.flatMap((target) => recipientsOf(target, finding)),
  )
  // Channels out of order are listed too: that is what somebody who tests wants to know.
  const channels = channelsOf(desk).map((channel) => `channel:${channel}`)
  const all = [...new Set([...people, ...channels])]
  const told = all.filter((one) => !(one.startsWith('channel:') && disabled.has(idOf(one))))
  await database.write(organisation, 'normal', async (work) => {
    for (const recipient of told) {
      await putTelling(work, known, {
        id: testId(id, recipient, at),
        desk: id,
        group: '',
        recipient,
        sequence: 0,
        kind: 'test',
        at,
        items: [],
      })
    }
  })
  wakeOutbox?.()
  const ids = new Map(told.map((recipient) => [recipient, testId(id, recipient, at)]))
  const fared = await waitFor({ database, clock }, organisation, [...ids.values()])
  return all.map((recipient): TestResult => {
    const telling = ids.get(recipient)
    if (telling === undefined) return { recipient, how: 'out of order', error: undefined }
    const deliveries = fared.get(telling) ?? []
    return {
      recipient,
      how: howOf(arrivalOf(deliveries)),
      error: deliveries.find(({ error }) => error !== undefined)?.error,
    }
  })
}

/** It is tried again, but who asks for a test wants to know that it did not get through. */
function howOf(arrival: Arrival): TestResult['how'] {
  return arrival === 'stuck' ? 'waiting' : arrival
}

/** Looks until every message has arrived or failed once, 15 s at most. */
async function waitFor(
  { database, clock }: Pick<DesksParts, 'database' | 'clock'>,
  organisation: OrganisationId,
  tellings: readonly string[],
): Promise<ReadonlyMap<string, readonly Delivery[]>> {
  const until = later(clock.now(), LONGEST_TEST)
  for (;;) {
    const fared = await deliveriesOf(database.read(organisation), tellings)
    const waiting = [...fared.values()]
      .flat()
      .some(({ state, error }) => state === 'waiting' && error === undefined)
    if (!waiting || clock.now() >= until) return fared
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve))
  }
}

/** Ids of the channels a desk names. */
export function channelsOf({ steps, heartbeat }: Desk): string[] {
  const told = steps.flatMap(({ to }) =>
    to.flatMap((target) => ('channel' in target ? [target.channel] : [])),
  )
  return heartbeat === undefined ? told : [...told, heartbeat.channel]
}

/** Throws Problem not_found. */
export function deskNamed({ desks }: DeskCatalogue, id: string): Desk {
  const desk = desks.get(id)
  if (desk !== undefined) return desk
  throw new Problem({
    kind: 'not_found',
    what: `There is no desk ${id}.`,
    next: 'gatuvakt desks list shows those there are',
  })
}

/** The same for the same desk, recipient and moment. */
function testId(desk: string, recipient: Recipient, at: number): string {
  return derivedId('test', desk, recipient, at)
}
