import type { Random } from '../domain/clock.ts'

/** 128 random bits as hex. */
export function randomId(random: Random): string {
  return Buffer.from(random.bytes(16)).toString('hex')
}
