import { createMessageParser } from '../devices/json/parse-message.ts'
import { isObject } from '../devices/json/path.ts'
import type { TimeUs } from '../domain/time.ts'
import { shapeOfIdentity } from '../inbox/shape.ts'

/** A message that was listened to, or that somebody kept in a file. */
export interface Sample {
  /** Empty for a message from a file. */
  readonly topic: string
  readonly payload: Uint8Array
  readonly at: TimeUs
}

/** One value of a message, at its path: `$.u[0]`. */
export interface Leaf {
  readonly path: string
  readonly value: string | number | boolean | null
}

/** Messages that are of one kind: their topics differ in numbers only, and they share most names. */
export interface SampleGroup {
  readonly topics: readonly string[]
  /** Oldest first. */
  readonly samples: readonly ReadSample[]
}

export interface ReadSample extends Sample {
  readonly leaves: ReadonlyMap<string, Leaf['value']>
}

/** Places of a list that are looked at, and names of one message. */
const MOST_PLACES = 8
const MOST_LEAVES = 300
/** Two messages are of one kind when they share at least this part of their names. */
const SHARED = 0.5

const parse = createMessageParser()

/** Sorts messages by kind, the largest group first; those that are no JSON objects are left out. */
export function groupSamples(samples: readonly Sample[]): {
  readonly groups: readonly SampleGroup[]
  readonly unreadable: number
} {
  const open: { kind: string; names: Set<string>; samples: ReadSample[] }[] = []
  let unreadable = 0
  for (const sample of samples) {
    const leaves = leavesOf(sample.payload)
    if (leaves === undefined) {
      unreadable += 1
      continue
    }
    const kind = kindOfTopic(sample.topic)
    const names = new Set(leaves.keys())
    const group = open.find((one) => one.kind === kind && alike(one.names, names))
    const read = { ...sample, leaves }
    if (group === undefined) open.push({ kind, names, samples: [read] })
    else {
      for (const name of names) group.names.add(name)
      group.samples.push(read)
    }
  }
  const groups = open
    .toSorted((a, b) => b.samples.length - a.samples.length)
    .map((one) => ({
      topics: [...new Set(one.samples.map(({ topic }) => topic))],
      samples: one.samples,
    }))
  return { groups, unreadable }
}

/** The last level says what is told of, the one before often who: only its numbers may differ. */
function kindOfTopic(topic: string): string {
  const levels = topic.split('/')
  return `${levels.length} ${levels[0] ?? ''} ${shapeOfIdentity(levels.at(-1) ?? '')}`
}

function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  let shared = 0
  for (const name of b) if (a.has(name)) shared += 1
  return shared / Math.max(1, Math.min(a.size, b.size)) >= SHARED
}

/** Every value of a message by its path; undefined when it is not a JSON object or list. */
function leavesOf(payload: Uint8Array): Map<string, Leaf['value']> | undefined {
  const parsed = parse(payload)
  if (!parsed.ok || typeof parsed.root !== 'object' || parsed.root === null)
    return undefined
  const leaves = new Map<string, Leaf['value']>()
  collect(parsed.root, '$', leaves)
  return leaves
}

function collect(value: unknown, path: string, into: Map<string, Leaf['value']>): void {
  if (into.size >= MOST_LEAVES) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.slice(0, MOST_PLACES).entries()) {
      collect(item, `${path}[${index}]`, into)
    }
  } else if (isObject(value)) {
    for (const [name, part] of Object.entries(value)) collect(part, `${path}.${name}`, into)
  } else if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    into.set(path, value)
  } else if (value === null) {
    into.set(path, null)
  }
}

/**
 * The topic of a type, with `{device}` in the level that says who speaks: the one that differs most
 * between the senders, or, of a single sender, the last one with a number in it.
 */
export function topicPattern(topics: readonly string[]): string {
  const split = topics.map((topic) => topic.split('/'))
  const [first = []] = split
  const kinds = first.map((_, level) => new Set(split.map((one) => one[level])).size)
  const most = Math.max(...kinds)
  const numbered = first.findLastIndex((level) => /\d/.test(level))
  const single = numbered >= 0 ? numbered : Math.max(0, first.length - 2)
  const device = most > 1 ? kinds.indexOf(most) : single
  return first
    .map((level, index) => {
      if (index === device) return '{device}'
      return (kinds[index] ?? 1) > 1 ? '{organisation}' : level
    })
    .join('/')
}
