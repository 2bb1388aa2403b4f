import { parseJsonObject, type JsonObject } from '../../configuration/json.ts'
import type { Database } from '../../database/database.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'

/** The text of a rule as it is in force. Rejects with Problem not_found. */
export async function ruleDocument(
  database: Database,
  organisation: OrganisationId,
  slug: string,
): Promise<JsonObject> {
  const row = await database
    .read(organisation)
    .selectFrom('configuration_object')
    .select('document')
    .where('kind', '=', 'rule')
    .where('slug', '=', slug)
    .where('retired', '=', 0)
    .where('until_version', 'is', null)
    .executeTakeFirst()
  if (row !== undefined) return parseJsonObject(row.document)
  throw new Problem({
    kind: 'not_found',
    what: `there is no rule ${slug}`,
    where: 'rule',
    next: 'gatuvakt rules list has those in force; a new one needs a draft',
  })
}
