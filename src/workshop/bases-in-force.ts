import { storedDocument } from '../configuration/stored.ts'
import { currentObject } from '../database/current-object.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Bases } from './bases.ts'

/** The device types of an organisation that another may extend: those that stand in its configuration. */
export function basesInForce(database: Database, organisation: OrganisationId): Bases {
  return {
    async find(name) {
      const row = await currentObject(database.read(organisation), 'deviceType', {
        slug: name,
      })
      return row && storedDocument(row.document, { kind: 'deviceType', slug: name })
    },
    next: 'apply that one first: gatuvakt types list shows those in force',
  }
}
