import type { Logger } from 'pino'
import type { AlarmTaken } from '../adapters/adapter.ts'
import type { Database } from '../database/database.ts'
import type { SourceAcknowledgementTables } from '../database/tables/source-acknowledgements.ts'
import type { CancelTimer, Clock } from '../domain/clock.ts'
import { every } from '../domain/every.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import {
  durationUs,
  elapsed,
  HOUR,
  later,
  MINUTE,
  MS,
  SECOND,
  timeUs,
} from '../domain/time.ts'
import type { DurationUs } from '../domain/time.ts'

/** Looked for so often, and soon after anything happened in the organisation. */
const lookEvery = durationUs(5 * SECOND)
const lookSoon = durationUs(200 * MS)
/** The first wait after a failure; doubled each time. */
const firstWait = durationUs(5 * SECOND)
const longestWait = durationUs(5 * MINUTE)
/** A source that could not be told for so long is not told any more: people there have seen to it. */
const giveUpAfter = durationUs(24 * HOUR)
/** What has ended is kept for so long. */
const keepFor = durationUs(30 * 24 * HOUR)
/** Rows that are looked at in one go; the others come next. */
const atOnce = 500

type Row = Pick<
  SourceAcknowledgementTables['source_acknowledgement'],
  'id' | 'device' | 'point' | 'requested_at' | 'tries'
>

/** Tells one device's source; see `FieldAdapter.acknowledgeAlarm`. */
export type TellSource = (taken: AlarmTaken) => Promise<void>

export interface AcknowledgementParts {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  /** Organisations of which a connection here can tell its sources. */
  readonly organisations: () => Iterable<OrganisationId>
  /** Undefined for a device that is not on a connection of this process. */
  readonly source: (organisation: OrganisationId, device: string) => TellSource | undefined
}

/**
 * Carries acknowledgements of people to the sources of the alarms. A row is tried with growing waits until
 * the source has taken it, or has raised the alarm anew, or refuses for good, or a day is over; how it
 * ended stands in the row. Processes that share a connection may both tell it, which sources take.
 */
export function startAcknowledgements(parts: AcknowledgementParts): AsyncDisposable {
  const { database, clock, logger, organisations } = parts
  const soon = new Map<OrganisationId, CancelTimer>()
  const working = new Map<OrganisationId, Promise<void>>()
  let forgotten = clock.now()
  let stopped = false

  /** One look after the other for each organisation. */
  function look(organisation: OrganisationId): Promise<void> {
    const before = working.get(organisation) ?? Promise.resolve()
    const next = before
      .then(() => (stopped ? undefined : carryOut(parts, organisation)))
      .catch((error: unknown) => failed(error))
    working.set(organisation, next)
    return next
  }

  function failed(error: unknown): void {
    logger.error({ err: error }, 'acknowledgements could not be carried to their sources')
  }

  const stopListening = database.onFeed((organisation) => {
    if (soon.has(organisation) || ![...organisations()].includes(organisation)) return
    const wake = (): void => {
      soon.delete(organisation)
      void look(organisation)
    }
    soon.set(organisation, clock.after(lookSoon, wake))
  })
  const sweep = async (): Promise<void> => {
    const all = [...organisations()]
    await Promise.all(all.map((organisation) => look(organisation)))
    if (elapsed(forgotten, clock.now()) < HOUR) return
    forgotten = clock.now()
    await Promise.all(all.map((organisation) => forget(parts, organisation)))
  }
  const sweeping = every(lookEvery, clock, sweep, failed)
  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      stopListening()
      for (const cancel of soon.values()) cancel()
      await sweeping[Symbol.asyncDispose]()
      await Promise.all(working.values())
    },
  }
}

async function carryOut(
  parts: AcknowledgementParts,
  organisation: OrganisationId,
): Promise<void> {
  const { database, clock } = parts
  const rows = await database
    .read(organisation)
    .selectFrom('source_acknowledgement')
    .select(['id', 'device', 'point', 'requested_at', 'tries'])
    .where('done_at', 'is', null)
    .where('due_at', '<=', clock.now())
    .orderBy('requested_at')
    .limit(atOnce)
    .execute()
  for (const row of rows) await carry(parts, organisation, row)
}

async function carry(
  parts: AcknowledgementParts,
  organisation: OrganisationId,
  row: Row,
): Promise<void> {
  const { clock, logger, source } = parts
  const { device, point, requested_at: at, tries } = row
  const note = (ending: Ending): Promise<void> => save(parts, organisation, row, ending)
  if (elapsed(at, clock.now()) > giveUpAfter) {
    logger.warn({ organisation, device, point }, 'a source was not told for a day')
    return note({ done: true, error: 'the source could not be told within a day' })
  }
  const tell = source(organisation, device)
  if (tell === undefined) return
  const comment = await commentOf(parts, organisation, row)
  try {
    await tell({ device, point, at, comment })
  } catch (error) {
    const again = isTemporary(error)
    const why = textOf(error)
    logger.warn({ organisation, device, point, tries: tries + 1, why, again }, untold)
    return note({ done: !again, error: why })
  }
  return note({ done: true, error: null })
}

const untold = 'a source does not take an acknowledgement'

interface Ending {
  readonly done: boolean
  readonly error: string | null
}

async function save(
  { database, clock }: AcknowledgementParts,
  organisation: OrganisationId,
  { id, device, point, tries }: Row,
  { done, error }: Ending,
): Promise<void> {
  const now = clock.now()
  const changes = {
    tries: tries + 1,
    error,
    ...(done ? { done_at: now } : { due_at: later(now, waitAfter(tries)) }),
  }
  await database.write(organisation, 'normal', async ({ query }) => {
    await query
      .updateTable('source_acknowledgement')
      .set(changes)
      .where('id', '=', id)
      .where('device', '=', device)
      .where('point', '=', point)
      .execute()
  })
}

function waitAfter(tries: number): DurationUs {
  return durationUs(Math.min(firstWait * 2 ** Math.min(tries, 10), longestWait))
}

/** What the person said; what stands in the journal is not kept twice. */
async function commentOf(
  { database }: AcknowledgementParts,
  organisation: OrganisationId,
  { id }: Row,
): Promise<string> {
  const found = await database
    .read(organisation)
    .selectFrom('transition')
    .select('comment')
    .where('id', '=', id)
    .executeTakeFirst()
  return found?.comment ?? 'acknowledged in Gatuvakt'
}

async function forget(
  { database, clock }: AcknowledgementParts,
  organisation: OrganisationId,
): Promise<void> {
  const before = timeUs(clock.now() - keepFor)
  await database.write(organisation, 'normal', async ({ query }) => {
    await query.deleteFrom('source_acknowledgement').where('done_at', '<', before).execute()
  })
}

/** Whether trying again may help. What nobody expected is tried again too. */
function isTemporary(error: unknown): boolean {
  return !(error instanceof Problem) || error.details.kind === 'unavailable'
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const why = error instanceof Problem ? error.details.why : undefined
  return `${error.message}${why === undefined ? '' : `: ${why}`}`.slice(0, 500)
}
