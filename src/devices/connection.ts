import { z } from 'zod'
import { httpConnection } from './http/connection.ts'
import { modbusConnection } from './modbus/connection.ts'
import { opcuaConnection } from './opcua/connection.ts'

/**
 * A way to devices: a line that we poll, a server that we subscribe to, a sender that we listen to.
 * Brokers, our own and others', stand in the settings of the process instead: they serve everybody.
 */
export const connection = z.discriminatedUnion('protocol', [
  modbusConnection,
  opcuaConnection,
  httpConnection,
])
export type Connection = z.infer<typeof connection>
