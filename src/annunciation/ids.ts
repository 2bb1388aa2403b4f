import { derivedId } from '../database/derived-id.ts'

/** Stands for an address or a number in the outbox, which holds no personal data. */
export function addressKey(address: string): string {
  return derivedId('address', address).slice(0, 16)
}
