import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import type { LocalParts } from './parts.ts'

/**
 * The organisation a command means: the one it names, or the only one there is. Throws Problem
 * invalid when it has to be named, and not_found when there is none.
 */
export async function organisationOf(
  { configurations }: Pick<LocalParts, 'configurations'>,
  named: OrganisationId | undefined,
): Promise<OrganisationId> {
  const all = await configurations.organisations()
  if (named !== undefined) {
    if (all.includes(named)) return named
    throw new Problem({
      kind: 'not_found',
      what: `there is no organisation ${named}`,
      next:
        all.length === 0 ? 'make one with gatuvakt init' : `there are: ${all.join(', ')}`,
    })
  }
  const [only, ...others] = all
  if (only !== undefined && others.length === 0) return only
  throw new Problem({
    kind: only === undefined ? 'not_found' : 'invalid',
    what: only === undefined ? 'there is no organisation yet' : 'whose?',
    where: '--organisation',
    next:
      only === undefined
        ? 'make one with gatuvakt init'
        : `name one of ${all.join(', ')} with --organisation`,
  })
}
