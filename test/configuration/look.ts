import {
  canonicalJson,
  parseJsonObject,
  type JsonObject,
} from '../../src/configuration/json.ts'
import type { Database } from '../../src/database/database.ts'
import { north } from '../support/database.ts'

/** What an apply left in the tables of `north`. */
export function look(database: Database) {
  return {
    points: () =>
      database
        .read(north)
        .selectFrom('point')
        .select(['id', 'device', 'key'])
        .orderBy('id')
        .execute(),
    bindings: () =>
      database
        .read(north)
        .selectFrom('binding')
        .select(['asset', 'role', 'device', 'valid_from', 'valid_to'])
        .orderBy('asset')
        .orderBy('role')
        .orderBy('valid_from')
        .execute(),
    versions: () =>
      database
        .read(north)
        .selectFrom('configuration_version')
        .selectAll()
        .orderBy('version')
        .execute(),
  }
}

/** An edit in the database, as the console makes it: it remembers what was applied last. */
export async function edit(
  database: Database,
  { kind, slug }: { kind: string; slug: string },
  change: JsonObject,
): Promise<void> {
  await database.write(north, 'normal', async ({ query }) => {
    const row = await query
      .selectFrom('configuration_object')
      .selectAll()
      .where('kind', '=', kind)
      .where('slug', '=', slug)
      .where('until_version', 'is', null)
      .executeTakeFirstOrThrow()
    const document = canonicalJson({ ...parseJsonObject(row.document), ...change })
    await query
      .updateTable('configuration_object')
      .set({ document, origin: 'database' })
      .where('kind', '=', kind)
      .where('id', '=', row.id)
      .where('until_version', 'is', null)
      .execute()
  })
}
