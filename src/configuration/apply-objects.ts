import type { ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { ObjectWrite } from './diff.ts'
import { canonicalJson } from './json.ts'
import type { KindName } from './kinds.ts'
import type { StoredObject } from './stored.ts'

/** Bound parameters of one statement; the most that every SQLite and PostgreSQL plans well. */
const MAX_PARAMETERS = 500

/** A write whose object has its id. */
export interface NamedWrite extends ObjectWrite {
  readonly id: string
}

/** Parts of a list, each small enough for one statement with so many parameters an entry. */
export function* chunks<T>(list: readonly T[], parameters: number): Generator<T[]> {
  const size = Math.max(1, Math.floor(MAX_PARAMETERS / parameters))
  for (let start = 0; start < list.length; start += size) {
    yield list.slice(start, start + size)
  }
}

/** An id is the first slug an object had; where that was given away before, `slug~version`. */
export function nameObjects(
  writes: readonly ObjectWrite[],
  { stored, version }: { stored: readonly StoredObject[]; version: number },
): NamedWrite[] {
  const taken = new Set(stored.map(({ kind, id }) => `${kind} ${id}`))
  return writes.map((write) => {
    const { kind, slug, before } = write
    const free = taken.has(`${kind} ${slug}`) ? `${slug}~${version}` : slug
    return Object.assign({ id: before?.id ?? free }, write)
  })
}

export interface VersionFacts {
  readonly organisation: OrganisationId
  readonly version: number
  readonly at: TimeUs
  readonly author: string
}

/** Ends the old rows of the objects and begins the new ones. */
export async function writeObjects(
  query: ScopedQueries,
  writes: readonly NamedWrite[],
  { organisation, version, at, author }: VersionFacts,
): Promise<void> {
  for (const [kind, ids] of idsByKind(
    writes.filter(({ before }) => before !== undefined),
  )) {
    for (const some of chunks(ids, 1)) {
      await query
        .updateTable('configuration_object')
        .set({ until_version: version, valid_to: at })
        .where('kind', '=', kind)
        .where('id', 'in', some)
        .where('until_version', 'is', null)
        .execute()
    }
  }
  const rows = writes.map(({ kind, id, slug, document, origin, applied, retired }) => ({
    organisation,
    kind,
    id,
    slug,
    document: canonicalJson(document),
    origin,
    applied_document: applied,
    retired: retired ? 1 : 0,
    since_version: version,
    until_version: null,
    valid_from: at,
    valid_to: null,
    author,
  }))
  for (const some of chunks(rows, 13)) {
    await query.insertInto('configuration_object').values(some).execute()
  }
}

/** Notes that objects are as an apply would have left them. No version: nothing in them changes. */
export async function adopt(
  query: ScopedQueries,
  source: 'yaml' | 'import',
  adopted: readonly StoredObject[],
): Promise<void> {
  for (const [kind, ids] of idsByKind(adopted)) {
    for (const some of chunks(ids, 1)) {
      await query
        .updateTable('configuration_object')
        .set((eb) => ({
          applied_document: eb.ref('document'),
          ...(source === 'yaml' && { origin: 'yaml' }),
        }))
        .where('kind', '=', kind)
        .where('id', 'in', some)
        .where('until_version', 'is', null)
        .execute()
    }
  }
}

function idsByKind(
  objects: readonly { readonly kind: KindName; readonly id: string }[],
): Map<KindName, string[]> {
  const ids = new Map<KindName, string[]>()
  for (const { kind, id } of objects) {
    const own = ids.get(kind)
    if (own === undefined) ids.set(kind, [id])
    else own.push(id)
  }
  return ids
}
