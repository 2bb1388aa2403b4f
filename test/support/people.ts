import type { Database } from '../../src/database/database.ts'
import type { Role } from '../../src/domain/identity.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'

/** Somebody who works at an organisation, without a password yet. */
export async function addUser(
  database: Database,
  organisation: OrganisationId,
  user: {
    readonly id: string
    readonly roles: readonly Role[]
    readonly disabled?: boolean
  },
): Promise<void> {
  await database.write(organisation, 'normal', ({ query }) =>
    query
      .insertInto('user')
      .values({
        organisation,
        id: user.id,
        email: `${user.id}@${organisation}.example`,
        name: `${user.id} of ${organisation}`,
        roles: JSON.stringify(user.roles),
        language: 'sv',
        password_hash: null,
        disabled: user.disabled === true ? 1 : 0,
        created_at: timeUs(0),
      })
      .execute(),
  )
}

/** A device as the configuration knows it. */
export async function addDevice(
  database: Database,
  organisation: OrganisationId,
  id: string,
): Promise<void> {
  await database.write(organisation, 'normal', ({ query }) =>
    query
      .insertInto('configuration_object')
      .values({
        organisation,
        kind: 'device',
        id,
        slug: id,
        document: '{}',
        origin: 'yaml',
        applied_document: null,
        since_version: 1,
        until_version: null,
        valid_from: timeUs(0),
        valid_to: null,
        author: 'local',
      })
      .execute(),
  )
}
