import type { DeviceType } from '../devices/device-type.ts'
import { diagnose } from '../devices/modbus/diagnose.ts'
import { parseMessage } from '../devices/modbus/message.ts'

/** A mistake in a type that a real answer gives away. */
export interface Hint {
  /** Empty when it is about the type as a whole. */
  readonly point: string
  /** `word_order`, `address_off_by_one`, `namespace_by_index`, … */
  readonly mistake: string
  /** The mistake, named. */
  readonly what: string
  readonly why: string
  readonly next: string
}

/** What is probably wrong with the type, as this message shows it; empty when nothing is. */
export function hintsOf(type: DeviceType, payload: Uint8Array): readonly Hint[] {
  if (type.protocol !== 'modbus') return []
  const parsed = parseMessage(payload)
  return parsed.ok ? diagnose(type, parsed.message) : []
}
