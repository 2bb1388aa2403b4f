import type { Configurations } from '../configuration/active.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { comparePositions, type Position } from '../domain/position.ts'
import { durationUs, earlier, MINUTE, type TimeUs } from '../domain/time.ts'
import type { SourcePiece, SourceRecord } from '../rules/backtest/job.ts'
import { createDecoding, decodeAll, type DecodedEntry } from './decoding.ts'
import { findTime } from './log-search.ts'
import type { ReadingLog } from './reading-log.ts'

export interface LoggedPastParts {
  readonly log: Pick<ReadingLog, 'epoch' | 'head' | 'read'>
  readonly configurations: Configurations
}

/** Times of hearing. */
export interface LoggedRange {
  readonly organisation: OrganisationId
  /** Inclusive. */
  readonly from: TimeUs
  /** Exclusive. */
  readonly to: TimeUs
}

const recordsAPiece = 2_000
/** By so much a clock may have been set back without a record being missed. */
const clockSlack = durationUs(10 * MINUTE)

/**
 * What the log has of the range, decoded with the configurations that were in force, in pieces of up
 * to 2,000 records. Activations are left out: whoever replays the past knows the rules of each time.
 */
export async function* loggedPast(
  { log, configurations }: LoggedPastParts,
  { organisation, from, to }: LoggedRange,
): AsyncGenerator<SourcePiece> {
  const end = log.head()
  if (end === undefined) return
  const decoding = createDecoding(configurations)
  const found = await findTime(log, earlier(from, clockSlack))
  let after: Position | undefined = found.after
  for (;;) {
    const read = await log.read({ limit: recordsAPiece, ...(after && { after }) })
    const last = read.at(-1)
    if (last === undefined) return
    after = last.position
    const own = read.filter(
      ({ record, position }) =>
        record.organisation === organisation && comparePositions(position, end) <= 0,
    )
    const decoded = await decodeAll(decoding, own)
    const records = decoded.flatMap((entry) => sourceRecord(entry, { from, to }))
    if (records.length > 0) yield { kind: 'records', records }
    const isPast = last.record.ingest >= to + clockSlack
    if (isPast || comparePositions(after, end) >= 0) return
  }
}

/** When the oldest record was heard that the log still has; undefined for an empty log. */
export async function loggedSince(
  log: LoggedPastParts['log'],
): Promise<TimeUs | undefined> {
  const [first] = await log.read({ limit: 1 })
  return first?.record.ingest
}

function sourceRecord(
  entry: DecodedEntry,
  { from, to }: Pick<LoggedRange, 'from' | 'to'>,
): SourceRecord[] {
  switch (entry.kind) {
    case 'readings': {
      const { position, device, ingest, readings } = entry
      const decoded = { position, device, ingest, readings }
      return isWithin(ingest, from, to) ? [{ kind: 'readings', decoded }] : []
    }
    case 'control': {
      const { position, record } = entry
      return isWithin(record.ingest, from, to)
        ? [{ kind: 'control', position, record }]
        : []
    }
    case 'activation':
    case 'heartbeat':
      return []
  }
}

function isWithin(time: TimeUs, from: TimeUs, to: TimeUs): boolean {
  return time >= from && time < to
}
