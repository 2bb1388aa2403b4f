import type { FieldDevice } from '../../devices/field-device.ts'
import type { HttpFormat } from '../../devices/http/connection.ts'

/** What the sender calls the device; undefined when its address does not say. */
export function identityOf({ address, slug }: FieldDevice): string | undefined {
  const said = address['devEui'] ?? address['address'] ?? address['id'] ?? slug
  return typeof said === 'string' ? said : String(said)
}

/** Two names of one device have one key: EUIs and UUIDs are the same in capitals, others are not. */
export function keyOf(format: HttpFormat, identity: string): string {
  return format === 'json' || format === 'line' ? identity : identity.toLowerCase()
}
