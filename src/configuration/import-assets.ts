import { z } from 'zod'
import { asset } from '../domain/asset.ts'
import { slug, type OrganisationId } from '../domain/ids.ts'
import type { DesiredObject } from './file-objects.ts'
import { explainMisfit, wordsOf } from './issues.ts'
import { canonicalJson, type Json, type JsonObject } from './json.ts'
import { nearest } from './mistake.ts'
import type { Configuration } from './parse.ts'

/** Characters of the file, features in it, and bad features told of at once. */
const MAX_CHARACTERS = 64 * 1024 * 1024
const MAX_FEATURES = 100_000
const MAX_BAD = 100

/** Which property of a feature means what. Owner and maintainer are two: often they differ. */
export interface AssetMapping {
  /** The asset type, for instance Streetlight. */
  readonly type: string
  /** Holds the name of the thing in the source; it becomes the slug, in lower case. */
  readonly idProperty: string
  /** Stands before the id in the asset's name. */
  readonly namePrefix: string
  readonly ownerProperty?: string
  readonly maintainerProperty?: string
  /** May citizens see them? */
  readonly public: boolean
}

/** A feature that cannot become an asset; the index counts from 0, `undefined` is the file itself. */
interface BadFeature {
  readonly index: number | undefined
  readonly what: string
  readonly why?: string
  readonly next?: string
}

export type ImportedAssets =
  | { readonly ok: true; readonly objects: readonly DesiredObject[] }
  | { readonly ok: false; readonly bad: readonly BadFeature[] }

const collection = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.unknown()).max(MAX_FEATURES),
})

const feature = z.object({
  type: z.literal('Feature'),
  geometry: z.object({
    type: z.literal('Point'),
    /** Longitude, latitude and perhaps height. */
    coordinates: z.array(z.number()).min(2).max(4),
  }),
  properties: z.record(z.string(), z.json()),
})

/**
 * Makes assets of the points of a GeoJSON file. All or nothing: with bad features the answer names
 * each by its index, at most 100. Properties without a meaning of their own become attributes.
 */
export function assetsFromGeoJson(text: string, mapping: AssetMapping): ImportedAssets {
  const read = featuresOf(text)
  if (!read.ok) return { ok: false, bad: [read.bad] }
  const { features } = read
  const objects: DesiredObject[] = []
  const bad: BadFeature[] = []
  const first = new Map<string, number>()
  for (const [index, value] of features.entries()) {
    const made = assetOf(value, mapping)
    if (Array.isArray(made)) {
      for (const words of made) bad.push({ index, ...words })
      continue
    }
    const twin = first.get(made.slug)
    first.set(made.slug, twin ?? index)
    if (twin === undefined) objects.push(made)
    else bad.push({ index, what: `${made.slug} is also the id of feature ${twin}` })
  }
  return bad.length > 0 ? { ok: false, bad: bad.slice(0, MAX_BAD) } : { ok: true, objects }
}

/**
 * Imported assets as something to apply with `source: 'import'`: they are added or brought up to
 * date, and everything else stays. They belong to the database, so no folder of YAML prunes them.
 */
export function importConfiguration(
  organisation: OrganisationId,
  objects: readonly DesiredObject[],
): Configuration {
  return { organisation, objects }
}

type Words = Omit<BadFeature, 'index'>

function featuresOf(
  text: string,
): { ok: true; features: readonly unknown[] } | { ok: false; bad: BadFeature } {
  const index = undefined
  if (text.length > MAX_CHARACTERS) {
    return {
      ok: false,
      bad: { index, what: 'the file is larger than 64 MiB', next: 'split it' },
    }
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, bad: { index, what: 'the file is not JSON', why } }
  }
  const parsed = collection.safeParse(value)
  if (parsed.success) return { ok: true, features: parsed.data.features }
  const what = 'the file is not a GeoJSON feature collection'
  const why = `expected a FeatureCollection of at most ${MAX_FEATURES} features`
  return { ok: false, bad: { index, what, why } }
}

function assetOf(value: unknown, mapping: AssetMapping): DesiredObject | Words[] {
  const parsed = feature.safeParse(value)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: '' }
    const what = `${path.map(String).join('.') || 'this'} is not as a point feature has it`
    return [{ what, why: message }]
  }
  const { geometry, properties } = parsed.data
  const id = properties[mapping.idProperty]
  if (typeof id !== 'string' && typeof id !== 'number') {
    const near = nearest(mapping.idProperty, Object.keys(properties))
    const next = near === undefined ? undefined : `did you mean "${near}"?`
    const what = `the property "${mapping.idProperty}" is not an id`
    return [{ what, ...(next !== undefined && { next }) }]
  }
  const name = String(id).toLowerCase()
  if (!slug.safeParse(name).success) {
    const why = 'expected letters, digits and hyphens, at most 63'
    return [{ what: `the id ${JSON.stringify(id)} cannot be a slug`, why }]
  }
  const inexact = Object.entries(properties).find(([, value]) => isInexact(value))
  if (inexact !== undefined) {
    const why = 'it has more digits than a number can hold exactly'
    return [{ what: `the property "${inexact[0]}" is ${canonicalJson(inexact[1])}`, why }]
  }
  const document = documentOf({ id: String(id), geometry, properties }, mapping)
  const misfits = explainMisfit(asset, document)
  if (misfits.length === 0) return { kind: 'asset', slug: name, document }
  return misfits.map(wordsOf)
}

function isInexact(value: Json): boolean {
  return (
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  )
}

interface Source {
  readonly id: string
  readonly geometry: { readonly coordinates: readonly number[] }
  readonly properties: Readonly<Record<string, Json>>
}

function documentOf(
  { id, geometry, properties }: Source,
  mapping: AssetMapping,
): JsonObject {
  const [lon = Number.NaN, lat = Number.NaN] = geometry.coordinates
  const { idProperty, ownerProperty, maintainerProperty } = mapping
  const owner = textAt(properties, ownerProperty)
  const maintainer = textAt(properties, maintainerProperty)
  const meant = new Set([idProperty, ownerProperty, maintainerProperty])
  const attributes = Object.entries(properties).filter(
    ([key, value]) => !meant.has(key) && value !== null && typeof value !== 'object',
  )
  return {
    name: `${mapping.namePrefix} ${id}`.trim(),
    type: mapping.type,
    place: { lat, lon },
    ...(owner !== undefined && { owner }),
    ...(maintainer !== undefined && { maintainer }),
    ...(mapping.public && { public: true }),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
  }
}

function textAt(
  properties: Readonly<Record<string, Json>>,
  key: string | undefined,
): string | undefined {
  const value = key === undefined ? undefined : properties[key]
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'string' ? value : canonicalJson(value)
}
