import type { Database } from '../database/database.ts'
import { language } from '../domain/language.ts'
import { permissionsOf } from '../identity/permissions.ts'
import type { User } from './authorise.ts'
import type { SessionView } from './views.ts'

/** What the console must know of the person who is logged in. */
export async function sessionOf(database: Database, user: User): Promise<SessionView> {
  const query = database.read(user.organisation)
  const organisation = await query
    .selectFrom('organisation')
    .select(['name', 'timezone'])
    .executeTakeFirstOrThrow()
  const person = await query
    .selectFrom('user')
    .select('language')
    .where('id', '=', user.user)
    .executeTakeFirstOrThrow()
  return {
    user: {
      id: user.user,
      name: user.name,
      language: language.catch('en').parse(person.language),
    },
    organisation: { id: user.organisation, ...organisation },
    roles: [...user.roles],
    permissions: [...permissionsOf(user)],
  }
}
