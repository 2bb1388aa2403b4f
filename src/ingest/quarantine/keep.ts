import { sql, type Insertable, type Kysely } from 'kysely'
import type { Database } from '../../database/database.ts'
import type { Tables } from '../../database/tables.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { Clock } from '../../domain/clock.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { RefusedReading } from '../projector/poison.ts'
import type { CorruptRecord } from '../reading-log.ts'
import { quarantineId } from './rows.ts'

/** Rows kept of one organisation, and of the log; the rest is counted in one more. */
export const MOST_KEPT = 10_000
const rowsPerInsert = 500
const longestReason = 1_000

export interface KeepParts {
  readonly database: Database
  readonly clock: Pick<Clock, 'now'>
}

/** Puts readings that the store refuses into quarantine. Those that are there already stay as they are. */
export async function keepReadings(
  { database, clock }: KeepParts,
  refused: readonly RefusedReading[],
): Promise<void> {
  const at = clock.now()
  const all = Map.groupBy(refused, ({ organisation }) => organisation)
  for (const [organisation, own] of all) {
    const rows = own.map((one) => readingRow(one, at))
    await database.write(organisation, 'normal', ({ query }) =>
      keep(query, organisation, rows),
    )
  }
}

/** Notes that records of the log of this epoch can no longer be read. */
export async function keepCorrupt(
  { database, clock }: KeepParts,
  epoch: string,
  records: readonly CorruptRecord[],
): Promise<void> {
  const at = clock.now()
  const rows = records.map((record) => corruptRow(epoch, record, at))
  await database.installation.write('normal', (query) => keep(query, '', rows))
}

type Row = Insertable<Tables['quarantine']>

async function keep(
  query: Kysely<Tables>,
  organisation: OrganisationId | '',
  rows: readonly Row[],
): Promise<void> {
  const fresh = await unknown(query, organisation, rows)
  const { kept } = await query
    .selectFrom('quarantine')
    .select(({ fn }) => fn.countAll<number>().as('kept'))
    .where('organisation', '=', organisation)
    .where('kind', '!=', 'more')
    .executeTakeFirstOrThrow()
  const room = Math.max(0, MOST_KEPT - kept)
  for (let from = 0; from < Math.min(room, fresh.length); from += rowsPerInsert) {
    await query
      .insertInto('quarantine')
      .values(fresh.slice(from, Math.min(from + rowsPerInsert, room)))
      .execute()
  }
  await countMore(query, organisation, fresh.slice(room))
}

/** Those that have no row yet, each once. */
async function unknown(
  query: Kysely<Tables>,
  organisation: OrganisationId | '',
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const fresh = new Map(rows.map((row) => [row.id, row]))
  const ids = [...fresh.keys()]
  for (let from = 0; from < ids.length; from += rowsPerInsert) {
    const known = await query
      .selectFrom('quarantine')
      .select('id')
      .where('organisation', '=', organisation)
      .where('id', 'in', ids.slice(from, from + rowsPerInsert))
      .execute()
    for (const { id } of known) fresh.delete(id)
  }
  return [...fresh.values()]
}

/** A batch that is repeated after a crash is counted twice here: the count says how many at most. */
async function countMore(
  query: Kysely<Tables>,
  organisation: OrganisationId | '',
  folded: readonly Row[],
): Promise<void> {
  const last = folded.at(-1)
  if (last === undefined) return
  await query
    .insertInto('quarantine')
    .values({
      organisation,
      id: quarantineId('more', organisation),
      kind: 'more',
      first_at: last.first_at,
      last_at: last.last_at,
      count: folded.length,
      reason: last.reason,
      epoch: null,
      sequence: null,
      idx: null,
      reading: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['organisation', 'id']).doUpdateSet({
        count: sql`quarantine.count + ${folded.length}`,
        last_at: last.last_at,
        reason: last.reason,
      }),
    )
    .execute()
}

function readingRow(refused: RefusedReading, at: TimeUs): Row {
  const { organisation, position, reading, reason } = refused
  const { epoch, sequence, index } = position
  return {
    organisation,
    id: quarantineId(
      'reading',
      organisation,
      epoch,
      sequence,
      index,
      reading.point,
      reading.effective,
    ),
    kind: 'reading',
    first_at: at,
    last_at: at,
    count: 1,
    reason: reason.slice(0, longestReason),
    epoch,
    sequence,
    idx: index,
    reading: JSON.stringify(reading),
  }
}

function corruptRow(epoch: string, record: CorruptRecord, at: TimeUs): Row {
  const { sequence, index, reason } = record
  return {
    organisation: '',
    id: quarantineId('corrupt', epoch, sequence, index ?? 'whole'),
    kind: 'corrupt',
    first_at: at,
    last_at: at,
    count: 1,
    reason: reason.slice(0, longestReason),
    epoch,
    sequence,
    idx: index ?? null,
    reading: null,
  }
}
