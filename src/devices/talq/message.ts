import { z } from 'zod'

/**
 * What TALQ 2 gateways send, as far as it is looked at; everything else is kept as it came. The
 * log's data model read here is the same from 2.2 on.
 */

/** An entry of a log: an attribute's value or an event of a device or one of its functions. */
export const talqEntry = z.looseObject({
  type: z.enum(['AttributeLogData', 'EventLogData', 'StateChangeEventLogData']),
  /** `DEVICE` or `DEVICE/FUNCTION`. */
  srcAddress: z.string().min(1).max(400),
  /** RFC 3339. */
  timestamp: z.string().max(60).optional(),
  attributeName: z.string().max(200).optional(),
  attributeValue: z.looseObject({ value: z.unknown() }).optional(),
  eventType: z.string().max(200).optional(),
  /** Begin or end of the condition; left out: the event has no duration. */
  startEndFlag: z.boolean().optional(),
})
export type TalqEntry = z.infer<typeof talqEntry>

/** Entries of one device from one report: the message that is kept. */
export const talqMessage = z.strictObject({
  v: z.literal(1),
  /** Address of the logger that reported. */
  logger: z.string().max(200).optional(),
  entries: z.array(talqEntry).max(1_000),
})
export type TalqMessage = z.infer<typeof talqMessage>

/** The message's bytes. */
export function encodeTalqMessage(message: TalqMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message))
}

export interface TalqSource {
  /** In lower case. */
  readonly device: string
  readonly function: string | undefined
}

/** `DEVICE/FUNCTION` taken apart. */
export function talqSource(address: string): TalqSource {
  const slash = address.indexOf('/')
  if (slash < 0) return { device: address.toLowerCase(), function: undefined }
  const device = address.slice(0, slash).toLowerCase()
  return { device, function: address.slice(slash + 1) }
}
