/** What a point says at one beat of a series; undefined when it says nothing. */
export interface Beat {
  readonly value: number | null
  readonly quality: 'good' | 'uncertain' | 'bad'
  /** How long after it was measured it is heard, in seconds. */
  readonly late: number
}

const word =
  /^(?:(?<gap>_)|(?<bad>bad)|(?<first>-?\d+(?:\.\d+)?)(?<slope>[+-]\d+(?:\.\d+)?)?(?<doubt>\?)?)(?:x(?<times>\d+))?(?:@(?<late>\d+)s)?$/

/**
 * The values of a point, one a beat, in the shorthand of operators who test their own rules:
 *
 *   40       one value              40?      the same, of uncertain quality
 *   40x3     the value and 3 more   10+2x5   10 and 5 more, each 2 higher
 *   _ _x3    1 beat of silence, 3 of them
 *   bad      a reading of bad quality and no value
 *   40@90s   heard 90 s after it was measured
 */
export function series(text: string): readonly (Beat | undefined)[] {
  return text.trim().split(/\s+/).flatMap(beatsOf)
}

function beatsOf(text: string): readonly (Beat | undefined)[] {
  const groups = word.exec(text)?.groups
  if (groups === undefined) throw new Error(`not a word of a series: ${text}`)
  const times = Number(groups['times'] ?? 0)
  if (groups['gap'] !== undefined) return Array.from({ length: Math.max(1, times) })
  const late = Number(groups['late'] ?? 0)
  if (groups['bad'] !== undefined) {
    return Array.from({ length: times + 1 }, () => ({ value: null, quality: 'bad', late }))
  }
  const quality = groups['doubt'] === undefined ? 'good' : 'uncertain'
  const first = Number(groups['first'])
  const slope = Number(groups['slope'] ?? 0)
  return Array.from({ length: times + 1 }, (_, index) => ({
    value: first + index * slope,
    quality,
    late,
  }))
}
