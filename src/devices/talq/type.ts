import { z } from 'zod'
import { bitOrEnum, pointFields } from '../point.ts'

/** What a type says of TALQ as a whole. */
export const talqSection = z.strictObject({
  /** Device class of the gateway's own list. */
  deviceClass: z.string().min(1).max(200).optional(),
})

/** A value that a logical function logs. */
export const talqPoint = z
  .strictObject({
    ...pointFields,
    /** Id of the function on the device. */
    function: z.string().min(1).max(200),
    /** An attribute, or `event:` and one of TALQ's event types. */
    attribute: z.string().min(1).max(200),
  })
  .refine(...bitOrEnum)
export type TalqPoint = z.infer<typeof talqPoint>

/** The device's address at its gateway. */
export const talqAddress = z.strictObject({ address: z.string().min(1).max(200) })
