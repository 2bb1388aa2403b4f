import { z } from 'zod'
import { bitOrEnum, pointFields } from '../point.ts'
import { expression } from '../program-fields.ts'

/** A path into a JSON message: `$.a.b[0]`. Names without quotes, indexes in brackets, nothing else. */
export const jsonPath = z
  .string()
  .max(200)
  .regex(
    /^\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,4}\])*$/,
    'a path such as $.status.power or $.ch[0]',
  )

/** A value that stands somewhere in a JSON message, or that an expression makes of it. */
export const jsonPoint = z
  .strictObject({
    ...pointFields,
    path: jsonPath.optional(),
    /** JSONata over the message, with `$params` of the device. */
    jsonata: expression.optional(),
  })
  .refine(...bitOrEnum)
  .refine(
    ({ path, jsonata }) => (path === undefined) !== (jsonata === undefined),
    'either path (where it stands) or jsonata (how it is made)',
  )

/** Where a JSON message says when it was measured. */
export const jsonTime = z.strictObject({
  path: jsonPath,
  format: z.enum(['epoch_s', 'epoch_ms', 'epoch_us', 'iso']),
})
export type JsonTime = z.infer<typeof jsonTime>
