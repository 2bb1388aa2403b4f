import { z } from 'zod'

/** One line with the units on it. */
export const modbusConnection = z.strictObject({
  protocol: z.literal('modbus'),
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(502),
})
export type ModbusConnection = z.infer<typeof modbusConnection>
