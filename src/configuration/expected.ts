import { z } from 'zod'
import { isJsonObject, isList, type Json, type JsonObject } from './json.ts'

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  array: 'a list',
  tuple: 'a list',
  null: 'nothing',
}

/** `a text`, for zod's name of a type. */
export function typeWords(type: string): string {
  return words[type] ?? type
}

/** What a value is, in the same words. */
export function kindOfValue(value: Json): string {
  if (value === null) return 'nothing'
  return isList(value) ? 'a list' : typeWords(typeof value)
}

/** The keys a schema knows at a path, given the value there, so that the right branch of a union speaks. */
export function knownKeys(
  schema: z.ZodType,
  document: Json,
  path: readonly PropertyKey[],
): string[] {
  const root = jsonSchemaOf(schema)
  let branches = plausible(root, document, root)
  for (const step of path) {
    branches = branches.flatMap(({ schema, value }) => {
      const part = stepInto(schema, step)
      return part === undefined ? [] : plausible(part, partOf(value, step), root)
    })
  }
  return [
    ...new Set(
      branches.flatMap(({ schema }) => {
        const properties = schema['properties']
        return isJsonObject(properties) ? Object.keys(properties) : []
      }),
    ),
  ]
}

function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const made: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return isJsonObject(made) ? made : {}
}

function stepInto(schema: JsonObject, step: PropertyKey): JsonObject | undefined {
  const { properties, items, prefixItems, additionalProperties } = schema
  if (isJsonObject(properties)) {
    const part = properties[String(step)]
    if (isJsonObject(part)) return part
  }
  if (prefixItems !== undefined && isList(prefixItems)) {
    const part = prefixItems[Number(step)]
    if (isJsonObject(part)) return part
  }
  if (isJsonObject(items)) return items
  return isJsonObject(additionalProperties) ? additionalProperties : undefined
}

/** The branches of a union that the constants in the value allow; the schema itself if it is none. */
function plausible(
  reference: JsonObject,
  value: Json | undefined,
  root: JsonObject,
): { readonly schema: JsonObject; readonly value: Json | undefined }[] {
  const schema = resolved(reference, root)
  const branches = schema['oneOf'] ?? schema['anyOf']
  if (branches === undefined || !isList(branches)) return [{ schema, value }]
  return branches
    .filter(isJsonObject)
    .filter((branch) => constantsFit(branch, value))
    .flatMap((branch) => plausible(branch, value, root))
}

/** A schema that contains itself, as a tree of conditions does, is written as a reference. */
function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  const [, name = ''] = /^#\/\$defs\/(.+)$/.exec(reference) ?? []
  const definitions = root['$defs']
  const found = isJsonObject(definitions) ? definitions[name] : undefined
  return isJsonObject(found) ? found : schema
}

function constantsFit(branch: JsonObject, value: Json | undefined): boolean {
  const properties = branch['properties']
  if (!isJsonObject(properties) || !isJsonObject(value)) return true
  return Object.entries(properties).every(
    ([key, part]) =>
      // A key that is not there says nothing yet.
      !isJsonObject(part) ||
      part['const'] === undefined ||
      value[key] === undefined ||
      part['const'] === value[key],
  )
}

function partOf(value: Json | undefined, step: PropertyKey): Json | undefined {
  if (value === undefined) return undefined
  if (isList(value)) return value[Number(step)]
  return isJsonObject(value) ? value[String(step)] : undefined
}
