import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type YAMLMap,
} from 'yaml'
import type { Json } from './json.ts'

/** Deeper nesting than any configuration needs. */
const MAX_DEPTH = 24
/** Uses of anchors in one file, those inside repeated parts counted again: an alias bomb ends here. */
const MAX_ALIASES = 20

/** Tells of a part of the text that is refused, by its offset. */
export type Refuse = (
  offset: number,
  what: string,
  more?: { why?: string; next?: string },
) => void

/**
 * Turns a YAML tree into plain JSON values. Stricter than YAML: keys are unique texts, and there are no
 * tags, no merge keys, no numbers that a double cannot hold exactly and no deep nesting.
 */
export function toPlain(document: Document, refuse: Refuse): Json {
  let aliases = 0

  function plain(node: unknown, depth: number): Json {
    if (isAlias(node)) return plainAlias(node, depth)
    if (depth > MAX_DEPTH) {
      refuse(offsetOf(node), `nested deeper than ${MAX_DEPTH} levels`)
      return null
    }
    refuseTag(node, refuse)
    if (isMap(node)) return plainMap(node, depth)
    if (isSeq(node)) return node.items.map((item) => plain(item, depth + 1))
    return isScalar(node) ? plainScalar(node, refuse) : null
  }

  function plainAlias(alias: Alias, depth: number): Json {
    aliases += 1
    if (aliases === MAX_ALIASES + 1) {
      const next = 'write the values out'
      refuse(offsetOf(alias), `more than ${MAX_ALIASES} aliases in one file`, { next })
    }
    if (aliases > MAX_ALIASES) return null
    const target = alias.resolve(document)
    if (target !== undefined) return plain(target, depth + 1)
    refuse(offsetOf(alias), `the alias *${alias.source} has no anchor above it`)
    return null
  }

  function plainMap(map: YAMLMap, depth: number): Json {
    const entries = new Map<string, Json>()
    for (const { key, value } of map.items) {
      const name = keyText(key)
      const trouble = keyTrouble(name, entries)
      if (trouble !== undefined) {
        refuse(offsetOf(key) || offsetOf(map), trouble.what, trouble)
      } else if (name !== undefined) {
        entries.set(name, plain(value, depth + 1))
      }
    }
    return Object.fromEntries(entries)
  }

  return plain(document.contents, 0)
}

/** A key as it is written: `007` stays `007`, and `no` is not a truth value. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key) || key.tag !== undefined) return undefined
  if (typeof key.value === 'string') return key.value
  return key.source === undefined || key.source === '' ? undefined : key.source
}

/** Where a node starts; 0 for one that is not there. */
export function offsetOf(node: unknown): number {
  if (isAlias(node) || isMap(node) || isSeq(node) || isScalar(node)) {
    return node.range?.[0] ?? 0
  }
  return 0
}

function keyTrouble(
  name: string | undefined,
  entries: ReadonlyMap<string, Json>,
): { readonly what: string; readonly next?: string } | undefined {
  if (name === undefined) return { what: 'a key must be a plain text' }
  if (entries.has(name)) {
    return { what: `the key "${name}" is here twice`, next: 'keep one of them' }
  }
  if (name === '<<') {
    return { what: 'merge keys (<<) are not understood', next: 'write the keys out' }
  }
  return name === '__proto__' ? { what: 'the key "__proto__" is refused' } : undefined
}

function refuseTag(node: unknown, refuse: Refuse): void {
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return
  if (node.tag === undefined) return
  refuse(offsetOf(node), `the YAML tag ${node.tag} is refused`, {
    why: 'values say by themselves what they are',
    next: 'leave the tag out; a text that looks like a number goes in quotes',
  })
}

function plainScalar(
  node: { readonly value: unknown; readonly source?: string },
  refuse: Refuse,
): Json {
  const { value } = node
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value !== 'number') return null
  if (
    !Number.isFinite(value) ||
    (Number.isInteger(value) && !Number.isSafeInteger(value))
  ) {
    refuse(offsetOf(node), `${node.source ?? value} cannot be kept exactly as a number`, {
      next: 'put it in quotes if it is a name',
    })
    return null
  }
  return value
}
