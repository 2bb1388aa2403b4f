import type { TimeUs } from '../../domain/time.ts'
import type { Sample } from '../reading-store.ts'

/** The span that is cut, and what may be made of it. */
export interface Frame {
  readonly first: TimeUs
  readonly last: TimeUs
  /** Samples that may stay, 2 and up. */
  readonly limit: number
  /** Whether gaps are to be expected; without them there is room for more parts. */
  readonly gaps: boolean
}

interface Extremes {
  low: Sample
  high: Sample
}

interface Part {
  number?: Extremes
  text?: Extremes
  gap?: Sample
}

/**
 * Thins samples: cuts the time into equal parts and keeps of each its lowest, its highest and its
 * first gap, and of all the first and the last. With a limit below 5 that order decides what stays.
 */
export class Picture {
  /** Of a part, in µs; the parts begin at `frame.first`. */
  readonly width: number
  readonly #frame: Frame
  readonly #parts = new Map<number, Part>()
  #first: Sample | undefined
  #last: Sample | undefined

  constructor(frame: Frame) {
    const count = Math.max(1, Math.floor((frame.limit - 2) / (frame.gaps ? 3 : 2)))
    this.width = Math.ceil((frame.last - frame.first + 1) / count)
    this.#frame = frame
  }

  add(sample: Sample): void {
    this.#first = earlierOf(sample, this.#first)
    if (this.#last === undefined || sample.at > this.#last.at) this.#last = sample
    const part = this.#partAt(sample.at)
    if (sample.value === null) {
      part.gap = earlierOf(sample, part.gap)
      return
    }
    const kind = typeof sample.value === 'string' ? 'text' : 'number'
    const known = (part[kind] ??= { low: sample, high: sample })
    if (isBelow(sample.value, known.low.value)) known.low = sample
    if (isBelow(known.high.value, sample.value)) known.high = sample
  }

  #partAt(time: TimeUs): Part {
    const { first, last } = this.#frame
    const at = Math.min(Math.max(time, first), last)
    const place = Math.floor((at - first) / this.width)
    const part = this.#parts.get(place) ?? {}
    this.#parts.set(place, part)
    return part
  }

  /** What stays, in the order of time. */
  samples(): Sample[] {
    const parts = [...this.#parts.values()]
    const extremes = parts.flatMap(({ number, text }) => number ?? text ?? [])
    const ends = [this.#first, this.#last].flatMap((sample) => sample ?? [])
    const byImportance = [
      ...extremes.flatMap(({ low, high }) => [low, high]),
      ...ends,
      ...parts.flatMap(({ gap }) => gap ?? []),
    ]
    const kept = new Map<TimeUs, Sample>()
    for (const sample of byImportance) {
      if (kept.size === this.#frame.limit) break
      if (!kept.has(sample.at)) kept.set(sample.at, sample)
    }
    return [...kept.values()].toSorted((a, b) => a.at - b.at)
  }
}

function earlierOf(a: Sample, b: Sample | undefined): Sample {
  return b === undefined || a.at < b.at ? a : b
}

/** Numbers and booleans by size, texts by their letters; the kinds are never compared. */
function isBelow(a: Sample['value'], b: Sample['value']): boolean {
  if (typeof a === 'string') return a < String(b)
  return Number(a) < Number(b)
}
