import { isJsonObject, type Json, type JsonObject } from './json.ts'

/** Types that a type may begin with, one behind the other. */
const MAX_DEPTH = 5

/** A device type with everything that it takes over, or why there is none. */
export type WholeType =
  | { readonly ok: true; readonly document: JsonObject }
  | { readonly ok: false; readonly what: string; readonly why: string }

/**
 * Puts a type together with the type that it `extends`, and that with its own. What the type says
 * itself wins: maps are merged key by key, everything else takes the place of what was there, and a
 * point or key that is null is left out. `find` gives the documents of other types by name. A base that
 * is not found is for the check of references to report: the type is then as it stands.
 */
export function wholeType(
  document: JsonObject,
  find: (name: string) => JsonObject | undefined,
): WholeType {
  const line: JsonObject[] = [document]
  const names = new Set([document['type']])
  for (let at = document; typeof at['extends'] === 'string';) {
    const name = at['extends']
    if (names.has(name)) {
      const why = `${[...names, name].map(String).join(' → ')} goes round in a circle`
      return { ok: false, what: `the type cannot extend ${name}`, why }
    }
    if (line.length > MAX_DEPTH) {
      const why = `at most ${MAX_DEPTH} types stand behind one another`
      return { ok: false, what: `the type cannot extend ${name}`, why }
    }
    const base = find(name)
    if (base === undefined) break
    names.add(name)
    line.push(base)
    at = base
  }
  return { ok: true, document: line.reduceRight((base, own) => merged(base, own)) }
}

function merged(base: JsonObject, own: JsonObject): JsonObject {
  const { extends: _, ...inherited } = base
  const entries = new Map<string, Json>(Object.entries(inherited))
  for (const [key, value] of Object.entries(own)) {
    const before = entries.get(key)
    if (value === null) entries.delete(key)
    else if (isJsonObject(value) && isJsonObject(before) && !isWholeKey(key)) {
      entries.set(key, merged(before, value))
    } else entries.set(key, value)
  }
  return Object.fromEntries(entries)
}

/** Lists of meanings: half of one and half of another would be neither. */
function isWholeKey(key: string): boolean {
  return key === 'enum' || key === 'bits'
}
