import { parse } from 'secure-json-parse'
import type { DecodeProblem } from '../decoder.ts'
import { isObject } from './path.ts'

/** Longest message that is decoded, in bytes. Adapters refuse longer ones before the log. */
export const MAX_PAYLOAD_BYTES = 65_536
/** Deepest nesting of objects and lists. */
export const MAX_DEPTH = 16
/** Most names in one message, over all its objects. */
export const MAX_KEYS = 2_000

export type Parsed =
  | { readonly ok: true; readonly root: unknown }
  | { readonly ok: false; readonly problem: DecodeProblem }

/** Bytes of a message to a JSON value, or the reason why not. Never throws. */
export type ParseMessage = (payload: Uint8Array) => Parsed

/** Makes the parser; the text decoder it holds keeps no state between messages. */
export function createMessageParser(): ParseMessage {
  // With ignoreBOM the mark stays in the text, where it can be refused by name.
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return (payload) => {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      return unreadable(
        'too_large',
        `${payload.length} bytes; at most ${MAX_PAYLOAD_BYTES}`,
      )
    }
    let text: string
    try {
      text = utf8.decode(payload)
    } catch {
      return unreadable('not_utf8', 'the message is not UTF-8 text; send JSON in UTF-8')
    }
    return parseText(text)
  }
}

function parseText(text: string): Parsed {
  if (text.codePointAt(0) === 0xfeff) {
    return unreadable('not_json', 'a byte order mark stands before the JSON; leave it out')
  }
  // The shape is bounded before anything is built, so a hostile message costs one pass.
  const shape = scanShape(text)
  if ('problem' in shape) return { ok: false, problem: shape.problem }
  let root: unknown
  try {
    root = parse(text, { protoAction: 'error', constructorAction: 'error' })
  } catch (error) {
    return refusedBy(error, text)
  }
  // Repeated names leave fewer of them in the value than the text has: which one was meant?
  if (countKeys(root) !== shape.keys) {
    return unreadable('duplicate_key', 'a name stands twice in the same object')
  }
  return { ok: true, root }
}

function refusedBy(error: unknown, text: string): Parsed {
  const why = error instanceof Error ? error.message : 'not JSON'
  if (why.includes('prototype property')) {
    return unreadable(
      'forbidden_key',
      'a name such as __proto__ or constructor.prototype is refused; rename it at the sender',
    )
  }
  const start = JSON.stringify(text.slice(0, 40))
  return unreadable('not_json', `the message is not JSON (${why.slice(0, 120)}): ${start}`)
}

type Shape = { readonly keys: number } | { readonly problem: DecodeProblem }

/** Counts nesting and names in one pass over the text, without building or recursing. */
function scanShape(text: string): Shape {
  let depth = 0
  let keys = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at)
        break
      case 0x7b: // {
      case 0x5b: // [
        depth += 1
        if (depth > MAX_DEPTH) {
          return problem('too_deep', `nested deeper than ${MAX_DEPTH} levels`)
        }
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1
        break
      case 0x3a: // : stands once after every name
        keys += 1
        if (keys > MAX_KEYS) return problem('too_many_keys', `more than ${MAX_KEYS} names`)
        break
    }
  }
  return { keys }
}

/** Index of the closing quote, or of the end of a text that never closes it. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    const char = text.charCodeAt(at)
    if (char === 0x22) return at
    at += char === 0x5c ? 2 : 1
  }
  return at
}

/** Recursion is safe here: the depth was bounded before. */
function countKeys(value: unknown): number {
  if (Array.isArray(value)) {
    let keys = 0
    for (const item of value) keys += typeof item === 'object' ? countKeys(item) : 0
    return keys
  }
  if (!isObject(value)) return 0
  let keys = 0
  // A parsed object has no names but its own, and a list of them would be made for each.
  for (const name in value) {
    keys += 1 + (typeof value[name] === 'object' ? countKeys(value[name]) : 0)
  }
  return keys
}

function problem(reason: string, detail: string): { readonly problem: DecodeProblem } {
  return { problem: { reason, detail } }
}

function unreadable(reason: string, detail: string): Parsed {
  return { ok: false, problem: { reason, detail } }
}
