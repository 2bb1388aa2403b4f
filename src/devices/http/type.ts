import { z } from 'zod'

/** What a type says of HTTP as a whole. */
export const httpSection = z.strictObject({
  /** `json`: the body is the message. `line`: one line of InfluxDB's line protocol is one message. */
  format: z.enum(['json', 'line']).default('json'),
})
/** Who speaks: what the sender calls the device. */
export const httpAddress = z.strictObject({ id: z.string().min(1).max(200).optional() })
