import { createHash } from 'node:crypto'

/** 32 hex digits that always come out the same for the same parts. */
export function derivedId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Stands for an address or a number in the outbox, which holds no personal data. */
export function addressKey(address: string): string {
  return derivedId('address', address).slice(0, 16)
}
