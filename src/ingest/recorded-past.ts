import { z } from 'zod'
import type { Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import { organisationId, type PointId } from '../domain/ids.ts'
import type { RuleControl } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import { durationUs, earlier, MINUTE, timeUs, type TimeUs } from '../domain/time.ts'
import type { LoggedControl, SourcePiece } from '../rules/backtest/job.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import { findTime } from './log-search.ts'
import { loggedPast, loggedSince, type LoggedRange } from './logged-past.ts'
import { neededPast } from './look-back.ts'
import type { ReadingLog } from './reading-log.ts'

export interface RecordedPastParts {
  readonly database: Database
  readonly log: ReadingLog
  readonly store: Pick<ReadingStore, 'scanColumns' | 'keepsArrivals'>
  readonly configurations: Configurations
}

interface RecordedControls {
  /** In the order of positions. */
  readonly controls: readonly LoggedControl[]
  readonly activations: readonly Activation[]
  /** From here on they are all there; undefined: there are none. */
  readonly since: TimeUs | undefined
}

interface Activation {
  readonly position: Position
  readonly ingest: TimeUs
  readonly version: number
}

/** Control records of a range; timers of a town are some thousands a day. */
const mostControls = 1_000_000
const recordsATime = 10_000
const clockSlack = durationUs(10 * MINUTE)

/** The past as log and store have it, for those who play it again. Reads, and writes nothing. */
export function recordedPast({ database, log, store, configurations }: RecordedPastParts) {
  return {
    async *history(
      range: LoggedRange,
      points: readonly PointId[] | undefined,
    ): AsyncGenerator<SourcePiece> {
      const request = { ...range, ...(points !== undefined && { points }) }
      for await (const columns of store.scanColumns(request))
        yield { kind: 'columns', columns }
    },
    keepsArrivals: (range: LoggedRange) => store.keepsArrivals(range),
    log: (range: LoggedRange) => loggedPast({ log, configurations }, range),
    logSince: () => loggedSince(log),
    controls: (range: LoggedRange) => recordedControls({ database, log }, range),
    neededPast,
  }
}

/**
 * What the detector was told besides readings: from the table that keeps it, and from the log what
 * the table does not have yet.
 */
export async function recordedControls(
  { database, log }: Pick<RecordedPastParts, 'database' | 'log'>,
  range: LoggedRange,
): Promise<RecordedControls> {
  const kept = await keptControls(database, range)
  const begin = kept.last === undefined ? earlier(range.from, clockSlack) : undefined
  const found = begin === undefined ? undefined : await findTime(log, begin)
  const isOurs = kept.last?.epoch === log.epoch
  const after = isOurs ? kept.last : found?.after
  const [first] = await log.read({ limit: 1 })
  const all = [...kept.records]
  if (kept.last === undefined || isOurs)
    all.push(...(await loggedControls(log, range, after)))
  const cut = all.length >= mostControls
  const oldest = [kept.oldest, first?.record.ingest].filter((time) => time !== undefined)
  const since = oldest.length === 0 ? undefined : timeUs(Math.min(...oldest))
  return { ...sorted(all), since: cut ? range.to : since }
}

interface KeptRecord {
  readonly position: Position
  readonly record: RuleControl
}

async function keptControls(database: Database, { organisation, from, to }: LoggedRange) {
  const query = database.read(organisation)
  const rows = await query
    .selectFrom('control_record')
    .selectAll()
    .where('ingest', '>=', from)
    .where('ingest', '<', to)
    .orderBy('ingest')
    .orderBy('sequence')
    .orderBy('idx')
    .limit(mostControls)
    .execute()
  const oldest = await query
    .selectFrom('control_record')
    .select('ingest')
    .orderBy('ingest')
    .limit(1)
    .executeTakeFirst()
  const records = rows.map(({ document, epoch, partition, sequence, idx }): KeptRecord => {
    const position = { epoch, partition, sequence, index: idx }
    return { position, record: controlRecord.parse(JSON.parse(document)) }
  })
  return { records, last: records.at(-1)?.position, oldest: oldest?.ingest }
}

async function loggedControls(
  log: Pick<ReadingLog, 'read'>,
  { organisation, from, to }: LoggedRange,
  after: Position | undefined,
): Promise<KeptRecord[]> {
  const found: KeptRecord[] = []
  let at = after
  for (;;) {
    const entries = await log.read({ limit: recordsATime, ...(at && { after: at }) })
    const last = entries.at(-1)
    if (last === undefined || found.length >= mostControls) return found
    at = last.position
    for (const { position, record } of entries) {
      const isWithin = record.ingest >= from && record.ingest < to
      if (record.kind !== 'control' || record.control === 'heartbeat') continue
      if (!isWithin) continue
      if (record.organisation === organisation) found.push({ position, record })
    }
    if (last.record.ingest >= to + clockSlack) return found
  }
}

function sorted(all: readonly KeptRecord[]): Omit<RecordedControls, 'since'> {
  const controls: LoggedControl[] = []
  const activations: Activation[] = []
  for (const { position, record } of all) {
    if (record.control === 'activation') {
      activations.push({ position, ingest: record.ingest, version: record.version })
    } else controls.push({ position, record })
  }
  return { controls, activations }
}

const time = z.int().transform(timeUs)
const common = { kind: z.literal('control'), organisation: organisationId, ingest: time }
const controlRecord: z.ZodType<RuleControl> = z.discriminatedUnion('control', [
  z.object({ ...common, control: z.literal('timer') }),
  z.object({
    ...common,
    control: z.literal('blind'),
    from: time,
    to: time,
    why: z.enum(['boot', 'suspend']),
  }),
  z.object({ ...common, control: z.literal('activation'), version: z.int() }),
])
