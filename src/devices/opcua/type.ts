import { z } from 'zod'
import { bitOrEnum, pointFields } from '../point.ts'

/** What a type says of OPC UA as a whole. */
export const opcuaSection = z.strictObject({
  /** Prefix in paths → namespace URI. Never an index: servers number anew at every start. */
  namespaces: z.record(z.string().regex(/^[a-z][a-z0-9]*$/), z.string().min(1).max(500)),
})

/** A value that stands at a node. */
export const opcuaPoint = z
  .strictObject({
    ...pointFields,
    /** Browse path from the device's root: `p:WetWell/p:Level`. */
    path: z.string().min(1).max(500),
  })
  .refine(...bitOrEnum)
export type OpcuaPoint = z.infer<typeof opcuaPoint>

/** Where a device stands in the server's address space. */
export const opcuaAddress = z.strictObject({ root: z.string().min(1).max(500) })
