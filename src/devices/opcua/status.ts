import type { Quality, QualityCode } from '../../domain/reading.ts'

/** What a StatusCode means to us. */
export interface StatusMeaning {
  readonly quality: Quality
  readonly code: QualityCode
}

/** Codes without their low 16 bits, which only annotate (limits, overflow of a queue). */
const known: ReadonlyMap<number, QualityCode> = new Map([
  // What lies between the server and its device.
  [0x80050000, 'comm_fault'], // BadCommunicationError
  [0x800a0000, 'comm_fault'], // BadTimeout
  [0x80310000, 'comm_fault'], // BadNoCommunication
  [0x80850000, 'comm_fault'], // BadRequestTimeout
  [0x808a0000, 'comm_fault'], // BadNotConnected
  [0x80ac0000, 'comm_fault'], // BadConnectionRejected
  [0x80ad0000, 'comm_fault'], // BadDisconnect
  [0x80ae0000, 'comm_fault'], // BadConnectionClosed
  [0x800d0000, 'comm_fault'], // BadServerNotConnected
  // Nothing was ever heard of it.
  [0x80320000, 'stale'], // BadWaitingForInitialData
  [0x809b0000, 'stale'], // BadNoData
  // Somebody set up the server, or our type, wrongly.
  [0x80890000, 'config_error'], // BadConfigurationError
  [0x80330000, 'config_error'], // BadNodeIdInvalid
  [0x80340000, 'config_error'], // BadNodeIdUnknown
  [0x80350000, 'config_error'], // BadAttributeIdInvalid
  [0x803a0000, 'config_error'], // BadNotReadable
  [0x801f0000, 'config_error'], // BadUserAccessDenied
  [0x803c0000, 'out_of_range'], // BadOutOfRange
  [0x80070000, 'decode_error'], // BadDecodingError
  [0x80380000, 'decode_error'], // BadDataEncodingInvalid
  [0x80740000, 'decode_error'], // BadTypeMismatch
  [0x408f0000, 'stale'], // UncertainNoCommunicationLastUsableValue
  [0x40900000, 'stale'], // UncertainLastUsableValue
  [0x40920000, 'stale'], // UncertainInitialValue
  [0x40940000, 'out_of_range'], // UncertainEngineeringUnitsExceeded
])

/** The severity stands in the two highest bits; what is not known better is the device's fault. */
export function statusMeaning(status: number): StatusMeaning {
  const severity = status >>> 30
  if (severity === 0) return { quality: 'good', code: 'ok' }
  const code = known.get((status & 0xffff0000) >>> 0) ?? 'device_fault'
  return { quality: severity === 1 ? 'uncertain' : 'bad', code }
}

/** `0x80340000`, as the standard's tables and every tool write it. */
export function statusText(status: number): string {
  return `0x${status.toString(16).padStart(8, '0').toUpperCase()}`
}
