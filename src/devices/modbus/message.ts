import { z } from 'zod'
import type { DecodeProblem } from '../decoder.ts'
import { isBits } from './layout.ts'
import { modbusTable } from './type.ts'

/** Bytes of one message; a poll of a whole unit is far below. */
const largest = 262_144

/** Why a request brought nothing. */
const failure = z.strictObject({
  /**
   * `exception`: the device refused, `code` says why. `timeout`: it said nothing in time. `odd`: it
   * said something that is no answer. `lost`: the connection broke. `connect`: there was none.
   */
  why: z.enum(['exception', 'timeout', 'odd', 'lost', 'connect']),
  /** Exception code of Modbus: 2 is "no such register". */
  code: z.int().min(0).max(255).optional(),
  /** False when an earlier request of the same poll failed and this one was not sent. */
  tried: z.boolean().default(true),
})
export type Failure = z.infer<typeof failure>

const place = {
  table: modbusTable,
  /** From 0, before the `offset` of the device. */
  address: z.int().min(0).max(65_535),
} as const

const answered = z.strictObject({
  ...place,
  /** Registers: four hex digits each, as they came. */
  words: z.string().regex(/^(?:[0-9a-f]{4}){1,125}$/),
})
const answeredBits = z.strictObject({
  ...place,
  /** Coils or discrete inputs: a 0 or 1 each. */
  bits: z.string().regex(/^[01]{1,2000}$/),
})
const refused = z.strictObject({
  ...place,
  count: z.int().min(1).max(2_000),
  failed: failure,
})
const block = z.union([answered, answeredBits, refused])
export type MessageBlock = z.infer<typeof block>

/** One poll of one unit, as the log keeps it: what was asked and what came, nothing interpreted. */
export const modbusMessage = z.strictObject({
  /** Version of this form. */
  v: z.literal(1),
  unit: z.int().min(0).max(255),
  /** What the device's address adds to every address here. */
  offset: z.int().min(0).max(65_535).optional(),
  blocks: z.array(block).min(1).max(2_048),
})
export type ModbusMessage = z.infer<typeof modbusMessage>

/** The message as bytes for the log. */
export function writeMessage(message: ModbusMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message))
}

export type ParsedMessage =
  | { readonly ok: true; readonly message: ModbusMessage }
  | { readonly ok: false; readonly problem: DecodeProblem }

/** Never throws. */
export function parseMessage(payload: Uint8Array): ParsedMessage {
  if (payload.length > largest) {
    return unreadable('too_large', `${payload.length} bytes, at most ${largest}`)
  }
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
  } catch {
    return unreadable('not_utf8', 'a poll of Modbus is JSON in UTF-8')
  }
  try {
    value = JSON.parse(text)
  } catch {
    return unreadable('not_json', 'a poll of Modbus is JSON')
  }
  const parsed = modbusMessage.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') ?? ''
    return unreadable('not_a_poll', `${where}: ${issue?.message ?? 'not a poll of Modbus'}`)
  }
  const wrong = parsed.data.blocks.find(
    (one) => ('words' in one && isBits(one.table)) || ('bits' in one && !isBits(one.table)),
  )
  if (wrong !== undefined) {
    return unreadable('not_a_poll', `${wrong.table} ${wrong.address}: bits or words?`)
  }
  return { ok: true, message: parsed.data }
}

function unreadable(reason: string, detail: string): ParsedMessage {
  return { ok: false, problem: { reason, detail } }
}
