import type { QualityCode } from '../../domain/reading.ts'
import type { MessageReader, Said } from '../message-reader.ts'
import { fromHex } from './hex.ts'
import { fieldsOf, spell, type Field, type ModbusLayout } from './layout.ts'
import { parseMessage, type Failure, type MessageBlock } from './message.ts'
import { takeValue } from './registers.ts'

/**
 * Reads polls for one device type. A poll speaks of the points whose registers it asked for: of one
 * whose request failed as bad, with the exception code where the device gave one.
 */
export function modbusReader(type: ModbusLayout): MessageReader {
  const fields = new Map(fieldsOf(type).map((field) => [field.key, field]))
  const { addressBase } = type.modbus
  return (payload) => {
    const parsed = parseMessage(payload)
    if (!parsed.ok) return parsed
    const { blocks } = parsed.message
    return {
      ok: true,
      partial: true,
      say: (point) => {
        const field = fields.get(point)
        const block = field && blocks.find((one) => covers(one, field))
        return field && block ? [sayOf(field, block, addressBase)] : []
      },
    }
  }
}

/** How many registers or bits of the table a block asked for. */
export function countOf(block: MessageBlock): number {
  if ('words' in block) return block.words.length / 4
  return 'bits' in block ? block.bits.length : block.count
}

/** Whether the block holds, or should have held, all of these addresses. */
export function covers(
  block: MessageBlock,
  { table, address, count }: Pick<Field, 'table' | 'address' | 'count'>,
): boolean {
  return (
    block.table === table &&
    block.address <= address &&
    address + count <= block.address + countOf(block)
  )
}

/** The bytes of these registers; the block must cover them. */
export function bytesOf(
  { words, address }: { readonly words: string; readonly address: number },
  field: Pick<Field, 'address' | 'count'>,
): Uint8Array {
  const from = (field.address - address) * 4
  return fromHex(words.slice(from, from + field.count * 4))
}

function sayOf(field: Field, block: MessageBlock, addressBase: number): Said {
  if ('failed' in block) {
    return failed(block.failed, `${field.key} (${spell(field, addressBase)})`)
  }
  if ('bits' in block) {
    const on = block.bits[field.address - block.address] === '1'
    // Names of values are written by number: { '0': closed, '1': open }.
    return { raw: field.definition.enum === undefined ? on : Number(on) }
  }
  if (field.value === undefined)
    return { raw: undefined, quality: 'bad', code: 'config_error' }
  const taken = takeValue(bytesOf(block, field), field.value)
  switch (taken.kind) {
    case 'value':
      return { raw: taken.value }
    case 'sentinel':
      return {
        raw: undefined,
        quality: 'bad',
        code: 'device_fault',
        problem: {
          reason: 'sentinel',
          detail: `${field.key}: ${taken.shown} stands for "no value"; look at the device's sensor`,
        },
      }
    case 'bad':
      return {
        raw: undefined,
        quality: 'bad',
        code: 'decode_error',
        problem: {
          reason: 'bad_bcd',
          detail: `${field.key}: ${taken.detail}; check its type`,
        },
      }
  }
}

function failed({ why, code }: Failure, what: string): Said {
  if (why !== 'exception') {
    const reason = why === 'odd' ? 'odd_reply' : 'no_answer'
    return {
      raw: undefined,
      quality: 'bad',
      code: 'comm_fault',
      problem: { reason, detail: `${what}: ${silence[why]}` },
    }
  }
  const meant = meaning[code ?? 0] ?? unknownCode
  return {
    raw: undefined,
    quality: 'bad',
    code: meant.code,
    ...(code !== undefined && { native: code }),
    problem: {
      reason: 'exception',
      detail: `${what}: the device answers exception ${code}: ${meant.text}`,
    },
  }
}

interface Meaning {
  readonly code: QualityCode
  readonly text: string
}

/** What exception codes say of a value. Of 1 to 3 the type is the cause, not the line. */
const meaning: Readonly<Record<number, Meaning>> = {
  1: { code: 'config_error', text: 'it does not know this table; check `table`' },
  2: {
    code: 'config_error',
    text: 'it has no such register; check `address` and `addressBase`',
  },
  3: { code: 'config_error', text: 'it refuses so many at once; lower `limits.maxWords`' },
  4: { code: 'device_fault', text: 'it failed; look at the device itself' },
  5: { code: 'comm_fault', text: 'it needs longer; raise `timeout`' },
  6: { code: 'comm_fault', text: 'it is busy; poll it less often' },
  7: { code: 'comm_fault', text: 'it refused' },
  8: { code: 'device_fault', text: 'its memory has an error; look at the device itself' },
  10: { code: 'comm_fault', text: 'the gateway has no way to it; check the gateway' },
  11: {
    code: 'comm_fault',
    text: 'it does not answer its gateway; check its power and line',
  },
}

const unknownCode: Meaning = { code: 'comm_fault', text: 'it refused' }

const silence = {
  timeout: 'no answer in time; check power, wiring and the unit number',
  odd: 'the answer was none to our question; does somebody else use the line?',
  lost: 'the connection broke before the answer',
  connect: 'no connection; check host, port and network',
} as const satisfies Record<Exclude<Failure['why'], 'exception'>, string>
