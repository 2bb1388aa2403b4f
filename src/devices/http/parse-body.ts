import { parse } from 'secure-json-parse'

/** A body as a JSON value; or what is wrong with it. */
export type ParsedBody =
  | { readonly ok: true; readonly root: unknown }
  | { readonly ok: false; readonly why: string }

/** Deepest nesting of a body that holds many messages. */
const MAX_DEPTH = 32

/** Parses a body that is larger than one message may be. Never throws. */
export function parseBody(text: string): ParsedBody {
  if (isDeeper(text, MAX_DEPTH)) {
    return { ok: false, why: `it is nested deeper than ${MAX_DEPTH} levels` }
  }
  try {
    return {
      ok: true,
      root: parse(text, { protoAction: 'error', constructorAction: 'error' }),
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'not JSON'
    return { ok: false, why: why.slice(0, 160) }
  }
}

/** One pass without recursion, so that a hostile body costs no more than its length. */
function isDeeper(text: string, most: number): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (inText) {
      if (char === '\\') at += 1
      else if (char === '"') inText = false
    } else if (char === '"') inText = true
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    if (depth > most) return true
  }
  return false
}
