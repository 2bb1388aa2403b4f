import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock, Random } from '../domain/clock.ts'
import type { ControlRecord } from '../domain/log-record.ts'
import { comparePositions, type Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'
import type { ReadingLog } from '../ingest/reading-log.ts'
import { openSqliteLog } from '../ingest/sqlite-log/open.ts'

/**
 * Whether a copy of the database and a copy of the log belong together. The database is always the
 * older of the two: the detector replays what the log has beyond its cursor, and what it says a
 * second time is recognised.
 */

const position = z.object({
  epoch: z.string(),
  partition: z.int(),
  sequence: z.int(),
  index: z.int(),
})

/** What the database copy expects of the log. */
export interface Expectations {
  /** How far each consumer with a cursor in the database has come. */
  readonly cursors: ReadonlyMap<string, Position>
  /** Newest version of the configuration that it knows, by organisation. */
  readonly versions: ReadonlyMap<string, number>
}

export function readExpectations(copy: DatabaseSync): Expectations {
  const cursors = z
    .array(z.object({ consumer: z.string(), position: z.string() }))
    .parse(copy.prepare('SELECT consumer, position FROM checkpoint').all())
  const versions = z
    .array(z.object({ organisation: z.string(), newest: z.int() }))
    .parse(
      copy
        .prepare(
          'SELECT organisation, max(version) AS newest FROM configuration_version GROUP BY organisation',
        )
        .all(),
    )
  return {
    cursors: new Map(
      cursors.map((row) => [row.consumer, position.parse(JSON.parse(row.position))]),
    ),
    versions: new Map(versions.map((row) => [row.organisation, row.newest])),
  }
}

export interface LogState {
  readonly epoch: string
  readonly head: Position | undefined
}

export function stateOf(log: ReadingLog): LogState {
  return { epoch: log.epoch, head: log.head() }
}

/** Throws Problem conflict when a consumer has read further than the log reaches, or another log. */
export function refuseAhead(cursors: Expectations['cursors'], log: LogState): void {
  for (const [consumer, cursor] of cursors) {
    const { epoch, head } = log
    const behind =
      cursor.epoch === epoch && head !== undefined && comparePositions(cursor, head) <= 0
    if (behind) continue
    throw new Problem({
      kind: 'conflict',
      what: `the ${consumer} has read further than the reading log reaches`,
      where: `log ${epoch} up to commit ${head?.sequence ?? 0}; the ${consumer} is in ${cursor.epoch} at commit ${cursor.sequence}`,
      why: 'the database and the log are not of one moment',
      next: 'take another backup, of a data folder that nobody has put together by hand',
    })
  }
}

export interface LogParts {
  readonly file: string
  readonly clock: Clock
  readonly random: Random
}

/** Opens a copy of the log for a moment; refuses one that is no log or of a newer format. */
export async function lookAtLog<T>(
  parts: LogParts,
  look: (log: ReadingLog) => Promise<T>,
): Promise<T> {
  await using log = await openSqliteLog(parts)
  return await look(log)
}

const recordsARead = 2_000

/**
 * The first commit that puts a version of the configuration into force which the database copy does
 * not know, because it was applied while the backup was made; undefined when there is none. What
 * stands from there on could not be decoded, and came after the moment of the backup.
 */
export async function firstUnknown(
  log: ReadingLog,
  { cursors, versions }: Expectations,
): Promise<number | undefined> {
  // A version that is unknown there was written later than any cursor that stands there.
  let after = cursors.get('detector')
  for (;;) {
    const entries = await log.read({
      limit: recordsARead,
      ...(after !== undefined && { after }),
    })
    for (const { position, record } of entries) {
      if (record.kind === 'control' && isUnknown(record, versions)) return position.sequence
    }
    const last = entries.at(-1)
    if (last === undefined) return undefined
    after = last.position
  }
}

function isUnknown(record: ControlRecord, versions: Expectations['versions']): boolean {
  if (record.control !== 'activation') return false
  return record.version > (versions.get(record.organisation) ?? 0)
}

/** Makes the copy end before a commit. */
export function cutFrom(copy: DatabaseSync, sequence: number): void {
  copy.prepare('DELETE FROM packed_commit WHERE sequence >= ?').run(sequence)
}

/**
 * Forgets how far the consumers have released the log: history is built anew from its beginning, so
 * retention may delete nothing before that is done.
 */
export function keepWhole(copy: DatabaseSync): void {
  copy
    .prepare(
      "INSERT OR IGNORE INTO mark (consumer, partition, sequence, idx) VALUES ('projector', 0, 0, 0)",
    )
    .run()
  copy.prepare('UPDATE mark SET sequence = 0, idx = 0').run()
}

/** When the oldest commit was made, in µs; undefined for an empty log. */
export function oldestCommit(copy: DatabaseSync): number | undefined {
  const row = copy.prepare('SELECT min(committed) AS at FROM packed_commit').get()
  return z.object({ at: z.int().nullable() }).parse(row).at ?? undefined
}
