/** What a document is made of. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** The one text of a value: keys in code unit order, no spaces. Two values are equal when their texts are. */
export function canonicalJson(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`
}

/** Reads what `canonicalJson` wrote. Throws when the text is not a JSON object. */
export function parseJsonObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text)
  if (!isJsonObject(value)) throw new SyntaxError('not a JSON object')
  return value
}

/** True for a plain object that came from JSON or YAML, whose parts are then JSON too. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: Json, path: readonly PropertyKey[]): Json | undefined {
  let at: Json | undefined = value
  for (const part of path) {
    if (at === undefined) return undefined
    if (isList(at)) at = at[Number(part)]
    else if (isJsonObject(at) && Object.hasOwn(at, part)) at = at[String(part)]
    else return undefined
  }
  return at
}
