import { createHash, timingSafeEqual } from 'node:crypto'
import type { Random } from '../domain/clock.ts'

/** 256 random bits as 43 URL-safe characters: nobody guesses it, so a plain hash protects it at rest. */
export function newToken(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

/** What the database keeps of a token: SHA-256, hexadecimal. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}

/** Compares two hashes in a time that does not tell how much of them agrees. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')]
  return left.length === right.length && timingSafeEqual(left, right)
}
