import { deviceType } from '../devices/device-type.ts'
import { checkVectors, vector, type Vector } from '../devices/vectors.ts'
import type { ProblemDetails } from '../domain/problem.ts'
import { explainMisfit, wordsOf } from './issues.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import type { Mistake } from './mistake.ts'
import { parseYamlFile, placeIn, type YamlFile } from './yaml-files.ts'

/** Message samples one device type may have. */
const MAX_VECTORS = 200

interface VectorFile {
  readonly file: YamlFile
  readonly vector: Vector
}

/**
 * A note for a type without vectors. A folder may have one, so that a town can begin before its
 * samples are there; `types apply` refuses it.
 */
export function withoutVectors(
  typeFile: YamlFile,
  files: readonly { readonly path: string }[],
): readonly Mistake[] {
  if (ownVectors(typeFile, files).length > 0) return []
  return [
    {
      ...placeIn(typeFile, []),
      what: 'the type has no vectors',
      why: 'a message and what must come out of it is the only proof that the type is right',
      next: 'put a real message into vectors/normal.json and a broken one into vectors/malformed.json',
    },
  ]
}

function ownVectors<T extends { readonly path: string }>(
  typeFile: YamlFile,
  files: readonly T[],
): readonly T[] {
  const folder = `${typeFile.path.slice(0, -'type.yaml'.length)}vectors/`
  return files.filter(({ path }) => path.startsWith(folder) && path.endsWith('.json'))
}

/**
 * Runs the `vectors/*.json` beside a `type.yaml` through the type. Without such files there is
 * nothing to say; a type that its schema refuses is told of elsewhere.
 */
export async function checkTypeVectors(
  document: JsonObject,
  typeFile: YamlFile,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<Mistake[]> {
  const own = ownVectors(typeFile, files)
  const type = deviceType.safeParse(document)
  if (own.length === 0 || !type.success) return []
  if (own.length > MAX_VECTORS) {
    return [
      {
        ...placeIn(typeFile, []),
        what: `more than ${MAX_VECTORS} vectors beside the type`,
      },
    ]
  }
  const mistakes: Mistake[] = []
  const vectors: VectorFile[] = []
  for (const { path, text } of own) {
    // JSON is YAML, so the parser that knows lines and columns serves here too.
    const parsed = parseYamlFile(path, text)
    if (!parsed.ok) {
      mistakes.push(...parsed.mistakes)
      continue
    }
    const { file } = parsed
    for (const misfit of explainMisfit(vector, file.value)) {
      mistakes.push({ ...placeIn(file, misfit.path, misfit.part), ...wordsOf(misfit) })
    }
    const result = vector.safeParse(file.value)
    if (result.success) vectors.push({ file, vector: result.data })
  }
  if (mistakes.length > 0) return mistakes
  const findings = await checkVectors(
    type.data,
    vectors.map((one) => one.vector),
  )
  return findings.map((finding) => located(finding, typeFile, vectors))
}

/** A finding names a vector (`name: …`) or a point of the type (`points.…`). */
function located(
  { what, why, next, where }: ProblemDetails,
  typeFile: YamlFile,
  vectors: readonly VectorFile[],
): Mistake {
  const words = {
    what,
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
  }
  const named = vectors.find(({ vector }) => where?.startsWith(`${vector.name}: `) === true)
  if (named !== undefined && where !== undefined) {
    const path = where.slice(named.vector.name.length + 2)
    return { ...placeIn(named.file, vectorPath(path), 'key'), ...words }
  }
  const point =
    where?.startsWith('points.') === true ? where.slice('points.'.length) : undefined
  const path = point === undefined ? ['points'] : pointPath(typeFile, point)
  return { ...placeIn(typeFile, path, 'key'), ...words }
}

/** The key of a point, or of the bit that it is. */
function pointPath({ value }: YamlFile, point: string): string[] {
  const points = isJsonObject(value) ? value['points'] : undefined
  if (!isJsonObject(points) || Object.hasOwn(points, point)) return ['points', point]
  for (const [key, one] of Object.entries(points)) {
    const bits = isJsonObject(one) ? one['bits'] : undefined
    if (!isJsonObject(bits)) continue
    const bit = Object.keys(bits).find((number) => {
      const named = bits[number]
      return named === point || (isJsonObject(named) && named['point'] === point)
    })
    if (bit !== undefined) return ['points', key, 'bits', bit]
  }
  return ['points', point]
}

/** `expect.readings.p1.running`: only the first two dots part keys. */
function vectorPath(where: string): string[] {
  const [first, second, ...rest] = where.split('.')
  return [first, second, rest.length > 0 ? rest.join('.') : undefined].filter(
    (part) => part !== undefined,
  )
}
