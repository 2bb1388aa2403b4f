import { jsonPath } from './type.ts'

/** Finds one value of a parsed message; undefined when it is not there. */
export interface PathReader {
  /** Number of names and indexes; 0 for `$`, the whole message. */
  readonly steps: number
  readonly read: (root: unknown) => unknown
}

/**
 * Compiles a path such as `$.a.b[0]` once, so that nothing is parsed per message.
 *
 * Only own properties are walked: `$.constructor` or `$.length` never reach what JavaScript
 * itself hangs on a value. A name finds nothing in a list and an index nothing in an object.
 * Throws for text that `jsonPath` refuses; a device type has been checked before.
 */
export function compilePath(path: string): PathReader {
  if (!jsonPath.safeParse(path).success) throw new TypeError(`not a path: ${path}`)
  const steps = [...path.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]/g)].map(
    ([, name, index]): string | number => name ?? Number(index),
  )
  return { steps: steps.length, read: (root) => walk(root, steps) }
}

function walk(root: unknown, steps: readonly (string | number)[]): unknown {
  let at = root
  for (const step of steps) {
    if (typeof step === 'number') {
      if (!Array.isArray(at)) return undefined
      at = at[step]
    } else {
      if (!isObject(at) || !Object.hasOwn(at, step)) return undefined
      at = at[step]
    }
  }
  return at
}

/** A JSON object: neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
