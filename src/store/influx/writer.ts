import type { OrganisationId } from '../../domain/ids.ts'
import { comparePositions, type Position } from '../../domain/position.ts'
import type { Reading } from '../../domain/reading.ts'
import { Lane } from '../lane.ts'
import type { ReadingsOfRecord } from '../reading-store.ts'
import type { InfluxServer } from './influx-server.ts'
import { readingLine } from './line.ts'
import type { StoredCursors } from './stored-cursors.ts'
import { refuseGap, refuseOtherLog } from '../other-log.ts'

/** Lines of one request. */
const maxLines = 5_000
/** Bytes of one request: far below what InfluxDB takes (25 MB) and what proxies are set to. */
const maxBytes = 4 * 1_048_576
/** Writes that wait for the one under way. */
const maxWaiting = 16

/** Told of every reading after it was sent. */
export type Witness = (organisation: OrganisationId, reading: Reading) => void

/** A reading with its line. */
export interface Line {
  readonly position: Position
  readonly organisation: OrganisationId
  readonly reading: Reading
  readonly text: string
}

/** What may be done while nothing else is written. */
export interface Turn {
  /** Writes lines that are no readings. */
  readonly send: (lines: readonly string[]) => Promise<void>
  /** Writes readings, in order. */
  readonly sendReadings: (lines: readonly Line[]) => Promise<void>
}

/**
 * Writes one thing at a time, so that of two readings with one time the later is written later. The
 * cursor is saved when the server has everything; a crash before that only repeats lines that
 * overwrite themselves.
 */
export class Writer {
  readonly #server: Pick<InfluxServer, 'write'>
  readonly #cursors: StoredCursors
  readonly #lane = new Lane({ width: 1, maxWaiting })
  /** What is stored, once it was read: `{ at: undefined }` when nothing is. */
  #known: { readonly at: Position | undefined } | undefined
  #witness: Witness | undefined

  constructor(server: Pick<InfluxServer, 'write'>, cursors: StoredCursors) {
    this.#server = server
    this.#cursors = cursors
  }

  async cursor(): Promise<Position | undefined> {
    this.#known ??= { at: await this.#cursors.load() }
    return this.#known.at
  }

  async write(
    records: readonly ReadingsOfRecord[],
    cursor: Position,
    follows?: Position,
  ): Promise<void> {
    for (const { position } of records) {
      if (comparePositions(position, cursor) > 0) {
        throw new RangeError('a reading lies beyond the cursor it is written with')
      }
    }
    const lines = linesOf(records)
    await this.#lane.run(async () => {
      const stored = await this.cursor()
      refuseGap(stored, follows)
      if (stored !== undefined) {
        refuseOtherLog(stored, cursor)
        if (comparePositions(cursor, stored) <= 0) return
      }
      const isNew = ({ position }: Line): boolean =>
        stored === undefined || comparePositions(position, stored) > 0
      await this.#sendReadings(lines.filter(isNew))
      await this.#save(cursor)
    })
  }

  adopt(): Promise<void> {
    return this.#lane.run(() => this.#save(undefined))
  }

  /** Runs `work` while nothing else is written. */
  between<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    const turn: Turn = {
      send: (lines) => this.#send(lines),
      sendReadings: (lines) => this.#sendReadings(lines),
    }
    return this.#lane.run(() => work(turn))
  }

  /** Tells `witness` of the readings that are written from now on, until disposed. One at a time. */
  observe(witness: Witness): Disposable {
    this.#witness = witness
    return {
      [Symbol.dispose]: () => {
        this.#witness = undefined
      },
    }
  }

  /** Resolves when nothing is being written. */
  idle(): Promise<void> {
    return this.#lane.empty()
  }

  async #sendReadings(lines: readonly Line[]): Promise<void> {
    try {
      await this.#send(lines.map(({ text }) => text))
    } finally {
      // Also a write that failed may have stored some of them.
      for (const line of lines) this.#witness?.(line.organisation, line.reading)
    }
  }

  async #send(lines: readonly string[]): Promise<void> {
    for (const batch of batchesOf(lines)) await this.#server.write(batch)
  }

  async #save(cursor: Position | undefined): Promise<void> {
    await this.#cursors.save(cursor)
    this.#known = { at: cursor }
  }
}

/**
 * One line for each point and time, of the reading that wins: InfluxDB has no order within a time.
 * Throws RangeError for a reading that breaks its contract.
 */
export function linesOf(records: readonly ReadingsOfRecord[]): readonly Line[] {
  const lines = new Map<string, Line>()
  for (const { organisation, position, readings } of records) {
    for (const reading of readings) {
      const text = readingLine({ ...reading, organisation, position })
      lines.set(placeText(organisation, reading), { position, organisation, reading, text })
    }
  }
  return [...lines.values()]
}

/** Point and time of a reading as a key. */
export function placeText(
  organisation: OrganisationId,
  { point, effective }: Pick<Reading, 'point' | 'effective'>,
): string {
  return `${organisation} ${point} ${effective}`
}

function* batchesOf(lines: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = []
  let bytes = 0
  for (const line of lines) {
    const size = Buffer.byteLength(line) + 1
    if (batch.length === maxLines || (batch.length > 0 && bytes + size > maxBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(line)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
