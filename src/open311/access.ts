import { Problem } from '../domain/problem.ts'
import type { Partner } from './config.ts'

/** What shows a partner who we are. Throws Problem unavailable for a secret that nobody has set. */
export function access(
  { jurisdiction, secret }: NonNullable<Partner['receives']>,
  secrets: Readonly<Record<string, string>>,
): (readonly [string, string])[] {
  const key =
    secret !== undefined && Object.hasOwn(secrets, secret) ? secrets[secret] : undefined
  if (secret !== undefined && key === undefined) {
    throw new Problem({
      kind: 'unavailable',
      what: `The settings of this process have no secret "${secret}"`,
      next: 'Ask whoever runs the service to set it',
    })
  }
  return [
    ...(jurisdiction === undefined ? [] : [['jurisdiction_id', jurisdiction] as const]),
    ...(key === undefined ? [] : [['api_key', key] as const]),
  ]
}
