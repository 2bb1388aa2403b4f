import { expect } from 'vitest'
import type { OrganisationId } from '../../src/domain/ids.ts'
import type { Envelope, LogEntry, LogRecord } from '../../src/domain/log-record.ts'
import { comparePositions, type Position } from '../../src/domain/position.ts'
import { timeUs } from '../../src/domain/time.ts'
import { encodeRecord, maxEncodedBytes } from '../../src/ingest/log-codec.ts'
import { packCommit } from '../../src/ingest/packed-commit.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'

/** One implementation of the reading log, as the contract suite drives it. */
export interface LogUnderTest {
  /** Opens the log that lives in `folder`, and makes it when it is not there. */
  open(folder: string, bounds?: { readonly maxQueuedRecords: number }): Promise<ReadingLog>
  /** How many commits a stranger sees, who does not ask the open log but its medium. */
  durableCommits(folder: string): Promise<number>
  /**
   * Puts a commit behind the newest as if the log had written it, while nobody has it open;
   * answers with its sequence.
   */
  storeCommit(folder: string, packed: Uint8Array, records: number): Promise<number>
  /** Whether the server or disk of this test keeps an acknowledged message in a power cut. */
  readonly survivesPowerCut: boolean
  /** Several processes may have it open at once. */
  readonly shared: boolean
}

export const gata = 'gata' as OrganisationId

/** A message of a lamp, told apart by its number. */
export function envelope(number: number, organisation = gata): Envelope {
  return {
    kind: 'envelope',
    organisation,
    connection: 'mqtt',
    device: `lamp-${number % 100}`,
    topic: `gata/lamp-${number % 100}/up`,
    payload: Buffer.from(String(number)),
    ingest: timeUs(1_795_000_000_000_000 + number),
    retained: false,
  }
}

export function numberOf(record: LogRecord): number {
  return record.kind === 'envelope' ? Number(Buffer.from(record.payload).toString()) : -1
}

export function numbersOf(entries: readonly LogEntry[]): readonly number[] {
  return entries.map(({ record }) => numberOf(record))
}

/** The stored form of a commit with these records. */
export function packed(records: readonly LogRecord[]): Buffer {
  const encoded = records.map((record) => {
    const target = Buffer.alloc(maxEncodedBytes(record))
    return target.subarray(0, encodeRecord(record, target, 0))
  })
  const lengths = Uint32Array.from(encoded, (bytes) => bytes.length)
  return packCommit({ bytes: Buffer.concat(encoded), lengths })
}

/** Reads the log from the beginning (or from `after`) to its end, `limit` records at a time. */
export async function readAll(
  log: ReadingLog,
  limit = 1_000,
  after?: Position,
): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = []
  let from = after
  for (;;) {
    const page = await log.read({ limit, ...(from !== undefined && { after: from }) })
    expect(page.length).toBeLessThanOrEqual(limit)
    const last = page.at(-1)
    if (last === undefined) return all
    all.push(...page)
    from = last.position
  }
}

/** Resolves when the log's end satisfies the condition. */
export async function untilHead(
  log: ReadingLog,
  reached: (head: Position | undefined) => boolean,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = (): void => {
    if (reached(log.head())) resolve()
  }
  const stop = log.onCommit(look)
  look()
  await promise
  stop()
}

/** One commit each. */
export async function appendApart(
  log: ReadingLog,
  numbers: readonly number[],
): Promise<readonly Position[]> {
  const positions: Position[] = []
  for (const number of numbers) positions.push(await log.append(envelope(number)))
  return positions
}

/** The numbers from 0 up to, not including, `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}

export function follows(earlier: Position | undefined, later: Position): boolean {
  return earlier !== undefined && comparePositions(earlier, later) < 0
}

/** Buffers and plain byte arrays with the same bytes are the same payload. */
export function plain(record: LogRecord): unknown {
  return record.kind === 'envelope' ? { ...record, payload: [...record.payload] } : record
}
