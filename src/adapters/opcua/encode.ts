import type { DataType as DataTypes, DataValue, Variant } from 'node-opcua'
import {
  LONGEST_TEXT,
  MOST_ELEMENTS,
  type OpcuaValue,
} from '../../devices/opcua/message.ts'
import type { Opcua } from './library.ts'

type Encoded = Pick<OpcuaValue, 'value' | 'cut'>

/** Values of the library to those of our messages; made once, so that names are looked up once. */
export function createEncoder(
  opcua: Opcua,
): (path: string, value: DataValue) => OpcuaValue {
  const { DataType, VariantArrayType } = opcua

  function variant({ dataType, arrayType, value }: Variant): Partial<OpcuaValue> {
    if (value === null || value === undefined || dataType === DataType.Null) return {}
    const type = DataType[dataType]
    if (arrayType === VariantArrayType.Scalar) return { type, ...scalar(dataType, value) }
    const all: readonly unknown[] = isIterable(value) ? Array.from(value) : []
    const kept = all.slice(0, MOST_ELEMENTS).map((one) => scalar(dataType, one))
    const cut = all.length > MOST_ELEMENTS || kept.some((one) => one.cut === true)
    return { type, value: kept.map((one) => one.value ?? null), ...(cut && { cut }) }
  }

  const special = new Map<DataTypes, (value: unknown) => Encoded>([
    [DataType.Float, float],
    [DataType.Double, float],
    [DataType.Int64, (value) => ({ value: wide(value, 'signed') })],
    [DataType.UInt64, (value) => ({ value: wide(value, 'unsigned') })],
    [DataType.ByteString, bytes],
    [DataType.DateTime, time],
    [DataType.LocalizedText, (value) => text(field(value, 'text'))],
    [DataType.QualifiedName, (value) => text(field(value, 'name'))],
    [DataType.StatusCode, (value) => ({ value: Number(field(value, 'value')) })],
    [DataType.ExtensionObject, () => ({ value: null })],
    [DataType.DataValue, () => ({ value: null })],
    [DataType.Variant, () => ({ value: null })],
    [DataType.DiagnosticInfo, () => ({ value: null })],
  ])

  function scalar(dataType: DataTypes, value: unknown): Encoded {
    const encode = special.get(dataType)
    if (encode !== undefined) return encode(value)
    return typeof value === 'number' || typeof value === 'boolean'
      ? { value }
      : text(String(value))
  }

  return (path, value) => {
    const status = value.statusCode.value
    const source = micros(value.sourceTimestamp)
    const server = micros(value.serverTimestamp)
    return {
      path,
      ...variant(value.value),
      ...(status !== 0 && { status }),
      ...(source !== undefined && { source }),
      ...(server !== undefined && { server }),
    }
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

/** Undefined for the times before 1970 with which OPC UA says "none". */
export function micros(date: Date | null | undefined): number | undefined {
  const ms = date?.getTime() ?? 0
  return ms > 0 && ms < 8e12 ? Math.round(ms * 1_000) : undefined
}

/** The library has a whole number of 64 bits as its two halves. */
function wide(value: unknown, sign: 'signed' | 'unsigned'): string | null {
  if (!Array.isArray(value)) return null
  const [high, low] = value.map(Number)
  if (high === undefined || low === undefined) return null
  const whole = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
  return String(sign === 'signed' ? BigInt.asIntN(64, whole) : whole)
}

function float(value: unknown): Encoded {
  return { value: Number.isFinite(value) ? value : String(value) }
}

function time(value: unknown): Encoded {
  return { value: value instanceof Date && isDate(value) ? value.toISOString() : null }
}

function isDate(date: Date): boolean {
  return !Number.isNaN(date.getTime())
}

function text(value: string): Encoded {
  return value.length <= LONGEST_TEXT
    ? { value }
    : { value: value.slice(0, LONGEST_TEXT), cut: true }
}

function bytes(value: unknown): Encoded {
  if (!(value instanceof Uint8Array)) return { value: null }
  const most = (LONGEST_TEXT / 4) * 3
  const kept = Buffer.from(value.subarray(0, most)).toString('base64')
  return value.length > most ? { value: kept, cut: true } : { value: kept }
}

function field(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return ''
  return String(Reflect.get(value, name) ?? '')
}
