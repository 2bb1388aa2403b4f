import { createHash } from 'node:crypto'

/** 32 hex digits that always come out the same for the same parts. */
export function derivedId(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return hash.slice(0, 32)
}
