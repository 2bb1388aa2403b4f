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
    /** Id of the function on the device; left out: what is logged of the device as a whole. */
    function: z.string().min(1).max(200).optional(),
    /**
     * An attribute, with dots where its value is an object (`actualLightState.level`); or `event:`
     * and one of TALQ's event types, which begins (true) and ends (false).
     */
    attribute: z
      .string()
      .max(200)
      .regex(
        /^(?:event:[A-Za-z][A-Za-z0-9-]*|[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*)$/,
        'an attribute such as activePower, or event:lampFailure',
      ),
  })
  .refine(...bitOrEnum)
export type TalqPoint = z.infer<typeof talqPoint>

/** The device's address at its gateway: a UUID; capitals make no difference. */
export const talqAddress = z.strictObject({ address: z.string().min(1).max(200) })
