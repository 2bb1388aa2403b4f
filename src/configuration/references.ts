import { isJsonObject, isList, type Json, type JsonObject } from './json.ts'
import { kinds, type KindName, type ReferencePath } from './kinds.ts'

/** A slug that one document says of another object. */
export interface Reference {
  readonly path: readonly (string | number)[]
  readonly to: ReferencePath['to']
  readonly slug: string
}

/** Every reference in a document. Parts that are not as the schema has them are passed over. */
export function referencesOf(kind: KindName, document: JsonObject): Reference[] {
  const found: Reference[] = []
  mapReferences(kind, document, (reference) => {
    found.push(reference)
    return reference.slug
  })
  return found
}

/** The document with every referenced slug replaced by what `replace` says of it. */
export function mapReferences(
  kind: KindName,
  document: JsonObject,
  replace: (reference: Reference) => string,
): JsonObject {
  let mapped: Json = document
  for (const { path, to } of kinds[kind].references) {
    mapped = mapAt(mapped, path, [], (slug, at) => replace({ path: at, to, slug }))
  }
  return isJsonObject(mapped) ? mapped : document
}

function mapAt(
  value: Json,
  path: readonly string[],
  at: readonly (string | number)[],
  replace: (slug: string, at: readonly (string | number)[]) => string,
): Json {
  const [step, ...rest] = path
  if (step === undefined) return typeof value === 'string' ? replace(value, at) : value
  if (step === '*') {
    if (!isList(value)) return value
    return value.map((item, index) => mapAt(item, rest, [...at, index], replace))
  }
  if (!isJsonObject(value)) return value
  const part = value[step]
  if (part === undefined) return value
  const mapped = mapAt(part, rest, [...at, step], replace)
  return mapped === part ? value : { ...value, [step]: mapped }
}
