import { createHash } from 'node:crypto'
import type { Random } from '../../src/domain/clock.ts'

/** Bytes that look random and are the same in every run. */
export function seededRandom(seed = 'test'): Random {
  let drawn = 0
  return {
    bytes: (count) => {
      const blocks = Array.from({ length: Math.ceil(count / 32) }, () => {
        drawn += 1
        return createHash('sha256').update(`${seed} ${drawn}`).digest()
      })
      return new Uint8Array(Buffer.concat(blocks)).subarray(0, count)
    },
  }
}
