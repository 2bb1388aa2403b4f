import { Problem } from '../domain/problem.ts'
import { speakable } from './xml.ts'

/** Names of a request with their values, in the order in which they came. */
export type Parameters = ReadonlyMap<string, readonly string[]>

/** Most values that a request may have; a report needs far fewer. */
const MOST_VALUES = 500
const LONGEST_NAME = 200

/** Reads `a=1&b=2`, in a query or a body. Throws Problem invalid for too many values. */
export function readParameters(text: string): Parameters {
  const found = new Map<string, string[]>()
  let count = 0
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1
    if (count > MOST_VALUES) throw tooMany()
    addValue(found, name, value)
  }
  return found
}

/**
 * Adds one more value, without what neither a database nor XML can carry; a name that is too long for
 * any of ours is let go by.
 */
export function addValue(into: Map<string, string[]>, name: string, value: string): void {
  if (name.length > LONGEST_NAME) return
  const text = speakable(value)
  const known = into.get(name)
  if (known === undefined) into.set(name, [text])
  else known.push(text)
}

/** Of two places where a parameter may stand, the first that says something. */
export function together(one: Parameters, other: Parameters): Parameters {
  const saying = [...one].filter(([, values]) => values.some(Boolean))
  return new Map([...one, ...other, ...saying])
}

/** The first value that says something; empty is the same as left out. */
export function first(
  parameters: Parameters,
  ...names: readonly string[]
): string | undefined {
  for (const name of names) {
    const value = parameters.get(name)?.find((one) => one.trim() !== '')
    if (value !== undefined) return value.trim()
  }
  return undefined
}

/** Every value that says something, of all of these names. */
export function all(
  parameters: Parameters,
  ...names: readonly string[]
): readonly string[] {
  return names
    .flatMap((name) => parameters.get(name) ?? [])
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

/** Values of `attribute[code]`, repeated or as `attribute[code][]`. */
export function attributes(parameters: Parameters): Parameters {
  const found = new Map<string, string[]>()
  for (const [name, values] of parameters) {
    const [, code] = /^attribute\[([^[\]]{1,100})\](?:\[\d*\])?$/.exec(name) ?? []
    if (code === undefined) continue
    for (const value of values) if (value.trim() !== '') addValue(found, code, value.trim())
  }
  return found
}

function tooMany(): Problem {
  return new Problem({
    kind: 'invalid',
    what: `More than ${MOST_VALUES} values came`,
    where: 'body',
    next: 'Send what the service definition asks for',
  })
}
