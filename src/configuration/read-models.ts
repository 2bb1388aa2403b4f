import type { ScopedQueries } from '../database/database.ts'
import { asset as assetSchema } from '../domain/asset.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { chunks, type NamedWrite } from './apply-objects.ts'
import { writeBindings } from './bindings.ts'
import { writeEdges } from './edges.ts'
import { user as userSchema } from './kinds.ts'
import type { TypedObjects } from './objects.ts'

/** What the tables beside the objects are made from. */
export interface ModelFacts {
  readonly organisation: OrganisationId
  readonly at: TimeUs
  /** The objects that changed. */
  readonly writes: readonly NamedWrite[]
  /** `kind slug` → id, of all that is not retired. */
  readonly ids: ReadonlyMap<string, string>
  /** All that is not retired. */
  readonly objects: TypedObjects
}

/** Brings the tables that others join with in line with the objects. */
export async function writeModels(query: ScopedQueries, facts: ModelFacts): Promise<void> {
  await writeOrganisation(query, facts)
  await writeAssets(query, facts)
  await writeUsers(query, facts)
  await writeEdges(query, facts)
  await writeBindings(query, facts)
}

async function writeOrganisation(query: ScopedQueries, facts: ModelFacts): Promise<void> {
  if (facts.writes.every(({ kind }) => kind !== 'organisation')) return
  for (const { name, timezone, languages } of facts.objects.organisation.values()) {
    await query
      .updateTable('organisation')
      .set({ name, timezone, languages: JSON.stringify(languages) })
      .execute()
  }
}

async function writeAssets(
  query: ScopedQueries,
  { organisation, at, writes }: ModelFacts,
): Promise<void> {
  const rows = writes
    .filter(({ kind }) => kind === 'asset')
    .map(({ id, slug, document, retired }) => {
      const {
        name,
        type,
        place,
        owner,
        maintainer,
        public: open,
      } = assetSchema.parse(document)
      const words = [name, slug, type, owner, maintainer].filter(
        (word) => word !== undefined,
      )
      return {
        organisation,
        id,
        slug,
        name,
        type,
        lat: place?.lat ?? null,
        lon: place?.lon ?? null,
        owner: owner ?? null,
        maintainer: maintainer ?? null,
        public: open ? 1 : 0,
        retired: retired ? 1 : 0,
        search: words.join(' ').toLocaleLowerCase('sv'),
        valid_from: at,
      }
    })
  for (const some of chunks(rows, 13)) {
    await query
      .insertInto('asset')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['organisation', 'id']).doUpdateSet((eb) => ({
          slug: eb.ref('excluded.slug'),
          name: eb.ref('excluded.name'),
          type: eb.ref('excluded.type'),
          lat: eb.ref('excluded.lat'),
          lon: eb.ref('excluded.lon'),
          owner: eb.ref('excluded.owner'),
          maintainer: eb.ref('excluded.maintainer'),
          public: eb.ref('excluded.public'),
          retired: eb.ref('excluded.retired'),
          search: eb.ref('excluded.search'),
          valid_from: eb.ref('excluded.valid_from'),
        })),
      )
      .execute()
  }
}

/**
 * Passwords stay as they are. A retired user is disabled and gives the address free; one that
 * comes back is enabled, while one that was disabled by a person stays so.
 */
async function writeUsers(
  query: ScopedQueries,
  { organisation, at, writes }: ModelFacts,
): Promise<void> {
  const changed = writes.filter(({ kind }) => kind === 'user')
  // First all old addresses go, so that two users can exchange theirs.
  for (const { id, retired } of changed) {
    await query
      .updateTable('user')
      .set({ email: `~${id}`, ...(retired && { disabled: 1 }) })
      .where('id', '=', id)
      .execute()
  }
  for (const { id, document, before, retired } of changed) {
    if (retired) continue
    const { email, name, roles, language } = userSchema.parse(document)
    const facts = {
      email: email.toLowerCase(),
      name,
      roles: JSON.stringify(roles),
      language,
    }
    const back = before?.retired === true
    await query
      .insertInto('user')
      .values({
        organisation,
        id,
        ...facts,
        password_hash: null,
        disabled: 0,
        created_at: at,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['organisation', 'id'])
          .doUpdateSet(back ? { ...facts, disabled: 0 } : facts),
      )
      .execute()
  }
}
