import { z } from 'zod'
import { duration } from '../../domain/duration.ts'
import { MS, type DurationUs } from '../../domain/time.ts'
import { bitOrEnum, pointFields } from '../point.ts'

/** The four tables of a device. Coils and discrete inputs are bits, the others 16-bit registers. */
export const modbusTable = z.enum(['coil', 'discrete', 'input', 'holding'])
export type ModbusTable = z.infer<typeof modbusTable>

/** How registers become a value. Of a coil or discrete input nothing needs to be said. */
export const registerType = z.enum([
  'bit',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
  'bcd16',
  'bcd32',
  'string',
])
export type RegisterType = z.infer<typeof registerType>

/**
 * Where the bytes of a value are, A being the highest: `ABCD` as Modbus has it, `CDAB` low register
 * first, `BADC` bytes of each register swapped, `DCBA` both. `AB` and `BA` are the same for one register.
 */
export const byteOrder = z.enum(['ABCD', 'DCBA', 'BADC', 'CDAB', 'AB', 'BA'])
export type ByteOrder = z.infer<typeof byteOrder>

const shortestPeriod = 200 * MS
const period = duration.refine(
  (us: DurationUs) => us >= shortestPeriod,
  'at least 200ms: a line has other devices too',
)

/** What a device can stand; the defaults are what Modbus itself allows. */
const limits = z.strictObject({
  /** Registers in one request. */
  maxWords: z.int().min(1).max(125).default(125),
  /** Coils or discrete inputs in one request. */
  maxBits: z.int().min(1).max(2_000).default(2_000),
  /** Addresses between two points that are read along rather than asked around; 0 reads no stranger. */
  maxGap: z.int().min(0).max(124).default(16),
  /** Silence after each answer of this device. */
  pauseBetween: duration.prefault('0ms'),
  /** Silence after the connection opened, before the first request. */
  pauseAfterConnect: duration.prefault('0ms'),
  /** Never ask for two points at once. */
  oneRequestPerField: z.boolean().default(false),
  /** The device answers for coils and discrete inputs only from address 0 on. */
  coilsFromZero: z.boolean().default(false),
})
export type ModbusLimits = z.infer<typeof limits>

/** What a type says of Modbus as a whole. */
export const modbusSection = z.strictObject({
  /** Number of the first register in the maker's manual; the commonest mistake of all. */
  addressBase: z.union([z.literal(0), z.literal(1)]),
  /** What a point of registers is, unless it says otherwise. */
  defaults: z
    .strictObject({
      type: registerType.exclude(['bit', 'string']).default('uint16'),
      order: byteOrder.default('ABCD'),
      poll: z.enum(['fast', 'slow']).default('fast'),
    })
    .prefault({}),
  /** How often the two groups of points are read. */
  poll: z
    .strictObject({ fast: period.prefault('5s'), slow: period.prefault('60s') })
    .prefault({}),
  limits: limits.prefault({}),
})
export type ModbusSection = z.infer<typeof modbusSection>

/** A raw value that means "no value": a number, or the bytes as hex with the highest first. */
const sentinel = z.union([
  z.number(),
  z.string().regex(/^0x[0-9A-Fa-f]{1,16}$/, 'a number, or hex such as 0x7FFF'),
])
export type Sentinel = z.infer<typeof sentinel>

const isBitTable = ({ table }: { readonly table: ModbusTable }): boolean =>
  table === 'coil' || table === 'discrete'

/** A value that stands in registers, or in one coil or discrete input. */
export const modbusPoint = z
  .strictObject({
    ...pointFields,
    table: modbusTable,
    /** As the manual counts; see `addressBase`. Without the leading 3 or 4 of old manuals. */
    address: z.int().min(0).max(65_536),
    type: registerType.optional(),
    order: byteOrder.optional(),
    poll: z.enum(['fast', 'slow']).optional(),
    /** Registers of a text, two characters in each. */
    length: z.int().min(1).max(60).optional(),
    /** Raw values, before scale, that mean "no value": bad/device_fault. */
    nan: z.array(sentinel).min(1).max(16).optional(),
  })
  .refine(...bitOrEnum)
  .refine(
    (point) => isBitTable(point) || point.type !== 'bit',
    'a register is not a bit: give its type, and `bit` for one bit of it',
  )
  .refine(
    (point) => !isBitTable(point) || (point.type ?? 'bit') === 'bit',
    'a coil or discrete input is one bit and has no type',
  )
  .refine(
    (point) => !isBitTable(point) || point.kind === 'state' || point.enum !== undefined,
    'a coil or discrete input is true or false: add kind: state',
  )
  .refine(
    (point) =>
      !isBitTable(point) ||
      [point.bit, point.bits, point.nan].every((said) => said === undefined),
    'a coil or discrete input has neither bit, bits nor nan',
  )
  .refine(
    (point) => (point.type === 'string') === (point.length !== undefined),
    'a string has a length in registers, and nothing else has one',
  )
  .refine(
    (point) => point.type !== 'string' || point.kind === 'text' || point.enum !== undefined,
    'a string is text: add kind: text',
  )
export type ModbusPoint = z.infer<typeof modbusPoint>

/** Where a device stands on its line. */
export const modbusAddress = z.strictObject({
  /** Station number; 0 or 255 for a device that has the connection to itself. */
  unit: z.int().min(0).max(255),
  /** Added to every address of the type: the second of two pumps in one controller. */
  offset: z.int().min(0).max(65_535).optional(),
})
export type ModbusAddress = z.infer<typeof modbusAddress>
