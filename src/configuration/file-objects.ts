import { explainMisfit, wordsOf, type Explained } from './issues.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { isSlugOf, kinds, listedKinds, type KindName } from './kinds.ts'
import { MAX_MISTAKES, suggestion, type Mistake } from './mistake.ts'
import { placeIn, type YamlFile } from './yaml-files.ts'

/** An object as somebody wants it to be. */
export interface DesiredObject {
  readonly kind: KindName
  readonly slug: string
  /** Its slug before it was renamed. */
  readonly was?: string
  /** As written, without `was`; its schema accepts it. */
  readonly document: JsonObject
}

/** A desired object with its place, so that every mistake can be pointed to. */
export interface LocatedObject extends DesiredObject {
  readonly file: YamlFile
  readonly base: readonly PropertyKey[]
}

export interface ObjectsAsked {
  readonly organisation: string
  readonly mistakes: Mistake[]
  /** All files, among which a device type finds its codec. */
  readonly files?: readonly { readonly path: string; readonly text: string }[]
  /** Types that extend others are held against the schema by the caller, who has the others. */
  readonly extendedLater?: boolean
}

/** Finds the objects of one file, and what is wrong with each by itself. */
export function objectsOf(file: YamlFile, asked: ObjectsAsked): LocatedObject[] {
  const { organisation, mistakes } = asked
  const top = file.value
  if (top === null) return []
  if (!isJsonObject(top)) {
    mistakes.push({
      ...placeIn(file, []),
      what: 'the file is not a map of keys and values',
      why: `expected ${topKeys.join(', ')} at the top`,
    })
    return []
  }
  if (isTypeFile(file.path)) {
    return object(file, [], {
      kind: 'deviceType',
      slug: top['type'] ?? '',
      value: withCodec(file.path, top, asked.files ?? []),
      mistakes,
      unchecked: asked.extendedLater === true && 'extends' in top,
    })
  }
  return Object.entries(top).flatMap(([key, value]) => {
    if (key === kinds.organisation.key) {
      const slug = organisation
      return object(file, [key], { kind: 'organisation', slug, value, mistakes })
    }
    const kind = listedKinds.find((one) => kinds[one].key === key)
    if (kind !== undefined) return listed(file, { kind, value, mistakes })
    mistakes.push({
      ...placeIn(file, [key], 'key'),
      what: `the key "${key}" is unknown here`,
      why: `known here: ${topKeys.join(', ')}`,
      ...suggestion(key, topKeys),
    })
    return []
  })
}

const topKeys = [kinds.organisation.key, ...listedKinds.map((kind) => kinds[kind].key)]

function isTypeFile(path: string): boolean {
  return /(?:^|\/)device-types\/(?:.+\/)?type\.yaml$/.test(path)
}

/** The text of `codec.js` becomes part of the type, so that a version means the same for ever. */
function withCodec(
  path: string,
  document: JsonObject,
  files: NonNullable<ObjectsAsked['files']>,
): JsonObject {
  const beside = `${path.slice(0, -'type.yaml'.length)}codec.js`
  const codec = files.find((one) => one.path === beside)
  return codec === undefined ? document : { ...document, codecSource: codec.text }
}

function listed(
  file: YamlFile,
  { kind, value, mistakes }: { kind: KindName; value: Json; mistakes: Mistake[] },
): LocatedObject[] {
  if (value === null) return []
  const { key } = kinds[kind]
  if (!isJsonObject(value)) {
    const what = `${key} is not a map`
    const why = `expected ${kinds[kind].noun} slugs, each with what it is`
    mistakes.push({ ...placeIn(file, [key], 'key'), what, why })
    return []
  }
  return Object.entries(value).flatMap(([slug, one]) => {
    const base = [key, slug]
    if (isSlugOf(kind, slug))
      return object(file, base, { kind, slug, value: one, mistakes })
    mistakes.push({
      ...placeIn(file, base, 'key'),
      what: `"${slug}" is not a slug`,
      why: 'expected lower-case letters, digits and hyphens, at most 63',
    })
    return []
  })
}

interface Candidate {
  readonly kind: KindName
  readonly slug: Json
  readonly value: Json
  readonly mistakes: Mistake[]
  readonly unchecked?: boolean
}

/** One object, even when it has mistakes, so that references to it are not mistakes too. */
function object(
  file: YamlFile,
  base: readonly PropertyKey[],
  { kind, slug, value, mistakes, unchecked = false }: Candidate,
): LocatedObject[] {
  const { was, document } = withoutWas(kind, value)
  if (was !== undefined && (typeof was !== 'string' || !isSlugOf(kind, was))) {
    mistakes.push({
      ...placeIn(file, [...base, 'was']),
      what: `was does not name a former ${kinds[kind].noun}`,
      why: 'expected the slug it had before',
    })
  }
  for (const misfit of unchecked ? [] : misfitsOf(kind, document)) {
    const place = placeIn(file, [...base, ...misfit.path], misfit.part)
    mistakes.push({ ...place, ...wordsOf(misfit) })
  }
  if (typeof slug !== 'string') return []
  const renamed = typeof was === 'string' ? { was } : {}
  return [
    {
      kind,
      slug,
      ...renamed,
      document: isJsonObject(document) ? document : {},
      file,
      base,
    },
  ]
}

/** The folder's name is the organisation, so there `was` is a key like any unknown one. */
function withoutWas(
  kind: KindName,
  value: Json,
): { readonly was?: Json | undefined; readonly document: Json } {
  if (kind === 'organisation' || !isJsonObject(value)) return { document: value }
  const { was, ...document } = value
  return { was, document }
}

/** What the schema of a kind has against a document. */
export function misfitsOf(kind: KindName, document: Json): readonly Explained[] {
  return explainMisfit(kinds[kind].schema, document).slice(0, MAX_MISTAKES)
}
