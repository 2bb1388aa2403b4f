import type { Quality, Value } from '../../domain/reading.ts'

/** What a point says at one beat of a series; undefined when it says nothing. */
export interface Beat {
  readonly value: Value
  readonly quality: Quality
  /** How long after it was measured it is heard, in seconds. */
  readonly late: number
}

/** Beats of one series; more are a mistake of the writer. */
const MOST_BEATS = 100_000

const word =
  /^(?:(?<gap>_)|(?<bad>bad)|(?<truth>true|false)|'(?<text>[^']{0,60})'|(?<first>-?\d+(?:\.\d+)?)(?<slope>[+-]\d+(?:\.\d+)?)?)(?<doubt>\?)?(?:x(?<times>\d{1,6}))?(?:@(?<late>\d{1,6})(?<unit>[smh]))?$/

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 }

/**
 * The values of a point, one a beat:
 *
 *   40       one value              40?      the same, of uncertain quality
 *   40x3     the value and 3 more   10+2x5   10 and 5 more, each 2 higher
 *   _ _x3    1 beat of silence, 3 of them
 *   bad      a reading of bad quality and no value
 *   true 'open'x2   values that are no numbers
 *   40@90s   heard 90 s after it was measured; also m and h
 *
 * Throws an Error that names the word which cannot be read.
 */
export function series(text: string): readonly (Beat | undefined)[] {
  const beats: (Beat | undefined)[] = []
  for (const [one] of text.matchAll(/(?:'[^']*'|[^\s'])+/g)) {
    const more = beatsOf(one)
    if (beats.length + more.length > MOST_BEATS)
      throw new Error(`a series has at most ${MOST_BEATS} beats`)
    beats.push(...more)
  }
  if (beats.length === 0) throw new Error('a series has at least one word')
  return beats
}

function beatsOf(text: string): readonly (Beat | undefined)[] {
  const groups = word.exec(text)?.groups
  if (groups === undefined) throw new Error(`not a word of a series: ${text}`)
  const times = Number(groups['times'] ?? 0)
  if (times >= MOST_BEATS) throw new Error(`a series has at most ${MOST_BEATS} beats`)
  if (groups['gap'] !== undefined) return Array.from({ length: Math.max(1, times) })
  const late = Number(groups['late'] ?? 0) * (secondsOf[groups['unit'] ?? 's'] ?? 1)
  const quality = groups['doubt'] === undefined ? 'good' : 'uncertain'
  return Array.from({ length: times + 1 }, (_, index): Beat => {
    if (groups['bad'] !== undefined) return { value: null, quality: 'bad', late }
    return { value: valueOf(groups, index), quality, late }
  })
}

function valueOf(
  groups: Readonly<Record<string, string | undefined>>,
  index: number,
): Value {
  const { truth, text, first, slope } = groups
  if (truth !== undefined) return truth === 'true'
  if (text !== undefined) return text
  // Twelve digits, so that 0.1 and two more of it is 0.3 and stands on a limit of 0.3.
  return Number((Number(first) + index * Number(slope ?? 0)).toPrecision(12))
}
