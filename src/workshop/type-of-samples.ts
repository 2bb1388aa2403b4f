import { proposePoints } from './propose-points.ts'
import { topicPattern, type ReadSample, type SampleGroup } from './samples.ts'
import { halfOf, type Scaffold, type VectorSeed } from './scaffold.ts'
import { typeText } from './type-text.ts'
import { Problem } from '../domain/problem.ts'

/** Messages that become vectors, at most. */
const MOST_VECTORS = 5

export interface SampledType {
  /** `vendor/model@0.1.0` */
  readonly type: string
  readonly protocol: 'mqtt' | 'http'
  readonly group: SampleGroup
  /** Where the messages came from, in words. */
  readonly from: string
}

/** A type made of messages that were heard: points with guesses, and vectors of real messages. */
export function typeOfSamples({ type, protocol, group, from }: SampledType): Scaffold & {
  readonly notes: readonly string[]
} {
  const { points, time, notes } = proposePoints(group)
  if (points.length === 0) {
    throw new Problem({
      kind: 'invalid',
      what: 'the messages hold no value that could be a point',
      why: notes.join('; ') || 'they are empty',
      next: 'listen to another topic',
    })
  }
  const { samples, topics } = group
  const text = typeText(
    {
      about: [
        `Proposed from ${samples.length} messages of ${from}.`,
        'Names, units, ranges and states are guesses: read every line before it goes into force.',
        ...notes,
      ],
      type,
      description: `What ${from} says`.slice(0, 500),
      protocol,
      interval: intervalOf(group),
      sections: {
        ...(protocol === 'mqtt' && { mqtt: { topic: topicPattern(topics) } }),
        ...(time !== undefined && { time }),
      },
    },
    points,
  )
  const origin = [
    `Made from ${samples.length} messages of ${from}, heard on ${topics.length} topic${topics.length === 1 ? '' : 's'}.`,
    ...notes.map((note) => `- ${note}`),
  ]
  return { typeText: text, seeds: seedsOf(samples), origin, notes }
}

/** The fewest messages that show every name and every named state, and half of one. */
function seedsOf(samples: readonly ReadSample[]): VectorSeed[] {
  const shown = new Set<string>()
  const chosen: ReadSample[] = []
  for (const sample of samples) {
    const facts = factsOf(sample)
    if (chosen.length >= MOST_VECTORS || facts.every((fact) => shown.has(fact))) continue
    for (const fact of facts) shown.add(fact)
    chosen.push(sample)
  }
  const seeds = chosen.map(({ payload, at }, index): VectorSeed => {
    const name = `message ${index + 1}, as it was heard`
    return { file: `heard-${index + 1}`, name, payload, at }
  })
  const [first] = chosen
  if (first === undefined) return seeds
  const { payload, at } = first
  return [
    ...seeds,
    { file: 'malformed', name: 'half a message', payload: halfOf(payload), at },
  ]
}

/** Its names, and the values that may be states. */
function factsOf({ leaves }: ReadSample): string[] {
  return [...leaves].flatMap(([path, value]) => {
    const small =
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 8
    return small || typeof value !== 'number' ? [path, `${path}=${String(value)}`] : [path]
  })
}

/** The middle of the gaps between messages of one sender, in round numbers; 60 s where there is none. */
function intervalOf({ samples }: SampleGroup): string {
  const gaps: number[] = []
  for (const own of Map.groupBy(samples, ({ topic }) => topic).values()) {
    for (const [index, { at }] of own.entries()) {
      const before = own[index - 1]
      if (before !== undefined && at > before.at) gaps.push((at - before.at) / 1e6)
    }
  }
  const middle = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]
  if (middle === undefined) return '60s'
  return `${[1, 2, 5, 10, 15, 30, 60, 300, 600, 900, 3_600].find((one) => one >= middle * 0.9) ?? 86_400}s`
}
