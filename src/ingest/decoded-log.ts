import type { Configurations } from '../configuration/active.ts'
import { comparePositions, type Position } from '../domain/position.ts'
import type { Source } from './consumer.ts'
import { createDecoding, decodeAll, type DecodedEntry, type Decoding } from './decoding.ts'
import type { ReadRequest, ReadingLog } from './reading-log.ts'

/** The log as its consumers read it: decoded once for all who are near the head. */
export interface DecodedLog {
  /** A reader for one consumer, which reads in order. */
  reader(): Source<DecodedEntry>
}

/**
 * How many decoded entries stay for the consumers behind the first: at full speed history is up to
 * 150 ms behind the detector, and whoever falls out of the window decodes a second time.
 */
const windowEntries = 20_000
/** So many go at a time, because those behind them move up. */
const forgottenAtOnce = 1_000

/** How far one consumer has come: all up to here it need not see again. */
interface Reached {
  after: Position | undefined
}

export function createDecodedLog(
  log: ReadingLog,
  configurations: Configurations,
): DecodedLog {
  const window = new DecodedWindow(log, configurations)
  return {
    reader() {
      const alone = new LoneReader(log, configurations)
      const reached = window.join()
      return {
        epoch: log.epoch,
        shared: log.shared,
        head: () => log.head(),
        onCommit: (listener) => log.onCommit(listener),
        read: async (request) =>
          (await window.read(request, reached)) ?? alone.read(request),
      }
    },
  }
}

/**
 * The newest decoded entries that somebody has yet to read. The consumer in front decodes, the others
 * find what it left. One that is further behind than the window reads alone and costs the others
 * nothing.
 */
class DecodedWindow {
  readonly #log: ReadingLog
  readonly #configurations: Configurations
  #decoding: Decoding
  #entries: DecodedEntry[] = []
  /** What the first entry of the window follows; undefined: the beginning of the log. */
  #begin: Position | undefined
  #end: Position | undefined
  #started = false
  /** Whoever reads at the end waits for the one who is reading on already. */
  #extending: Promise<void> | undefined
  readonly #readers: Reached[] = []

  constructor(log: ReadingLog, configurations: Configurations) {
    this.#log = log
    this.#configurations = configurations
    this.#decoding = createDecoding(configurations)
  }

  /** One more will read; until it has begun, all it may want stays. */
  join(): Reached {
    const reached: Reached = { after: undefined }
    this.#readers.push(reached)
    return reached
  }

  /** Undefined when `after` lies before the window. */
  async read(
    { after, limit }: ReadRequest,
    reached: Reached,
  ): Promise<readonly DecodedEntry[] | undefined> {
    reached.after = after
    if (!this.#started || isAfter(after, this.#end)) this.#moveTo(after)
    if (isAfter(this.#begin, after)) return undefined
    const at = this.#indexAfter(after)
    if (at < this.#entries.length) return this.#entries.slice(at, at + limit)
    if (this.#extending === undefined) {
      const found = await this.#extend(limit)
      // The end of the log, or nothing but records that can no longer be read. Only who has asked
      // the log itself may say so: what another asked for earlier may be older than the question.
      if (found === 'nothing') return []
    } else {
      await this.#extending
    }
    return this.read({ limit, ...(after !== undefined && { after }) }, reached)
  }

  async #extend(limit: number): Promise<'nothing' | 'something'> {
    const work = this.#readOn(limit)
    // Those who wait go on to ask for themselves, whatever came of it.
    const over = work.then(
      () => undefined,
      () => undefined,
    )
    this.#extending = over
    try {
      return await work
    } finally {
      if (this.#extending === over) this.#extending = undefined
    }
  }

  async #readOn(limit: number): Promise<'nothing' | 'something'> {
    const after = this.#end
    const decoding = this.#decoding
    const entries = await this.#log.read({ limit, ...(after !== undefined && { after }) })
    if (entries.length === 0) return 'nothing'
    let decoded: readonly DecodedEntry[]
    try {
      decoded = await decodeAll(decoding, entries)
    } catch (error) {
      // What it knows now is ahead of where we are.
      if (this.#decoding === decoding) this.#decoding = createDecoding(this.#configurations)
      throw error
    }
    // A consumer that was ahead of us all may have moved the window meanwhile.
    if (this.#decoding !== decoding) return 'something'
    this.#entries.push(...decoded)
    this.#end = entries.at(-1)?.position ?? after
    this.#forget()
    return 'something'
  }

  /** Lets go of what everybody has read, and of what lies further back than the window reaches. */
  #forget(): void {
    const read = Math.min(...this.#readers.map(({ after }) => this.#indexAfter(after)))
    const surplus = Math.max(read, this.#entries.length - windowEntries)
    if (surplus < forgottenAtOnce) return
    this.#begin = this.#entries[surplus - 1]?.position
    this.#entries = this.#entries.slice(surplus)
  }

  #moveTo(after: Position | undefined): void {
    this.#started = true
    this.#entries = []
    this.#begin = after
    this.#end = after
    this.#decoding = createDecoding(this.#configurations)
    this.#extending = undefined
  }

  /** Index of the first entry behind `after`. */
  #indexAfter(after: Position | undefined): number {
    if (after === undefined) return 0
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.#entries[middle]
      if (entry !== undefined && comparePositions(entry.position, after) > 0) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Reads and decodes for one consumer alone. */
class LoneReader {
  readonly #log: ReadingLog
  readonly #configurations: Configurations
  #decoding: Decoding
  /** Where the decoding stands: it knows the configurations in force there. */
  #at: Position | undefined

  constructor(log: ReadingLog, configurations: Configurations) {
    this.#log = log
    this.#configurations = configurations
    this.#decoding = createDecoding(configurations)
  }

  async read(request: ReadRequest): Promise<readonly DecodedEntry[]> {
    const { after } = request
    const goesOn = after !== undefined && this.#at !== undefined && !differ(after, this.#at)
    if (!goesOn) this.#decoding = createDecoding(this.#configurations)
    this.#at = undefined
    const decoded = await decodeAll(this.#decoding, await this.#log.read(request))
    this.#at = decoded.at(-1)?.position
    return decoded
  }
}

/** Does `a` lie behind `b`? Undefined is the beginning of the log. */
function isAfter(a: Position | undefined, b: Position | undefined): boolean {
  if (a === undefined) return false
  return b === undefined || comparePositions(a, b) > 0
}

function differ(a: Position, b: Position): boolean {
  return comparePositions(a, b) !== 0
}
