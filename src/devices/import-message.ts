import { z } from 'zod'
import { roleName } from '../domain/ids.ts'

/** Name of the connection that imported rows come through. */
export const importConnection = 'import'

/** A row of a recording: values under the names of the device's points, already in their units. */
export const importRow = z.strictObject({
  /** µs UTC. */
  at: z.int(),
  values: z.record(
    roleName,
    z.union([z.number(), z.string().max(500), z.boolean()]).nullable(),
  ),
})
export type ImportRow = z.infer<typeof importRow>

/** The raw message that an imported row becomes in the reading log. */
export function importMessage(row: ImportRow): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(row))
}
