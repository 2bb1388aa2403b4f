import { z } from 'zod'
import { duration } from '../domain/duration.ts'
import { roleName } from '../domain/ids.ts'

/** A path into a JSON message: `$.a.b[0]`. Names without quotes, indexes in brackets, nothing else. */
export const jsonPath = z
  .string()
  .max(200)
  .regex(
    /^\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[\d{1,4}\])*$/,
    'a path such as $.status.power or $.ch[0]',
  )

/** A value that one message carries. */
export const pointDefinition = z
  .strictObject({
    path: jsonPath,
    kind: z.enum(['measure', 'state', 'counter', 'text']).default('measure'),
    /** UCUM code: W, V, m, %, L/min, Cel. */
    unit: z.string().max(20).optional(),
    scale: z
      .number()
      .refine((n) => n !== 0, 'a scale of 0 loses every value')
      .default(1),
    offset: z.number().default(0),
    /** Raw value → name. An unlisted value is bad/out_of_range. */
    enum: z.record(z.string(), z.string().max(40)).optional(),
    /** Take one bit of an integer as true or false. */
    bit: z.int().min(0).max(31).optional(),
    /** Physically possible values, after scaling; anything else is bad/out_of_range. */
    range: z.tuple([z.number(), z.number()]).optional(),
    /** The message may leave it out; otherwise its absence is bad/decode_error. */
    optional: z.boolean().default(false),
  })
  .refine(
    (p) => p.bit === undefined || p.enum === undefined,
    'bit and enum exclude each other',
  )

/** How one kind of device speaks: data, not code. `type.yaml` beside `vectors/*.json` and a README. */
export const deviceType = z.strictObject({
  /** `vendor/model@version`. */
  type: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+@\d+\.\d+\.\d+$/, 'vendor/model@1.0.0'),
  description: z.string().max(500),
  mqtt: z.strictObject({
    /** Topic with `{organisation}` and `{device}` where the identity stands; other levels literal. */
    topic: z
      .string()
      .max(200)
      .refine((t) => t.includes('{device}'), 'the topic must hold {device}')
      .refine((t) => !/[+#]/.test(t), 'no wildcards'),
  }),
  time: z
    .strictObject({
      path: jsonPath,
      format: z.enum(['epoch_s', 'epoch_ms', 'epoch_us', 'iso']),
    })
    .optional(),
  /** How often a healthy device reports; the freshness guard and no-data start from it. */
  interval: duration,
  points: z
    .record(roleName, pointDefinition)
    .refine((p) => Object.keys(p).length > 0, 'no points'),
})
export type DeviceType = z.infer<typeof deviceType>
export type PointDefinition = z.infer<typeof pointDefinition>
