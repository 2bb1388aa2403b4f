import type { DurationUs } from '../../domain/time.ts'
import { exception } from './bank.ts'
import { frameRtu, frameTcp } from './frames.ts'
import type { Question } from './questions.ts'

/** What a server does instead of a plain answer. */
export type Fault = Delivery | Spoiling

/** The answer is right, and does not come as it should. */
export type Delivery =
  | { readonly kind: 'silent' }
  /** After so long; on a serial line to whoever is connected then. */
  | { readonly kind: 'late'; readonly by: DurationUs }
  | { readonly kind: 'byte_by_byte' }
  | { readonly kind: 'reset_mid_frame' }
  /** Closes the connection in an orderly way instead of answering. */
  | { readonly kind: 'close' }

/** The answer comes, and is not what it should be. */
export type Spoiling =
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'twice' }
  | { readonly kind: 'wrong_transaction' }
  | { readonly kind: 'wrong_unit' }
  | { readonly kind: 'wrong_function' }
  | { readonly kind: 'wrong_protocol' }
  | { readonly kind: 'wrong_checksum' }
  /** The header promises so many bytes. */
  | { readonly kind: 'length'; readonly bytes: number }
  /** The answer claims so many bytes of data. */
  | { readonly kind: 'byte_count'; readonly bytes: number }

const deliveries = {
  silent: true,
  late: true,
  byte_by_byte: true,
  reset_mid_frame: true,
  close: true,
} as const satisfies Record<Delivery['kind'], true>

/** Whether the answer is right and only its coming is not. */
export function isDelivery(fault: Fault): fault is Delivery {
  return Object.hasOwn(deliveries, fault.kind)
}

export type Framing = 'tcp' | 'rtu'

/** An answer before it is framed. */
export interface Answer {
  readonly framing: Framing
  readonly question: Question
  /** Data, an exception code, or undefined for a function that is not known here. */
  readonly result: Buffer | number | undefined
}

/** The bytes of an answer as they should be. */
export function frameOf({ framing, question, result }: Answer): Buffer {
  return framed(framing, question, aduOf(question, result))
}

/** The bytes of an answer with a fault in them. */
export function spoiltFrame(answer: Answer, fault: Spoiling): Buffer {
  const { framing, question, result } = answer
  const frame = frameOf(answer)
  const adu = aduOf(question, result)
  switch (fault.kind) {
    case 'exception':
      return frameOf({ ...answer, result: fault.code })
    case 'twice':
      return Buffer.concat([frame, frame])
    case 'wrong_transaction':
      frame.writeUInt16BE((question.transaction + 1) % 65_536, 0)
      return frame
    case 'wrong_protocol':
      frame.writeUInt16BE(7, 2)
      return frame
    case 'wrong_checksum':
      frame.writeUInt16LE(frame.readUInt16LE(frame.length - 2) ^ 1, frame.length - 2)
      return frame
    case 'length':
      frame.writeUInt16BE(fault.bytes, 4)
      return frame
    case 'wrong_unit':
      adu.writeUInt8((question.unit + 1) % 256, 0)
      return framed(framing, question, adu)
    case 'wrong_function':
      adu.writeUInt8((question.functionCode % 4) + 1, 1)
      return framed(framing, question, adu)
    case 'byte_count':
      adu.writeUInt8(fault.bytes, 2)
      return framed(framing, question, adu)
  }
}

function framed(framing: Framing, { transaction }: Question, adu: Buffer): Buffer {
  return framing === 'tcp' ? frameTcp(adu, transaction) : frameRtu(adu)
}

function aduOf({ unit, functionCode }: Question, result: Answer['result']): Buffer {
  if (typeof result !== 'object') {
    return Buffer.from([unit, functionCode | 0x80, result ?? exception.function])
  }
  return Buffer.concat([Buffer.from([unit, functionCode, result.length]), result])
}
