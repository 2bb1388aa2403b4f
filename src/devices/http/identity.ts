import type { FieldDevice } from '../field-device.ts'
import type { HttpFormat } from './connection.ts'

/** What the sender calls the device: as its address says, or by its slug. */
export function identityOf({
  address,
  slug,
}: Pick<FieldDevice, 'address' | 'slug'>): string {
  return String(address['devEui'] ?? address['address'] ?? address['id'] ?? slug)
}

/** Two names of one device have one key: EUIs and UUIDs are the same in capitals, others are not. */
export function keyOf(format: HttpFormat, identity: string): string {
  return format === 'json' || format === 'line' ? identity : identity.toLowerCase()
}
