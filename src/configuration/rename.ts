import type { ObjectWrite } from './diff.ts'
import { canonicalJson, parseJsonObject, type JsonObject } from './json.ts'
import type { KindName } from './kinds.ts'
import { mapReferences } from './references.ts'
import type { StoredObject } from './stored.ts'

/**
 * The objects that stay but name one that is renamed, with the new name in them. An old slug that
 * another object takes over at once is left alone: nobody can tell which of the two is meant.
 */
export function rewritten(
  kept: readonly StoredObject[],
  writes: readonly ObjectWrite[],
): ObjectWrite[] {
  const taken = new Set(writes.map(({ kind, slug }) => `${kind} ${slug}`))
  const renames = new Map<string, string>()
  for (const { kind, slug, before } of writes) {
    if (before === undefined || before.slug === slug) continue
    if (!taken.has(`${kind} ${before.slug}`)) renames.set(`${kind} ${before.slug}`, slug)
  }
  if (renames.size === 0) return []
  const rename = (kind: KindName, document: JsonObject) =>
    mapReferences(kind, document, ({ to, slug }) => renames.get(`${to} ${slug}`) ?? slug)
  return kept.flatMap((before): ObjectWrite[] => {
    const { kind, slug, origin, applied: old } = before
    const document = rename(kind, before.document)
    if (canonicalJson(document) === before.text) return []
    // The rename is nobody's edit, so it must not look like one afterwards.
    const applied = old === null ? null : canonicalJson(rename(kind, parseJsonObject(old)))
    return [{ kind, slug, document, before, retired: false, origin, applied }]
  })
}
