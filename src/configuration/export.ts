import { stringify } from 'yaml'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { JsonObject } from './json.ts'
import { kinds, listedKinds, type KindName } from './kinds.ts'
import type { ConfigurationText } from './parse.ts'
import { readStored, type StoredObject } from './stored.ts'

/** Characters after which the next file begins; half of what `parseYamlFile` takes, or less. */
const fileCharacters: Partial<Record<KindName, number>> = { asset: 1024 * 1024 }
const otherCharacters = 100 * 1024

/**
 * The configuration as it is in the database, as files that apply back as unchanged. Retired
 * objects are left out. Comments and the layout of earlier files are not kept.
 */
export async function exportConfiguration(
  database: Database,
  organisation: OrganisationId,
): Promise<ConfigurationText[]> {
  const stored = await readStored(database.read(organisation))
  const byKind = Map.groupBy(
    stored.filter(({ retired }) => !retired),
    ({ kind }) => kind,
  )
  const [own] = byKind.get('organisation') ?? []
  return [
    ...(own === undefined
      ? []
      : [file('organisation.yaml', { organisation: own.document })]),
    ...listedKinds.flatMap((kind) => listedFiles(kind, byKind.get(kind) ?? [])),
    ...(byKind.get('deviceType') ?? []).map(({ slug, document }) =>
      file(`device-types/${typeFolder(slug)}/type.yaml`, document),
    ),
  ]
}

function listedFiles(
  kind: KindName,
  objects: readonly StoredObject[],
): ConfigurationText[] {
  const { key } = kinds[kind]
  const limit = fileCharacters[kind] ?? otherCharacters
  const parts: JsonObject[] = []
  let part: Record<string, JsonObject> = {}
  let size = 0
  for (const { slug, document, text } of objects.toSorted(bySlug)) {
    if (size > 0 && size + text.length > limit) {
      parts.push(part)
      part = {}
      size = 0
    }
    part[slug] = document
    size += text.length
  }
  if (size > 0) parts.push(part)
  return parts.map((one, index) =>
    file(parts.length === 1 ? `${key}.yaml` : `${key}-${index + 1}.yaml`, { [key]: one }),
  )
}

/** `nordlys/slc-4@1.0.0` → `nordlys-slc-4-1.0.0`; the version keeps two of a model apart. */
function typeFolder(slug: string): string {
  return slug.replaceAll(/[/@]/g, '-')
}

function bySlug(a: StoredObject, b: StoredObject): number {
  return a.slug < b.slug ? -1 : 1
}

function file(path: string, document: JsonObject): ConfigurationText {
  // No anchors for equal parts: the reader would have to count them.
  return { path, text: stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }) }
}
