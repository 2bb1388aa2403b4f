import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { canonicalJson, parseJsonObject, type JsonObject } from './json.ts'
import { isKindName, type KindName } from './kinds.ts'
import { objectSet, type ObjectSet } from './objects.ts'

/** An object as the database has it now. */
export interface StoredObject {
  readonly kind: KindName
  readonly id: string
  readonly slug: string
  readonly document: JsonObject
  /** The document's canonical text. */
  readonly text: string
  /** Who wrote it last: a folder of YAML, or somebody in the database (an import, the console). */
  readonly origin: 'yaml' | 'database'
  /** Canonical text of the document as the last apply or import left it; null if none ever did. */
  readonly applied: string | null
  readonly retired: boolean
}

/** The current row of every object, the retired ones too. Throws when one cannot be read. */
export async function readStored(query: ScopedQueries): Promise<readonly StoredObject[]> {
  const rows = await query
    .selectFrom('configuration_object')
    .select(['kind', 'id', 'slug', 'document', 'origin', 'applied_document', 'retired'])
    .where('until_version', 'is', null)
    .orderBy('kind')
    .orderBy('id')
    .execute()
  return rows.map(
    ({ kind, id, slug, document: text, origin, applied_document, retired }) => {
      const document = storedDocument(text, { kind, slug })
      return {
        kind: storedKind(kind),
        id,
        slug,
        document,
        origin,
        text: canonicalJson(document),
        applied: applied_document,
        retired: retired !== 0,
      }
    },
  )
}

/** What references in a file may also lead to: the objects an organisation has and has not retired. */
export async function readStoredSet(
  database: Database,
  organisation: OrganisationId,
): Promise<ObjectSet> {
  return objectSet(
    (await readStored(database.read(organisation))).filter(({ retired }) => !retired),
  )
}

export function storedKind(kind: string): KindName {
  if (isKindName(kind)) return kind
  throw new Error(`the database holds a configuration object of the unknown kind "${kind}"`)
}

export function storedDocument(
  text: string,
  { kind, slug }: { readonly kind: string; readonly slug: string },
): JsonObject {
  try {
    return parseJsonObject(text)
  } catch (error) {
    throw new Error(`the stored document of ${kind} ${slug} is not JSON`, { cause: error })
  }
}
