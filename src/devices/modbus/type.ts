import { z } from 'zod'
import { bitOrEnum, pointFields } from '../point.ts'

/** What a type says of Modbus as a whole. */
export const modbusSection = z.strictObject({
  /** Number of the first register in the maker's manual; the commonest mistake of all. */
  addressBase: z.union([z.literal(0), z.literal(1)]),
})

/** A value that stands in registers. */
export const modbusPoint = z
  .strictObject({
    ...pointFields,
    table: z.enum(['coil', 'discrete', 'input', 'holding']),
    /** As the manual counts; see `addressBase`. */
    address: z.int().min(0).max(65_536),
  })
  .refine(...bitOrEnum)
export type ModbusPoint = z.infer<typeof modbusPoint>

/** Where a device stands on its line. */
export const modbusAddress = z.strictObject({ unit: z.int().min(0).max(255) })
