import { z } from 'zod'
import type { Database } from '../../database/database.ts'
import {
  dropDeliveries,
  holdDeliveries,
  readHold,
  releaseDeliveries,
  waitingDeliveries,
} from '../../delivery/hold.ts'
import { duration } from '../../domain/duration.ts'
import { earlier, toIso } from '../../domain/time.ts'
import type { DeliveriesAnswer } from './answers.ts'
import type { LocalParts } from './parts.ts'

type Parts = Pick<LocalParts, 'database' | 'clock'>

/** What waits to leave the house, and whether it is held. */
export async function deliveriesStatus({ database }: Parts): Promise<DeliveriesAnswer> {
  return status(database)
}

/** Nothing is sent until somebody releases it. */
export async function hold(parts: Parts): Promise<DeliveriesAnswer> {
  const why = 'held by hand'
  await holdDeliveries(parts.database, { since: parts.clock.now(), why })
  return status(parts.database)
}

/** Everything that waits may go, within seconds. */
export async function release({ database }: Parts): Promise<DeliveriesAnswer> {
  await releaseDeliveries(database)
  return status(database)
}

const dropBody = z.strictObject({ olderThan: duration })

/** Gives up what has been due for longer than `olderThan`. */
export async function drop(
  { database, clock }: Parts,
  input: unknown,
): Promise<DeliveriesAnswer & { readonly dropped: number }> {
  const { olderThan } = dropBody.parse(input)
  const now = clock.now()
  const dropped = await dropDeliveries(database, { before: earlier(now, olderThan), now })
  return { ...(await status(database)), dropped }
}

async function status(database: Database): Promise<DeliveriesAnswer> {
  const held = await readHold(database)
  const waiting = await waitingDeliveries(database)
  return {
    held: held === undefined ? null : { since: toIso(held.since), why: held.why },
    waiting: waiting.map(({ organisation, kind, count, oldestDue }) => {
      return { organisation, kind, count, oldestDue: toIso(oldestDue) }
    }),
  }
}
