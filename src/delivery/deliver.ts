import type { Logger } from 'pino'
import type { Database } from '../database/database.ts'
import type { CancelTimer, Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, later, SECOND, type DurationUs } from '../domain/time.ts'
import { backOff, MOST_TRIES } from './back-off.ts'
import type { Call, Caller } from './call.ts'
import {
  AddressGoneError,
  GoneError,
  RetryLaterError,
  UndeliverableError,
  type Mail,
  type Transport,
} from './letter.ts'
import { markDelivered, markFailed, type LeasedRow } from './rows.ts'

/**
 * Writes the mail of a row when it is sent. Undefined when there is nobody to send to any more:
 * erased, or no longer wanted.
 */
export type Renderer = (
  organisation: OrganisationId,
  payload: unknown,
) => Promise<Mail | undefined>

/** The same for what is sent to a program. */
export type CallRenderer = (
  organisation: OrganisationId,
  payload: unknown,
) => Promise<Call | undefined>

/**
 * Sends what is due by a row in words of its own, such as several things in order, and resolves when the
 * other side has them; false when there is nobody to send to any more. It must end by itself within
 * LONGEST_TRY.
 */
export type Sender = (organisation: OrganisationId, payload: unknown) => Promise<boolean>

/** How programs are called; left out where nobody calls any. */
export interface CallParts {
  /** By kind of row. */
  readonly renderers: Readonly<Record<string, CallRenderer>>
  readonly caller: Caller
  /** A receiver said that it is gone for good. The row has failed whatever this does. */
  readonly gone?: (
    organisation: OrganisationId,
    row: { readonly kind: string; readonly payload: unknown; readonly error: string },
  ) => Promise<void>
}

export interface DeliveryParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** By kind of row. */
  readonly renderers: Readonly<Record<string, Renderer>>
  readonly transport: Transport
  /**
   * A mail server refused the address of a letter for good: does what is done when such a letter comes
   * back, which notes that it failed. False when it is no letter that comes back to anybody.
   */
  readonly refused?: (
    organisation: OrganisationId,
    letter: { readonly id: string; readonly status: string; readonly address: string },
  ) => Promise<boolean>
  readonly calls?: CallParts
  /** By kind of row: what neither a letter nor a signed call can say. */
  readonly senders?: Readonly<Record<string, Sender>>
}

/** Shorter than the lease, so that a try is over before somebody else may begin one. */
export const LONGEST_TRY = durationUs(45 * SECOND)

/** Tries to deliver one leased row and notes how it went. Rejects only when the note cannot be made. */
export async function deliver(parts: DeliveryParts, row: LeasedRow): Promise<void> {
  const { database, clock, log } = parts
  const { organisation, id, kind, attempts } = row
  const about = log.child({ organisation, outbox: id, kind, attempts })
  try {
    if (attempts > MOST_TRIES) {
      throw new UndeliverableError(`the service stopped during the last try`)
    }
    const sent = await within(clock, LONGEST_TRY, send(parts, row))
    if (!sent) about.info('nobody is left to send this to')
  } catch (error) {
    await noteFailure(parts, row, { error, log: about })
    return
  }
  await markDelivered(database, row, clock.now())
}

async function send(
  { clock, renderers, transport, calls, senders }: DeliveryParts,
  { organisation, id, kind, payload }: LeasedRow,
): Promise<boolean> {
  const sender =
    senders !== undefined && Object.hasOwn(senders, kind) ? senders[kind] : undefined
  if (sender !== undefined) return await sender(organisation, JSON.parse(payload))
  if (calls !== undefined && Object.hasOwn(calls.renderers, kind)) {
    const call = await calls.renderers[kind]?.(organisation, JSON.parse(payload))
    if (call === undefined) return false
    await calls.caller.call({ ...call, organisation, id, date: clock.now() })
    return true
  }
  const render = Object.hasOwn(renderers, kind) ? renderers[kind] : undefined
  if (render === undefined) throw new Error(`nothing writes rows of kind ${kind}`)
  const mail = await render(organisation, JSON.parse(payload))
  if (mail === undefined) return false
  await transport.send({ ...mail, organisation, id, date: clock.now() })
  return true
}

async function noteFailure(
  parts: DeliveryParts,
  row: LeasedRow,
  { error, log }: { readonly error: unknown; readonly log: Logger },
): Promise<void> {
  const { database, clock, random, calls } = parts
  if (error instanceof AddressGoneError && (await noteRefused(parts, row, error))) {
    log.warn(
      { error: describeFailure(error) },
      'the address of a letter is refused for good',
    )
    return
  }
  const now = clock.now()
  const final = error instanceof UndeliverableError || row.attempts >= MOST_TRIES
  const wait =
    error instanceof RetryLaterError ? error.after : backOff(row.attempts, random)
  const again = final ? null : later(now, wait)
  const words = describeFailure(error)
  await markFailed(database, row, { error: words, now, again })
  if (error instanceof GoneError) {
    const { organisation, kind, payload } = row
    await calls?.gone?.(organisation, { kind, payload: JSON.parse(payload), error: words })
  }
  if (final) log.error({ error: words }, 'delivery failed for good')
  else log.warn({ error: words }, 'delivery failed and is tried again')
}

async function noteRefused(
  { refused }: DeliveryParts,
  { organisation, id }: LeasedRow,
  { status, address }: AddressGoneError,
): Promise<boolean> {
  return (await refused?.(organisation, { id, status, address })) ?? false
}

/** One line of at most 500 characters. Mail servers repeat addresses, which are personal data. */
export function describeFailure(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return words
    .replaceAll(/[^\s<>]+@[^\s<>]+/g, '(address)')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .slice(0, 500)
}

async function within<T>(clock: Clock, limit: DurationUs, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const cancel: CancelTimer = clock.after(limit, () => {
    reject(new Error(`no answer within ${limit / SECOND} s`))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}
