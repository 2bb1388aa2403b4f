import { hash, verify } from '@node-rs/argon2'
import type { Random } from '../domain/clock.ts'
import { createTurns } from './turns.ts'

/** Argon2id is the package's own default algorithm; 64 MiB and three passes take about 0.1 s. */
const cost = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 }
/** Two at once use 128 MiB and leave the rest of the thread pool to others. */
const CONCURRENT = 2
const WAITING = 50

export const SHORTEST_PASSWORD = 12
export const LONGEST_PASSWORD = 256

export interface Passwords {
  /** The argon2id hash to store. Throws Problem too_many when 50 others wait already. */
  hash(password: string): Promise<string>
  /**
   * Does the password fit the hash? With no hash (nobody of that name, or no password set) the
   * same work is done and the answer is no, so that time does not tell who exists.
   */
  fits(stored: string | null, password: string): Promise<boolean>
}

/** Hashes passwords, at most two at a time and at most 50 waiting. */
export function createPasswords(random: Random): Passwords {
  const turn = createTurns({ concurrent: CONCURRENT, waiting: WAITING })
  const hashed = (password: string) =>
    turn(() => hash(normal(password), { ...cost, salt: random.bytes(16) }))
  return {
    hash: hashed,
    fits: async (stored, password) => {
      if (stored !== null) return turn(() => verify(stored, normal(password)))
      await hashed(password)
      return false
    },
  }
}

/** One keyboard sends å as one code point, another as two; both are the same password. */
function normal(password: string): string {
  return password.normalize('NFKC')
}
