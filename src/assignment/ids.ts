import { createHash } from 'node:crypto'
import type { Random } from '../domain/clock.ts'

/** 32 hex digits that always come out the same for the same parts. */
export function derivedId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** 128 random bits as hex. */
export function randomId(random: Random): string {
  return Buffer.from(random.bytes(16)).toString('hex')
}
