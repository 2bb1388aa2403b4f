import type { Quality, QualityCode, Value } from '../domain/reading.ts'
import type { DecodeProblem } from './decoder.ts'
import { coercion } from './coerce.ts'
import type { PointDefinition } from './point.ts'
import { conversion } from './units.ts'

/** Longest text a point may hold, in UTF-16 code units. */
export const MAX_TEXT = 500

/** What a raw value became; `problem` says why it is bad. */
export interface Converted {
  readonly value: Value
  readonly quality: Quality
  readonly code: QualityCode
  readonly problem?: DecodeProblem
}

/** A raw value of a message to the value of a reading. Never throws. */
export type Convert = (raw: unknown) => Converted

/** What of a point's definition decides what becomes of a raw value. */
export type Conversion = Pick<
  PointDefinition,
  | 'kind'
  | 'unit'
  | 'rawUnit'
  | 'scale'
  | 'offset'
  | 'enum'
  | 'bit'
  | 'range'
  | 'valueType'
  | 'coerce'
  | 'rollover'
>

/** Prepares the conversion of one point once, so that nothing is built per message. */
export function createConvert(definition: Conversion): Convert {
  const convert = strictConvert(definition)
  if (definition.coerce !== true) return convert
  const coerce = coercion(wantedType(definition))
  return (raw) => convert(coerce(raw))
}

function strictConvert(definition: Conversion): Convert {
  if (definition.enum !== undefined)
    return fromEnum(new Map(Object.entries(definition.enum)))
  if (definition.bit !== undefined) return fromBit(definition.bit)
  switch (definition.kind) {
    case 'measure':
    case 'counter':
      return fromNumber(definition)
    case 'state':
      return fromState(definition)
    case 'text':
      return fromText
  }
}

/** Undefined: whatever comes. Codes of an enum are compared as text anyway. */
function wantedType({
  kind,
  valueType,
  enum: names,
  bit,
}: Conversion): 'number' | 'boolean' | 'string' | undefined {
  if (names !== undefined) return undefined
  if (bit !== undefined || kind === 'measure' || kind === 'counter') return 'number'
  return kind === 'text' ? 'string' : valueType
}

/** The same for an imported value: in its unit already, listed values by name, bits as true or false. */
export function createRecordedConvert(definition: Conversion): Convert {
  if (definition.enum !== undefined) {
    return fromEnum(new Map(Object.values(definition.enum).map((name) => [name, name])))
  }
  if (definition.bit !== undefined) return fromBoolean
  const { rawUnit: _, ...rest } = definition
  return createConvert({ ...rest, scale: 1, offset: 0 })
}

/** Bad data, with a reason that is counted and a detail for the integrator. */
export function bad(code: QualityCode, reason: string, detail: string): Converted {
  return { value: null, quality: 'bad', code, problem: { reason, detail } }
}

function good(value: Value): Converted {
  return { value, quality: 'good', code: 'ok' }
}

function fromEnum(names: ReadonlyMap<string, string>): Convert {
  return (raw) => {
    if (!isScalar(raw)) return wrongType(raw, 'a listed value')
    const name = names.get(String(raw))
    if (name !== undefined) return good(name)
    return bad('out_of_range', 'unlisted', `${shown(raw)} is not listed in enum; add it`)
  }
}

function fromBit(bit: number): Convert {
  return (raw) => {
    if (typeof raw !== 'number') return wrongType(raw, 'a whole number of 32 bits')
    if (!Number.isInteger(raw) || raw < -0x80000000 || raw > 0xffffffff) {
      return bad('out_of_range', 'out_of_range', `${raw} is not a whole number of 32 bits`)
    }
    return good(((raw >>> bit) & 1) === 1)
  }
}

function fromNumber(definition: Conversion): Convert {
  const { kind, range, rollover } = definition
  const { scale, offset } = inUnit(definition)
  return (raw) => {
    if (typeof raw !== 'number') return wrongType(raw, 'a number')
    if (!Number.isFinite(raw)) {
      return bad('decode_error', 'not_finite', 'the number is larger than can be held')
    }
    // Beyond 2^53 neighbouring whole numbers collapse, and a counter's steps would vanish.
    if (kind === 'counter' && Math.abs(raw) > Number.MAX_SAFE_INTEGER) {
      return bad(
        'out_of_range',
        'out_of_range',
        `${raw} is beyond 2^53, where single steps are lost; send a larger unit`,
      )
    }
    const value = scaled(raw, scale, offset)
    if (!Number.isFinite(value)) {
      return bad('decode_error', 'not_finite', `${raw} scaled is larger than can be held`)
    }
    if (range !== undefined && (value < range[0] || value > range[1])) {
      return bad(
        'out_of_range',
        'out_of_range',
        `${value} is outside ${range[0]} to ${range[1]}; check scale, word order or range`,
      )
    }
    if (rollover !== undefined && (value < 0 || value >= rollover)) {
      return bad(
        'out_of_range',
        'out_of_range',
        `${value} is not between 0 and the rollover ${rollover}; check scale, word order or rollover`,
      )
    }
    return good(value)
  }
}

/** Scale and offset of the point and of its units in one. */
function inUnit({ scale, offset, rawUnit, unit }: Conversion): {
  readonly scale: number
  readonly offset: number
} {
  if (rawUnit === undefined || unit === undefined) return { scale, offset }
  const to = conversion(rawUnit, unit)
  if (to === undefined) return { scale, offset }
  return { scale: scale * to.scale, offset: offset * to.scale + to.offset }
}

/** Rounded to 12 significant digits, so that 0.1 times 3 prints as 0.3; never minus zero. */
function scaled(raw: number, scale: number, offset: number): number {
  if (scale === 1 && offset === 0) return raw + 0
  const value = raw * scale + offset
  return (Number.isInteger(value) ? value : Number(value.toPrecision(12))) + 0
}

function fromState(definition: Conversion): Convert {
  const number = fromNumber(definition)
  switch (definition.valueType) {
    case 'number':
      return number
    case 'boolean':
      return fromBoolean
    case 'string':
      return fromText
    case undefined:
      return (raw) => {
        if (typeof raw === 'boolean') return good(raw)
        if (typeof raw === 'string') return fromText(raw)
        return number(raw)
      }
  }
}

function fromBoolean(raw: unknown): Converted {
  return typeof raw === 'boolean' ? good(raw) : wrongType(raw, 'true or false')
}

function fromText(raw: unknown): Converted {
  if (typeof raw !== 'string') return wrongType(raw, 'text')
  if (raw.length > MAX_TEXT) {
    return bad('out_of_range', 'out_of_range', `longer than ${MAX_TEXT} characters`)
  }
  // Databases refuse both: half a surrogate pair has no UTF-8 form, NUL ends a text.
  if (!raw.isWellFormed() || raw.includes('\0')) {
    return bad('decode_error', 'bad_text', 'holds a NUL or half a character')
  }
  return good(raw)
}

function isScalar(raw: unknown): raw is string | number | boolean {
  return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean'
}

function wrongType(raw: unknown, wanted: string): Converted {
  return bad('decode_error', 'wrong_type', `${shown(raw)} is not ${wanted}${hint(raw)}`)
}

function hint(raw: unknown): string {
  if (typeof raw !== 'string') return ''
  if (/^\s*[+-]?\d+,\d+\s*$/.test(raw)) {
    return '; it has a decimal comma: send a JSON number with a point, without quotes'
  }
  return /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(raw) ? '; send it without quotes' : ''
}

/** The value as a person can recognise it, at most 60 characters. */
function shown(raw: unknown): string {
  if (Array.isArray(raw)) return `a list of ${raw.length}`
  if (typeof raw === 'string') return JSON.stringify(raw.slice(0, 58))
  return isScalar(raw) ? String(raw) : 'an object'
}
