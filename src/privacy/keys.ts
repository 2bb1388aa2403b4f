import { createHmac, hkdfSync } from 'node:crypto'
import type { OrganisationId } from '../domain/ids.ts'
import { keyBytes } from './envelope.ts'

/** Keys of one organisation; those of cases are random and wrapped. */
export interface OrganisationKeys {
  /** Wraps the keys of cases. */
  readonly wrapping: Uint8Array
  /** Hashes addresses and numbers. */
  readonly index: Uint8Array
}

/** Organisations whose keys are remembered; deriving them again costs some µs. */
const rememberedAtMost = 1_000

/** Derives each organisation's keys from the installation's secret (HKDF with SHA-256, RFC 5869). */
export function organisationKeys(
  secret: Uint8Array,
): (organisation: OrganisationId) => OrganisationKeys {
  const known = new Map<OrganisationId, OrganisationKeys>()
  const derive = (organisation: OrganisationId, purpose: string): Uint8Array =>
    new Uint8Array(
      hkdfSync('sha256', secret, organisation, `gatuvakt privacy ${purpose} 1`, keyBytes),
    )
  return (organisation) => {
    const found = known.get(organisation)
    if (found !== undefined) return found
    if (known.size >= rememberedAtMost) known.clear()
    const made = {
      wrapping: derive(organisation, 'wrapping'),
      index: derive(organisation, 'index'),
    }
    known.set(organisation, made)
    return made
  }
}

/** Blind index: equal contacts have equal hashes, and without the key nothing can be guessed from one. */
export function blindHash(
  index: Uint8Array,
  kind: 'email' | 'phone',
  normalised: string,
): string {
  return createHmac('sha256', index)
    .update(JSON.stringify([kind, normalised]))
    .digest('base64url')
}
