import { toHex } from './hex.ts'
import type { ByteOrder, RegisterType, Sentinel } from './type.ts'

/** A value in registers, resolved: nothing is left to defaults. */
export interface RegisterValue {
  readonly type: Exclude<RegisterType, 'bit'>
  readonly order: ByteOrder
  /** Registers it takes. */
  readonly words: number
  readonly nan: readonly Sentinel[]
}

/** What registers hold. */
export type Taken =
  | { readonly kind: 'value'; readonly value: number | string }
  /** The device says that it has no value. */
  | { readonly kind: 'sentinel'; readonly shown: string }
  /** Digits that are no decimal digits. */
  | { readonly kind: 'bad'; readonly detail: string }

const wordsOf = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  int64: 4,
  uint64: 4,
  float32: 2,
  float64: 4,
  bcd16: 1,
  bcd32: 2,
  string: 1,
} as const satisfies Record<RegisterValue['type'], number>

/** Registers of one value; a string has `length` of them. */
export function wordCount(type: RegisterValue['type'], length: number | undefined): number {
  return type === 'string' ? (length ?? 1) : wordsOf[type]
}

/** Bytes as they came, two for each register, to the value they hold. */
export function takeValue(bytes: Uint8Array, layout: RegisterValue): Taken {
  const ordered = inOrder(bytes, layout)
  if (layout.type === 'string') return { kind: 'value', value: textOf(ordered) }
  const view = new DataView(ordered.buffer, ordered.byteOffset, ordered.byteLength)
  const value = numberOf(view, layout.type)
  if (isSentinel(value, view, layout)) return { kind: 'sentinel', shown: hexOf(ordered) }
  if (layout.type.startsWith('bcd') && Number.isNaN(value)) {
    return { kind: 'bad', detail: `${hexOf(ordered)} is not made of decimal digits` }
  }
  return { kind: 'value', value }
}

/**
 * A value to the bytes of its registers, for simulations. Whole types are rounded and kept within
 * what they can hold; a string is cut or filled with NUL. Null is the first sentinel, or zeros.
 */
export function putValue(value: number | string | null, layout: RegisterValue): Uint8Array {
  const bytes = new Uint8Array(layout.words * 2)
  const view = new DataView(bytes.buffer)
  if (value === null) putSentinel(view, layout)
  else if (layout.type === 'string') putText(bytes, String(value))
  else putNumber(view, Number(value), layout.type)
  return inOrder(bytes, layout)
}

/** Its own inverse: swapping twice is as before. Register order means nothing to a text. */
function inOrder(bytes: Uint8Array, { order, type }: RegisterValue): Uint8Array {
  const swapBytes = order === 'BA' || order === 'BADC' || order === 'DCBA'
  const swapWords = type !== 'string' && (order === 'CDAB' || order === 'DCBA')
  return Uint8Array.from(bytes, (_, at) => {
    const word = at >> 1
    const fromWord = swapWords ? bytes.length / 2 - 1 - word : word
    return bytes[fromWord * 2 + (swapBytes ? 1 - (at & 1) : at & 1)] ?? 0
  })
}

function numberOf(view: DataView, type: Exclude<RegisterValue['type'], 'string'>): number {
  switch (type) {
    case 'int16':
      return view.getInt16(0)
    case 'uint16':
      return view.getUint16(0)
    case 'int32':
      return view.getInt32(0)
    case 'uint32':
      return view.getUint32(0)
    case 'int64':
      return Number(view.getBigInt64(0))
    case 'uint64':
      return Number(view.getBigUint64(0))
    case 'float32':
      return shortest(view.getFloat32(0))
    case 'float64':
      return view.getFloat64(0)
    case 'bcd16':
      return fromBcd(view.getUint16(0))
    case 'bcd32':
      return fromBcd(view.getUint32(0))
  }
}

/** The number with the fewest digits that is this float32, so that 0.1 stays 0.1. */
function shortest(value: number): number {
  for (const digits of [6, 7, 8]) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

function fromBcd(raw: number): number {
  const digits = raw.toString(16)
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN
}

/** NaN of a float is "no value" whether the type says so or not. */
function isSentinel(value: number, view: DataView, { type, nan }: RegisterValue): boolean {
  if (type.startsWith('float') && Number.isNaN(value)) return true
  if (nan.length === 0) return false
  const pattern = patternOf(view)
  return nan.some((one) => {
    if (typeof one === 'string') return BigInt(one) === pattern
    if (one === value) return true
    // 0x8000 stands for -32768 in an int16: people write what the manual prints.
    return !type.startsWith('float') && Number.isSafeInteger(one) && BigInt(one) === pattern
  })
}

function patternOf(view: DataView): bigint {
  switch (view.byteLength) {
    case 2:
      return BigInt(view.getUint16(0))
    case 4:
      return BigInt(view.getUint32(0))
    default:
      return view.getBigUint64(0)
  }
}

/** ISO 8859-1 up to the first NUL, without blanks at the end. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const said = end === -1 ? bytes : bytes.subarray(0, end)
  return Array.from(said, (byte) => String.fromCodePoint(byte))
    .join('')
    .trimEnd()
}

function hexOf(bytes: Uint8Array): string {
  return `0x${toHex(bytes).toUpperCase()}`
}

function putSentinel(view: DataView, layout: RegisterValue): void {
  const [first] = layout.nan
  if (typeof first === 'string') putPattern(view, BigInt(first))
  else if (layout.type.startsWith('float'))
    putNumber(view, first ?? Number.NaN, layout.type)
  else putPattern(view, BigInt(first ?? 0))
}

/** Negative numbers and larger ones keep their lowest bits. */
function putPattern(view: DataView, pattern: bigint): void {
  const bits = view.byteLength * 8
  const kept = BigInt.asUintN(bits, pattern)
  if (bits === 16) view.setUint16(0, Number(kept))
  else if (bits === 32) view.setUint32(0, Number(kept))
  else if (bits === 64) view.setBigUint64(0, kept)
}

function putText(bytes: Uint8Array, text: string): void {
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = (text.codePointAt(at) ?? 0) & 0xff
  }
}

function putNumber(view: DataView, value: number, type: RegisterValue['type']): void {
  if (type === 'float32') view.setFloat32(0, value)
  else if (type === 'float64') view.setFloat64(0, value)
  else if (type === 'bcd16' || type === 'bcd32') {
    const whole = within(value, 0, type === 'bcd16' ? 9_999 : 99_999_999)
    putPattern(view, BigInt(`0x${whole}`))
  } else {
    const bits = view.byteLength * 8
    const signed = type.startsWith('int')
    const lowest = signed ? -(2 ** (bits - 1)) : 0
    const highest = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
    putPattern(view, BigInt(within(value, lowest, highest)))
  }
}

/** Whole, and between the two; what is no number is the lowest. */
function within(value: number, lowest: number, highest: number): number {
  if (Number.isNaN(value)) return lowest
  return Math.min(Math.max(Math.round(value), lowest), highest)
}
