import {
  isJsonObject,
  isList,
  type Json,
  type JsonObject,
} from '../../configuration/json.ts'
import { Problem } from '../../domain/problem.ts'

/**
 * The document with another value at `path` (`condition.of.0.above`). Throws Problem invalid when
 * the way to it does not exist; whether the value fits is the schema's to say.
 */
export function withValueAt(document: JsonObject, path: string, value: Json): JsonObject {
  const changed = replaced(document, path.split('.'), { path, value })
  return isJsonObject(changed) ? changed : document
}

function replaced(
  part: Json | undefined,
  way: readonly string[],
  of: { readonly path: string; readonly value: Json },
): Json {
  const [name, ...rest] = way
  if (name === undefined) return of.value
  if (part !== undefined && isList(part) && Number(name) < part.length) {
    return part.map((one, n) => (n === Number(name) ? replaced(one, rest, of) : one))
  }
  if (part !== undefined && isJsonObject(part)) {
    const own = Object.hasOwn(part, name) ? part[name] : undefined
    if (own === undefined && rest.length > 0) throw noWay(of.path, name)
    return { ...part, [name]: replaced(own, rest, of) }
  }
  throw noWay(of.path, name)
}

function noWay(path: string, name: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `the rule has no ${path}`,
    where: 'path',
    why: `there is nothing that could have a "${name}"`,
    next: 'name a parameter as it stands in the rule, for instance condition.above or onDelay',
  })
}
