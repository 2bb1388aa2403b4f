import type { DesiredObject } from './file-objects.ts'
import { canonicalJson, type JsonObject } from './json.ts'
import { kindNames, type KindName } from './kinds.ts'
import { rewritten } from './rename.ts'
import type { StoredObject } from './stored.ts'

/** What an apply does, or would do, to one object. */
export interface Change {
  readonly kind: KindName
  readonly slug: string
  readonly change: 'create' | 'update' | 'rename' | 'retire' | 'unchanged' | 'conflict'
  /** The slug before a rename. */
  readonly was?: string
  /** Top-level keys that differ. */
  readonly fields: readonly string[]
}

/** A row to write: the object as it shall be from the new version on. */
export interface ObjectWrite {
  readonly kind: KindName
  readonly slug: string
  readonly document: JsonObject
  /** What it was; undefined for a new object. */
  readonly before: StoredObject | undefined
  readonly retired: boolean
  readonly origin: 'yaml' | 'database'
  readonly applied: string | null
}

export interface Plan {
  readonly changes: readonly Change[]
  readonly writes: readonly ObjectWrite[]
  /** Objects that are as desired, but not yet known to have been applied. */
  readonly adopted: readonly StoredObject[]
}

/** How an apply decides where it has a choice. */
export interface DiffOptions {
  /** `import`: what comes is owned by the database, not by a folder of YAML. */
  readonly source: 'yaml' | 'import'
  /** Whose side to take where the database was edited since the last apply; left out: a conflict. */
  readonly take?: 'yaml' | 'database' | undefined
  /** Retire what is absent. */
  readonly prune?: boolean | undefined
}

/**
 * Compares what is desired with what is there, by kind and slug. Pure. Absent objects stay as they
 * are unless `prune`; then imported ones still stay, because no folder ever named them.
 */
export function diffConfiguration(
  desired: readonly DesiredObject[],
  stored: readonly StoredObject[],
  options: DiffOptions,
): Plan {
  const matches = matchObjects(desired, stored)
  const changes = new Map<string, Change>()
  const writes: ObjectWrite[] = []
  const adopted: StoredObject[] = []
  for (const one of desired) {
    const before = matches.get(one)
    const change = changeOf(one, before, options.take)
    changes.set(nameOf(one), change)
    if (change.change === 'unchanged') {
      if (before !== undefined && adopts(one, before, options)) adopted.push(before)
    } else if (change.change !== 'conflict') {
      writes.push(writeOf(one, before, options))
    }
  }
  const named = new Set(matches.values())
  for (const { object, conflict } of retirements(stored, named, options)) {
    const { kind, slug } = object
    const change = conflict ? 'conflict' : 'retire'
    changes.set(nameOf(object), { kind, slug, change, fields: [] })
    if (!conflict) writes.push(retirement(object))
  }
  for (const write of rewritten(keptBy(writes, stored), writes)) {
    // A conflict stops the apply, so it must not be hidden by a rename elsewhere.
    if (changes.get(nameOf(write))?.change === 'conflict') continue
    writes.push(write)
    changes.set(nameOf(write), rewriteOf(write))
  }
  return { changes: inOrder([...changes.values()]), writes, adopted }
}

function rewriteOf({ kind, slug, document, before }: ObjectWrite): Change {
  return { kind, slug, change: 'update', fields: fieldsOf(document, before) }
}

function nameOf({
  kind,
  slug,
}: {
  readonly kind: KindName
  readonly slug: string
}): string {
  return `${kind} ${slug}`
}

/** What a plan leaves as it is, retired objects apart. */
export function keptBy(
  writes: readonly ObjectWrite[],
  stored: readonly StoredObject[],
): StoredObject[] {
  const replaced = new Set(writes.map(({ before }) => before))
  return stored.filter((one) => !one.retired && !replaced.has(one))
}

/** Renames first: an object that takes the old slug of a renamed one is a new object. */
function matchObjects(
  desired: readonly DesiredObject[],
  stored: readonly StoredObject[],
): Map<DesiredObject, StoredObject> {
  const bySlug = new Map<string, StoredObject>()
  for (const one of stored) {
    const name = nameOf(one)
    if (!one.retired || !bySlug.has(name)) bySlug.set(name, one)
  }
  const current = (kind: KindName, slug: string) => {
    const found = bySlug.get(nameOf({ kind, slug }))
    return found?.retired === true ? undefined : found
  }
  const matches = new Map<DesiredObject, StoredObject>()
  for (const one of desired) {
    // Once renamed, the `was` that still stands in the file says nothing new.
    if (one.was === undefined || current(one.kind, one.slug) !== undefined) continue
    const before = current(one.kind, one.was)
    if (before !== undefined) matches.set(one, before)
  }
  const renamed = new Set(matches.values())
  for (const one of desired) {
    const before = bySlug.get(nameOf(one))
    if (matches.has(one) || before === undefined || renamed.has(before)) continue
    matches.set(one, before)
  }
  return matches
}

function changeOf(
  { kind, slug, document }: DesiredObject,
  before: StoredObject | undefined,
  take: DiffOptions['take'],
): Change {
  if (before === undefined) return { kind, slug, change: 'create', fields: [] }
  const same = canonicalJson(document) === before.text && !before.retired
  const fields = fieldsOf(document, before)
  if (!same && changedInDatabase(before)) {
    if (take === undefined) return { kind, slug, change: 'conflict', fields }
    if (take === 'database') return { kind, slug, change: 'unchanged', fields: [] }
  }
  if (before.slug !== slug)
    return { kind, slug, change: 'rename', was: before.slug, fields }
  return { kind, slug, change: same ? 'unchanged' : 'update', fields }
}

/** Somebody edited, made or retired it in the database since it was last applied. */
function changedInDatabase({ origin, applied, text, retired }: StoredObject): boolean {
  return origin === 'database' && (applied !== text || retired)
}

/** The bookkeeping is behind: an object made in the database has become one of the folder's. */
function adopts(
  { document }: DesiredObject,
  before: StoredObject,
  { source }: DiffOptions,
): boolean {
  if (canonicalJson(document) !== before.text || before.retired) return false
  return (
    before.applied !== before.text || (source === 'yaml' && before.origin === 'database')
  )
}

function writeOf(
  { kind, slug, document }: DesiredObject,
  before: StoredObject | undefined,
  { source }: DiffOptions,
): ObjectWrite {
  const origin = source === 'yaml' ? 'yaml' : 'database'
  const applied = canonicalJson(document)
  return { kind, slug, document, before, retired: false, origin, applied }
}

function retirements(
  stored: readonly StoredObject[],
  named: ReadonlySet<StoredObject>,
  { source, take, prune }: DiffOptions,
): { readonly object: StoredObject; readonly conflict: boolean }[] {
  if (prune !== true) return []
  return stored.flatMap((object) => {
    if (object.retired || named.has(object) || object.kind === 'organisation') return []
    if (!changedInDatabase(object)) {
      const owner = object.origin === 'yaml' ? 'yaml' : 'import'
      return owner === source ? [{ object, conflict: false }] : []
    }
    if (take === 'database') return []
    return [{ object, conflict: take === undefined }]
  })
}

function retirement(before: StoredObject): ObjectWrite {
  const { kind, slug, document, origin, applied } = before
  return { kind, slug, document, before, retired: true, origin, applied }
}

function fieldsOf(document: JsonObject, before: StoredObject | undefined): string[] {
  const old = before?.document ?? {}
  const keys = new Set([...Object.keys(document), ...Object.keys(old)])
  const fields = [...keys].filter((key) => {
    const [now, then] = [document[key], old[key]]
    if (now === undefined || then === undefined) return now !== then
    return canonicalJson(now) !== canonicalJson(then)
  })
  return before?.retired === true ? ['retired', ...fields] : fields
}

function inOrder(changes: readonly Change[]): Change[] {
  const rank = new Map<KindName, number>(kindNames.map((kind, index) => [kind, index]))
  return changes.toSorted(
    (a, b) =>
      (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0) ||
      (a.slug < b.slug ? -1 : Number(a.slug > b.slug)),
  )
}
