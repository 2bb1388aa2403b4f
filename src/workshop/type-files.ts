import { checkUnits } from '../configuration/check-types.ts'
import { checkTypeVectors } from '../configuration/check-vectors.ts'
import { objectsOf, type DesiredObject } from '../configuration/file-objects.ts'
import { inReadingOrder, type Mistake } from '../configuration/mistake.ts'
import { objectSet } from '../configuration/objects.ts'
import type { ConfigurationText } from '../configuration/parse.ts'
import { parseYamlFile, placeIn, type YamlFile } from '../configuration/yaml-files.ts'
import { deviceType, type DeviceType } from '../devices/device-type.ts'
import { vector, type Vector } from '../devices/vector.ts'
import { protocolFindings } from './protocol-findings.ts'

/** The files of one device type, by their paths inside its folder: `type.yaml`, `vectors/lit.json`, … */
export type TypeFiles = readonly ConfigurationText[]

/** A vector with the file it stands in. */
export interface VectorFile {
  readonly path: string
  readonly text: string
  readonly vector: Vector
}

/** A type that its schema accepts. Its vectors may still disagree with it. */
export interface ReadType {
  readonly type: DeviceType
  /** As an apply takes it. */
  readonly object: DesiredObject
  readonly vectors: readonly VectorFile[]
}

export interface CheckedType {
  /** Undefined when `type.yaml` cannot be used at all. */
  readonly read: ReadType | undefined
  /** By file and place; empty when the type is ready to be applied. */
  readonly mistakes: readonly Mistake[]
}

/** Where the configuration expects device types; taken off again before anybody sees a path. */
const folder = 'device-types/'

/**
 * Reads the files of a type and holds them against the schema and against its vectors. Unlike an
 * apply of a whole folder it also refuses a type without vectors.
 */
export async function checkTypeFiles(files: TypeFiles): Promise<CheckedType> {
  const mistakes: Mistake[] = []
  const own = files.map(({ path, text }) => ({ path: `${folder}${path}`, text }))
  const found = readTypeFile(own, mistakes)
  if (found === undefined) return { read: undefined, mistakes: ownPaths(mistakes) }
  const { file, object } = found
  const type = deviceType.parse(object.document)
  const vectors = vectorsOf(files)
  if (vectors.length === 0) mistakes.push(noVectors(file))
  mistakes.push(...protocolFindings(type, file), ...unitMistakes(object, file))
  mistakes.push(...(await checkTypeVectors(object.document, file, own)))
  return { read: { type, object, vectors }, mistakes: ownPaths(mistakes) }
}

/** Units that nobody knows; the schema lets them pass for the sake of what is stored already. */
function unitMistakes(object: DesiredObject, file: YamlFile): Mistake[] {
  return checkUnits(objectSet([object])).map(({ path, part, what, why, next }) => {
    const place = placeIn(file, path, part)
    return Object.assign(
      place,
      { what },
      why !== undefined && { why },
      next !== undefined && { next },
    )
  })
}

function readTypeFile(
  files: TypeFiles,
  mistakes: Mistake[],
): { readonly file: YamlFile; readonly object: DesiredObject } | undefined {
  const path = `${folder}type.yaml`
  const source = files.find((one) => one.path === path)
  if (source === undefined) {
    mistakes.push({
      file: path,
      line: 1,
      column: 1,
      what: 'there is no type.yaml',
      next: 'gatuvakt types new makes one; the folder of the type is what holds it',
    })
    return undefined
  }
  const parsed = parseYamlFile(path, source.text)
  if (!parsed.ok) {
    mistakes.push(...parsed.mistakes)
    return undefined
  }
  const { file } = parsed
  const [object] = objectsOf(file, { organisation: 'check', mistakes, files })
  if (object !== undefined && mistakes.length === 0) {
    const { kind, slug, was, document } = object
    const desired = { kind, slug, document, ...(was !== undefined && { was }) }
    return { file, object: desired }
  }
  if (mistakes.length === 0) {
    const what = 'type.yaml is empty'
    mistakes.push({
      file: path,
      line: 1,
      column: 1,
      what,
      next: 'gatuvakt types new makes one',
    })
  }
  return undefined
}

/** Those that can be read; what is wrong with the others, `checkTypeVectors` says. */
function vectorsOf(files: TypeFiles): VectorFile[] {
  return files.flatMap(({ path, text }): VectorFile[] => {
    if (!/^vectors\/[^/]+\.json$/.test(path)) return []
    const parsed = parseYamlFile(path, text)
    const result = parsed.ok ? vector.safeParse(parsed.file.value) : undefined
    return result?.success === true ? [{ path, text, vector: result.data }] : []
  })
}

function noVectors(file: YamlFile): Mistake {
  const { line, column } = file.at(['type'], 'key')
  return {
    file: file.path,
    line,
    column,
    what: 'the type has no vectors',
    why: 'a message and what must come out of it is the only proof that the type is right',
    next: 'put a real message into vectors/normal.json and a broken one into vectors/malformed.json',
  }
}

function ownPaths(mistakes: readonly Mistake[]): Mistake[] {
  return inReadingOrder(
    mistakes.map((one) => ({
      ...one,
      file: one.file.startsWith(folder) ? one.file.slice(folder.length) : one.file,
    })),
  )
}
