import { z } from 'zod'

/** One OPC UA server. */
export const opcuaConnection = z.strictObject({
  protocol: z.literal('opcua'),
  endpoint: z
    .string()
    .max(500)
    .regex(/^opc\.tcp:\/\//, 'opc.tcp://host:port'),
})
export type OpcuaConnection = z.infer<typeof opcuaConnection>
