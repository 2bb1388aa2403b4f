import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'
import type { ActiveConfiguration, Configurations } from './active.ts'
import { activeConfiguration, type VersionedObject } from './activate.ts'
import { readPoints } from './bindings.ts'
import { storedDocument, storedKind } from './stored.ts'

/** Versions kept of each organisation: the current one, and what consumers behind it still read. */
const MAX_KEPT = 4

/** Configurations out of the database. Versions never change, so what was loaded stays true. */
export function createConfigurations(database: Database): Configurations {
  const kept = new Map<OrganisationId, Map<number, Promise<ActiveConfiguration>>>()

  async function at(
    organisation: OrganisationId,
    version: number,
  ): Promise<ActiveConfiguration> {
    const versions =
      kept.get(organisation) ?? new Map<number, Promise<ActiveConfiguration>>()
    kept.set(organisation, versions)
    const loading = versions.get(version) ?? load(database, organisation, version)
    // Set anew on each use, so that the one not used for longest stands first.
    versions.delete(version)
    versions.set(version, loading)
    for (const old of [...versions.keys()].slice(0, -MAX_KEPT)) versions.delete(old)
    try {
      return await loading
    } catch (error) {
      if (versions.get(version) === loading) versions.delete(version)
      throw error
    }
  }

  return {
    async organisations() {
      const rows = await database.installation.query
        .selectFrom('configuration_version')
        .select('organisation')
        .distinct()
        .orderBy('organisation')
        .execute()
      return rows.map(({ organisation }) => organisation)
    },
    async current(organisation) {
      const row = await database
        .read(organisation)
        .selectFrom('configuration_version')
        .select('version')
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row === undefined ? undefined : at(organisation, row.version)
    },
    at,
    versionAt: (organisation, position) => versionAt(database, organisation, position),
  }
}

async function versionAt(
  database: Database,
  organisation: OrganisationId,
  { sequence, index }: Position,
): Promise<number | undefined> {
  const row = await database
    .read(organisation)
    .selectFrom('configuration_version')
    .select('version')
    .where((eb) =>
      eb.or([
        eb('activated_sequence', '<', sequence),
        eb.and([
          eb('activated_sequence', '=', sequence),
          eb('activated_index', '<=', index),
        ]),
      ]),
    )
    .orderBy('activated_sequence', 'desc')
    .orderBy('activated_index', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version
}

async function load(
  database: Database,
  organisation: OrganisationId,
  version: number,
): Promise<ActiveConfiguration> {
  const query = database.read(organisation)
  const known = await query
    .selectFrom('configuration_version')
    .select('version')
    .where('version', '=', version)
    .executeTakeFirst()
  if (known === undefined) {
    throw new Problem({
      kind: 'not_found',
      what: `The configuration of ${organisation} has no version ${version}.`,
    })
  }
  const objects = await readVersion(query, version)
  // Points are issued before any version that has them, and never change.
  const points = await readPoints(query)
  return activeConfiguration({ organisation, version, objects, points })
}

/** Every object of a version, as it is written. */
export async function readVersion(
  query: ScopedQueries,
  version: number,
): Promise<readonly VersionedObject[]> {
  const rows = await query
    .selectFrom('configuration_object')
    .select(['kind', 'id', 'slug', 'document', 'since_version'])
    .where('retired', '=', 0)
    .where('since_version', '<=', version)
    .where((eb) =>
      eb.or([eb('until_version', 'is', null), eb('until_version', '>', version)]),
    )
    .orderBy('kind')
    .orderBy('id')
    .execute()
  return rows.map(({ kind, id, slug, document, since_version: since }) => ({
    kind: storedKind(kind),
    id,
    slug,
    since,
    document: storedDocument(document, { kind, slug }),
  }))
}
