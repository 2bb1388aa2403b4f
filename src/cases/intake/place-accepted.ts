import { DatabaseBusyError } from '../../database/database.ts'
import { DatabaseLostError } from '../../database/errors.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { durationUs, later, SECOND } from '../../domain/time.ts'
import type { OwnParts } from '../parts.ts'
import { placeNext } from './place.ts'

/** Turns after which it is looked anew which organisations have something waiting. */
const TURNS = 20
/** Wait after the first failure; twice as long after each, up to a minute. */
const FIRST_WAIT = durationUs(SECOND)
const WAIT_MAX = durationUs(60 * SECOND)

export interface Placing {
  /** Hears of each report that could not be placed; it is tried again. */
  readonly failed: (error: unknown) => void
  /** Stops between two reports. Left out: goes on until none is due. */
  readonly signal?: AbortSignal
}

/**
 * Places the reports that were accepted, one a transaction, in their order; organisations take turns,
 * so that a storm in one delays no other. Ends when none is due; returns how many it placed. Two at
 * once do no harm. Rejects when the database is gone.
 */
export async function placeAccepted(parts: OwnParts, placing: Placing): Promise<number> {
  let placed = 0
  for (;;) {
    const before = placed
    let rows = await organisationsWaiting(parts)
    for (let turn = 0; turn < TURNS && rows.length > 0; turn += 1) {
      const done = await oneTurn(parts, rows, placing)
      placed += done.placed
      rows = done.still
    }
    if (placed === before || placing.signal?.aborted === true) return placed
  }
}

/** One report of each organisation; `still` are those that may have more. */
async function oneTurn(
  parts: OwnParts,
  rows: readonly OrganisationId[],
  placing: Placing,
): Promise<{ readonly placed: number; readonly still: readonly OrganisationId[] }> {
  let placed = 0
  const still: OrganisationId[] = []
  for (const organisation of rows) {
    if (placing.signal?.aborted === true) return { placed, still: [] }
    const done = await placeOne(parts, organisation, placing)
    if (done !== 'none') still.push(organisation)
    if (done === 'placed') placed += 1
  }
  return { placed, still }
}

/** One after the other by the index: many rows of one organisation cost no more than one. */
async function organisationsWaiting({
  database,
}: OwnParts): Promise<readonly OrganisationId[]> {
  const found: OrganisationId[] = []
  for (;;) {
    const last = found.at(-1)
    let next = database.installation.query
      .selectFrom('intake')
      .select('organisation')
      .orderBy('organisation')
      .limit(1)
    if (last !== undefined) next = next.where('organisation', '>', last)
    const row = await next.executeTakeFirst()
    if (row === undefined) return found
    found.push(row.organisation)
  }
}

async function placeOne(
  parts: OwnParts,
  organisation: OrganisationId,
  { failed }: Placing,
): Promise<'placed' | 'failed' | 'none'> {
  let current: string | undefined
  try {
    const catalogue = await parts.catalogue(organisation)
    const done = await parts.database.write(organisation, 'normal', (work) =>
      placeNext(work, parts, {
        catalogue,
        now: parts.clock.now(),
        begins: (waiting) => {
          current = waiting
        },
      }),
    )
    return done ? 'placed' : 'none'
  } catch (error) {
    const isDown = error instanceof DatabaseBusyError || error instanceof DatabaseLostError
    if (isDown) throw error
    failed(error)
    // Nothing of this organisation can be looked at now; the others' turns come.
    if (current === undefined) return 'none'
    await postpone(parts, organisation, current)
    return 'failed'
  }
}

/** The others of the organisation go first. */
async function postpone(
  { database, clock }: OwnParts,
  organisation: OrganisationId,
  caseId: string,
): Promise<void> {
  await database.write(organisation, 'normal', async ({ query }) => {
    const row = await query
      .selectFrom('intake')
      .select('attempts')
      .where('case', '=', caseId)
      .executeTakeFirst()
    if (row === undefined) return
    const wait = durationUs(Math.min(WAIT_MAX, FIRST_WAIT * 2 ** row.attempts))
    await query
      .updateTable('intake')
      .set({ attempts: row.attempts + 1, due_at: later(clock.now(), wait) })
      .where('case', '=', caseId)
      .execute()
  })
}
