import { storedDocument } from '../configuration/stored.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Bases } from './bases.ts'

/** The device types of an organisation that another may extend: those that stand in its configuration. */
export function basesInForce(database: Database, organisation: OrganisationId): Bases {
  return {
    async find(name) {
      const row = await database
        .read(organisation)
        .selectFrom('configuration_object')
        .select('document')
        .where('kind', '=', 'deviceType')
        .where('slug', '=', name)
        .where('until_version', 'is', null)
        .where('retired', '=', 0)
        .executeTakeFirst()
      return row && storedDocument(row.document, { kind: 'deviceType', slug: name })
    },
    next: 'apply that one first: gatuvakt types list shows those in force',
  }
}
