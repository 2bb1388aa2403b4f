import {
  flag,
  type Quality,
  qualities,
  REORDER_WINDOW,
  type Value,
} from '../domain/reading.ts'
import { KEPT, MOST_RECENT, Recent, type Said } from './recent.ts'
import {
  type CopiedPoint,
  readingColumns,
  type SavedPoint,
  unpacked,
} from './saved-point.ts'
import type { PointsColumns } from './scratch.ts'

/** What hearing a reading meant for its point. */
export type Heard =
  /** Nothing that was not known. */
  | 0
  /** It is the newest of its point. */
  | 1
  /** It is older than the newest and belongs between others, or says otherwise of a time we know. */
  | 2

/** Bits of `meta`: two of quality, two of form, one of age. */
const QUALITY = 3
const FORM = 12
const form = { number: 0, boolean: 4, text: 8, none: 12 } as const
/** Of a good number that was history when it came; of one that was not it is 0. */
export const HISTORICAL = 16
/** A reading of the past, as it is replayed. */
export interface KeptReading extends Said {
  readonly text: string | undefined
}

/**
 * The newest reading of each point, once for all rules, and those of the last two windows where a
 * point speaks more often than that. Points are numbered 0 to size - 1.
 */
export class Points {
  readonly at: Float64Array
  readonly value: Float64Array
  readonly meta: Uint8Array
  readonly recent: Recent
  /** Texts of the newest and the kept readings, by time; only of points that speak in texts. */
  readonly #texts = new Map<number, Map<number, string>>()

  constructor(size: number) {
    this.at = new Float64Array(size).fill(-Infinity)
    this.value = new Float64Array(size).fill(Number.NaN)
    this.meta = new Uint8Array(size).fill(2 | form.none)
    this.recent = new Recent(this)
  }

  /** Takes in row `row` of `columns` for `point`. */
  hear(point: number, columns: PointsColumns, row: number): Heard {
    const at = columns.effective[row] ?? Number.NaN
    const newest = this.at[point] ?? -Infinity
    if (!(at > newest)) return this.#hearOld(point, columns, row)
    this.recent.keepNewest(point, at - KEPT)
    this.at[point] = at
    this.value[point] = valueIn(columns, row)
    this.meta[point] = metaIn(columns, row)
    if (columns.texts.size > 0 || this.#texts.size > 0) {
      this.#putText(point, at, columns.texts.get(row))
      this.#forgetTexts(point)
    }
    return 1
  }

  get hasTexts(): boolean {
    return this.#texts.size > 0
  }

  /** What the point said last at or before `at`; undefined when that is not known any more. */
  before(point: number, at: number): KeptReading | undefined {
    const newest = this.at[point] ?? -Infinity
    if (newest <= at) return newest === -Infinity ? undefined : this.#newest(point)
    const from = newest - KEPT
    for (let index = 0; index < MOST_RECENT; index += 1) {
      const then = this.recent.at(point, index)
      if (then < from) break
      if (then <= at) return this.#kept(point, index)
    }
    return undefined
  }

  /** Readings of the point after `at`, the oldest first; undefined when some of them are not kept any more. */
  since(point: number, at: number): readonly KeptReading[] | undefined {
    const newest = this.at[point] ?? -Infinity
    if (newest <= at) return []
    const oldest = this.recent.at(point, MOST_RECENT - 1)
    if (oldest > at && oldest >= newest - KEPT) return undefined
    return this.#all(point).filter((one) => one.at > at)
  }

  /** The newest reading, if it is a text. */
  textOf(point: number): string | undefined {
    return this.#textAt(point, this.at[point] ?? -Infinity)
  }

  /** All that is kept of the point; undefined where it said nothing. */
  copy(point: number): CopiedPoint | undefined {
    const newest = this.at[point] ?? -Infinity
    if (newest === -Infinity) return undefined
    const { recent } = this
    const behind = recent.count(point, newest - KEPT)
    const all = readingColumns(behind + 1)
    recent.copyTo(point, behind, all)
    all.at[behind] = newest
    all.value[behind] = this.value[point] ?? Number.NaN
    all.meta[behind] = this.meta[point] ?? 0
    const texts = this.#texts.get(point)
    return { columns: all, texts: texts && new Map(texts) }
  }

  /** Throws an Error that says what is wrong with it. */
  load(point: number, saved: SavedPoint): void {
    this.#put(point, unpacked(saved))
  }

  #put(point: number, copied: CopiedPoint | undefined): void {
    if (copied === undefined) return
    const { at, value, meta } = copied.columns
    for (const [index, time] of at.entries()) {
      this.recent.keepNewest(point, time - KEPT)
      this.at[point] = time
      this.value[point] = value[index] ?? Number.NaN
      this.meta[point] = meta[index] ?? 0
    }
    for (const [time, text] of copied.texts ?? []) this.#putText(point, time, text)
  }

  /** Everything of `point` becomes what `other` knows of its point `from`. */
  take(point: number, other: Points, from: number): void {
    this.#put(point, other.copy(from))
  }

  #all(point: number): readonly KeptReading[] {
    const all: KeptReading[] = []
    const count = this.recent.count(point, (this.at[point] ?? -Infinity) - KEPT)
    for (let index = count - 1; index >= 0; index -= 1) all.push(this.#kept(point, index))
    all.push(this.#newest(point))
    return all
  }

  #newest(point: number): KeptReading {
    const at = this.at[point] ?? -Infinity
    const text = this.#textAt(point, at)
    return { at, value: this.value[point] ?? Number.NaN, meta: this.meta[point] ?? 0, text }
  }

  #kept(point: number, index: number): KeptReading {
    const { at, value, meta } = this.recent.get(point, index)
    return { at, value, meta, text: this.#textAt(point, at) }
  }

  /** A reading that is not newer than the newest of its point. */
  #hearOld(point: number, columns: PointsColumns, row: number): Heard {
    // A replayed message says only what was said before.
    if (((columns.flags[row] ?? 0) & flag.replay) !== 0) return 0
    const said: KeptReading = {
      at: columns.effective[row] ?? Number.NaN,
      value: valueIn(columns, row),
      meta: metaIn(columns, row),
      text: columns.texts.get(row),
    }
    const newest = this.at[point] ?? -Infinity
    if (said.at === newest) return this.#restate(point, said)
    return said.at >= newest - REORDER_WINDOW ? this.#insert(point, said) : 0
  }

  #restate(point: number, said: KeptReading): Heard {
    if (isSame(this.#newest(point), said)) return 0
    this.value[point] = said.value
    this.meta[point] = said.meta
    this.#putText(point, said.at, said.text)
    return 2
  }

  #insert(point: number, said: KeptReading): Heard {
    let index = 0
    while (index < MOST_RECENT && this.recent.at(point, index) > said.at) index += 1
    if (this.recent.at(point, index) === said.at) {
      if (isSame(this.#kept(point, index), said)) return 0
      this.recent.replace(point, index, said)
    } else {
      this.recent.insert(point, index, said, (this.at[point] ?? -Infinity) - KEPT)
    }
    this.#putText(point, said.at, said.text)
    return 2
  }

  #textAt(point: number, at: number): string | undefined {
    return this.#texts.size === 0 ? undefined : this.#texts.get(point)?.get(at)
  }

  #putText(point: number, at: number, text: string | undefined): void {
    const texts = this.#texts.get(point)
    if (text === undefined) texts?.delete(at)
    else if (texts === undefined) this.#texts.set(point, new Map([[at, text]]))
    else texts.set(at, text)
  }

  /** Those of readings that are not kept any more. */
  #forgetTexts(point: number): void {
    const texts = this.#texts.get(point)
    if (texts === undefined) return
    const from = (this.at[point] ?? -Infinity) - KEPT
    const oldest = Math.max(from, this.recent.at(point, MOST_RECENT - 1))
    for (const time of texts.keys()) {
      if (time >= oldest) break
      texts.delete(time)
    }
    if (texts.size === 0) this.#texts.delete(point)
  }
}

/** A number that is not finite is no value. Adding 0 makes -0 a plain 0, which JSON would do anyway. */
function valueIn(columns: PointsColumns, row: number): number {
  const value = columns.value[row] ?? Number.NaN
  return Number.isFinite(value) ? value + 0 : Number.NaN
}

function metaIn(columns: PointsColumns, row: number): number {
  const isOld = (columns.effective[row] ?? 0) < (columns.ingest[row] ?? 0) - REORDER_WINDOW
  return (columns.quality[row] ?? 0) | formIn(columns, row) | (isOld ? HISTORICAL : 0)
}

function formIn(columns: PointsColumns, row: number): number {
  if (columns.texts.size > 0 && columns.texts.has(row)) return form.text
  if (columns.boolean[row] === 1) return form.boolean
  return Number.isFinite(columns.value[row]) ? form.number : form.none
}

function isSame(a: KeptReading, b: KeptReading): boolean {
  const alike = (a.meta & (QUALITY | FORM)) === (b.meta & (QUALITY | FORM))
  return alike && Object.is(a.value, b.value) && a.text === b.text
}

/** May it be used: is it a value, and as good as the rule asks for? */
export function isUsable(meta: number, uncertain: 'use' | 'hold'): boolean {
  if ((meta & FORM) === form.none) return false
  const quality = meta & QUALITY
  return quality === 0 || (quality === 1 && uncertain === 'use')
}

/** Was it history when it came? */
export function wasHistorical(meta: number): boolean {
  return (meta & HISTORICAL) !== 0
}

export function qualityOf(meta: number): Quality {
  return qualities[meta & QUALITY] ?? 'bad'
}

/** The value as it was said. A number that is not finite was no value. */
export function valueOf({ value, meta, text }: KeptReading): Value {
  switch (meta & FORM) {
    case form.number:
      return value
    case form.boolean:
      return value === 1
    case form.text:
      return text ?? null
    default:
      return null
  }
}
