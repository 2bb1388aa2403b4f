import { wholeType, type WholeType } from '../configuration/extend-type.ts'
import type { JsonObject } from '../configuration/json.ts'

/** Where the types are that a type may begin with. */
export interface Bases {
  /** The document of a type by its name; undefined when there is none. */
  readonly find: (name: string) => Promise<JsonObject | undefined>
  /** What somebody does about a base that is not there. */
  readonly next: string
}

/** There is nowhere to look. */
export const noBases: Bases = {
  find: () => Promise.resolve(undefined),
  next: 'bring the type that it extends into force first',
}

/** Documents that are fetched for one type; a longer line is refused anyway. */
const MOST_BASES = 8

/** A type with everything that it takes over, or the base that is missing, or why it cannot be. */
export async function wholeWith(
  document: JsonObject,
  bases: Bases,
): Promise<WholeType | { readonly ok: false; readonly missing: string }> {
  const found = new Map<string, JsonObject>()
  for (let at = document; typeof at['extends'] === 'string';) {
    const name = at['extends']
    if (found.has(name) || name === document['type'] || found.size >= MOST_BASES) break
    const base = await bases.find(name)
    if (base === undefined) return { ok: false, missing: name }
    found.set(name, base)
    at = base
  }
  return wholeType(document, (name) => found.get(name))
}
