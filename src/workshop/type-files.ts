import { checkUnits } from '../configuration/check-types.ts'
import { checkTypeVectors } from '../configuration/check-vectors.ts'
import { misfitsOf, objectsOf, type DesiredObject } from '../configuration/file-objects.ts'
import { wordsOf } from '../configuration/issues.ts'
import type { JsonObject } from '../configuration/json.ts'
import { inReadingOrder, type Mistake } from '../configuration/mistake.ts'
import { objectSet } from '../configuration/objects.ts'
import type { ConfigurationText } from '../configuration/parse.ts'
import { parseYamlFile, placeIn, type YamlFile } from '../configuration/yaml-files.ts'
import { deviceType, type DeviceType } from '../devices/device-type.ts'
import { vector, type Vector } from '../devices/vector.ts'
import { noBases, wholeWith, type Bases } from './bases.ts'
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
  /** With everything that it takes over from others. */
  readonly type: DeviceType
  /** As an apply takes it: with its own words only. */
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
 * Reads the files of a type and holds them against the schema and against its vectors; `bases` has the
 * types that it may extend. Unlike an apply of a whole folder it also refuses a type without vectors.
 */
export async function checkTypeFiles(
  files: TypeFiles,
  bases: Bases = noBases,
): Promise<CheckedType> {
  const mistakes: Mistake[] = []
  const own = files.map(({ path, text }) => ({ path: `${folder}${path}`, text }))
  const found = await readTypeFile(own, bases, mistakes)
  if (found === undefined) return { read: undefined, mistakes: ownPaths(mistakes) }
  const { file, object, whole } = found
  const type = deviceType.parse(whole)
  const vectors = vectorsOf(files)
  if (vectors.length === 0) mistakes.push(noVectors(file))
  mistakes.push(...protocolFindings(type, file), ...unitMistakes(object, file))
  mistakes.push(...(await checkTypeVectors(whole, file, own)))
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

interface TypeFile {
  readonly file: YamlFile
  readonly object: DesiredObject
  /** The object's document with what it takes over; its schema accepts it. */
  readonly whole: JsonObject
}

/** Undefined when `mistakes` say why it cannot be used. */
async function readTypeFile(
  files: TypeFiles,
  bases: Bases,
  mistakes: Mistake[],
): Promise<TypeFile | undefined> {
  const path = `${folder}type.yaml`
  const source = files.find((one) => one.path === path)
  if (source === undefined) {
    mistakes.push(
      atTop(path, 'there is no type.yaml', 'the folder of the type is what holds it'),
    )
    return undefined
  }
  const parsed = parseYamlFile(path, source.text)
  if (!parsed.ok) {
    mistakes.push(...parsed.mistakes)
    return undefined
  }
  const { file } = parsed
  const asked = { organisation: 'check', mistakes, files, extendedLater: true }
  const [object] = objectsOf(file, asked)
  if (object === undefined && mistakes.length === 0)
    mistakes.push(atTop(path, 'type.yaml is empty'))
  if (object === undefined || mistakes.length > 0) return undefined
  const { kind, slug, was, document } = object
  const whole = await wholeDocument(document, { file, bases, mistakes })
  if (whole === undefined) return undefined
  return {
    file,
    whole,
    object: { kind, slug, document, ...(was !== undefined && { was }) },
  }
}

/** Undefined when it cannot be put together, or when its schema does not accept it then. */
async function wholeDocument(
  document: JsonObject,
  at: { readonly file: YamlFile; readonly bases: Bases; readonly mistakes: Mistake[] },
): Promise<JsonObject | undefined> {
  const { file, bases, mistakes } = at
  // By itself it was held against the schema already.
  if (!('extends' in document)) return document
  const whole = await wholeWith(document, bases)
  if (!whole.ok) {
    const place = placeIn(file, ['extends'])
    const words =
      'missing' in whole
        ? { what: `there is no device type ${whole.missing} to extend`, next: bases.next }
        : { what: whole.what, why: whole.why }
    mistakes.push({ ...place, ...words })
    return undefined
  }
  const misfits = misfitsOf('deviceType', whole.document)
  for (const misfit of misfits) {
    mistakes.push({ ...placeIn(file, misfit.path, misfit.part), ...wordsOf(misfit) })
  }
  return misfits.length === 0 ? whole.document : undefined
}

function atTop(file: string, what: string, hint?: string): Mistake {
  const next = ['gatuvakt types new makes one', hint].filter(Boolean).join('; ')
  return { file, line: 1, column: 1, what, next }
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
