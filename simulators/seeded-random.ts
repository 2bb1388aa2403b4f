import type { Random } from '../src/domain/clock.ts'

/** A stream of numbers in [0, 1) that depends on the seed alone (mulberry32, Tommy Ettinger 2017). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The service's source of randomness for a simulation: never for secrets. */
export function seededRandom(seed: number): Random {
  const next = seededNumbers(seed)
  return {
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
  }
}
