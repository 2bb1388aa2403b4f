import type { Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { LogEntry } from '../domain/log-record.ts'
import { comparePositions, type Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, earlier, later, MINUTE, type TimeUs } from '../domain/time.ts'
import type { ReadingStore, RewrittenRecord } from '../store/reading-store.ts'
import type { Consumer } from './consumer.ts'
import { createDecoding } from './decoding.ts'
import { decodeAgain, targetsOf, type DecodedAgain, type Wanted } from './decode-again.ts'
import { findTime } from './log-search.ts'
import { endOfBatch } from './projector/batch.ts'
import { isRefused } from './projector/faults.ts'
import { PoisonFinder } from './projector/poison.ts'
import { keepReadings } from './quarantine/keep.ts'
import type { ReadingLog } from './reading-log.ts'

export interface ReplayParts {
  readonly log: ReadingLog
  readonly store: ReadingStore
  readonly database: Database
  readonly configurations: Configurations
  /** Waited for, so that history holds what is to be replaced; undefined where another process has it. */
  readonly projector: Pick<Consumer, 'settled' | 'failure'> | undefined
  readonly clock: Pick<Clock, 'now'>
}

/** What is to be understood anew. */
export interface ReplayRequest extends Wanted {
  /** Decode and count, write nothing. */
  readonly dryRun: boolean
  /** `next` of the part before; left out: the first part. */
  readonly from?: ReplayPlace
}

/** Where the next part of a replay begins, and where the last one ends. */
export interface ReplayPlace {
  readonly after: Position | undefined
  readonly end: Position
}

export interface ReplayPart extends Omit<DecodedAgain, 'records'> {
  /** Undefined when this was the last part. */
  readonly next: ReplayPlace | undefined
  /** When the oldest record was heard that the log still has, if that is later than `since`. */
  readonly reachesBackTo: TimeUs | undefined
  /** Records of the log that were looked at. */
  readonly records: number
  /** Readings that the store refused; they are in quarantine. */
  readonly quarantined: number
  /** Commits of the log that history did not hold yet, so that they were not looked at. */
  readonly unwritten: number
}

const recordsAPart = 10_000
/** Between two of these others get their turn: some 20 ms. */
const recordsATime = 1_000
const batchBound = { records: 5_000, bytes: 16 * 1024 * 1024 }
/** By so much a clock may have been set back without a record being missed. */
const clockSlack = durationUs(10 * MINUTE)

/**
 * Decodes a part of the log again, with the configuration in force now, and writes it to the reading
 * store and nowhere else: alarms stay as they were. A part is at most 10,000 records; whoever asks
 * goes on with `next`. Goes no further than history is written, so that nothing is written twice.
 * Rejects with Problem not_found when no device is of that type, and unavailable while history is
 * away.
 */
export async function replayPart(
  parts: ReplayParts,
  request: ReplayRequest,
): Promise<ReplayPart> {
  const targets = await targetsOf(parts.configurations, request)
  const { place, oldest, unwritten } = await beginning(parts, request)
  const asItWas = createDecoding(parts.configurations)
  const sum = { ...nothing }
  let next = place
  while (next !== undefined && sum.records < recordsAPart) {
    const { after, end } = next
    const read = await parts.log.read({
      limit: recordsATime,
      ...(after !== undefined && { after }),
    })
    const entries = read.filter(({ position }) => comparePositions(position, end) <= 0)
    const again = await decodeAgain({ asItWas, entries, targets, wanted: request })
    const quarantined = request.dryRun ? 0 : await rewrite(parts, again.records)
    sum.records += entries.length
    sum.envelopes += again.envelopes
    sum.decoded += again.decoded
    sum.stillBad += again.stillBad
    sum.readings += again.readings - quarantined
    sum.quarantined += quarantined
    const last = entries.at(-1)
    const over = last === undefined || isPast(last, request)
    next =
      over || comparePositions(last.position, end) >= 0
        ? undefined
        : { after: last.position, end }
  }
  const reachesBackTo = oldest !== undefined && oldest > request.since ? oldest : undefined
  return { ...sum, next, reachesBackTo, unwritten }
}

const nothing = {
  records: 0,
  envelopes: 0,
  decoded: 0,
  stillBad: 0,
  readings: 0,
  quarantined: 0,
}

interface Beginning {
  readonly place: ReplayPlace | undefined
  readonly oldest: TimeUs | undefined
  readonly unwritten: number
}

async function beginning(
  { log, store, projector }: ReplayParts,
  { since, from }: ReplayRequest,
): Promise<Beginning> {
  if (from !== undefined) return { place: from, oldest: undefined, unwritten: 0 }
  const failure = projector?.failure()
  if (failure !== undefined) throw historyAway(failure)
  await projector?.settled()
  const end = await store.cursor()
  const { after, oldest } = await findTime(log, earlier(since, clockSlack))
  const unwritten = (log.head()?.sequence ?? 0) - (end?.sequence ?? 0)
  return { place: end && { after, end }, oldest, unwritten }
}

function isPast({ record }: LogEntry, { until }: ReplayRequest): boolean {
  return until !== undefined && record.ingest >= later(until, clockSlack)
}

/** Gives how many readings the store refused. */
async function rewrite(
  { store, database, clock }: ReplayParts,
  records: readonly RewrittenRecord[],
): Promise<number> {
  const finder = new PoisonFinder(store)
  let quarantined = 0
  for (let from = 0; from < records.length;) {
    const end = endOfBatch(records, from, batchBound)
    const batch = records.slice(from, end)
    try {
      await store.rewrite(batch)
      finder.landed(batch)
    } catch (error) {
      if (!isRefused(error)) throw error
      const refused = await finder.find(batch, error)
      await keepReadings({ database, clock }, refused)
      quarantined += refused.length
    }
    from = end
  }
  return quarantined
}

function historyAway(failure: string): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'history cannot be written now',
    why: failure,
    next: 'mend the reading store, and try again',
  })
}
