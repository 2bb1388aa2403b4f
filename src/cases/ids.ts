import { createHash, createHmac } from 'node:crypto'
import type { Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'

/** 128 random bits as hex. */
export function randomId(random: Random): string {
  return Buffer.from(random.bytes(16)).toString('hex')
}

/**
 * The token of a follow link: 256 bits, base64url. It is a keyed hash of the subscriber, so mails
 * can carry it although the database keeps only its SHA-256. Whoever has the installation's secret
 * and the database can make every link; the database alone makes none.
 */
export function followToken(
  secret: Uint8Array,
  organisation: OrganisationId,
  subscriber: string,
): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['follow', organisation, subscriber]))
    .digest('base64url')
}

/** What a token looks like, to refuse others before the database is asked. */
export const followTokenShape = /^[A-Za-z0-9_-]{43}$/

/** What the database keeps of a token. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
