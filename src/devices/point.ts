import { z } from 'zod'
import { duration } from '../domain/duration.ts'
import { roleName } from '../domain/ids.ts'
import { pointAlarm } from './alarm.ts'
import { isFirmwareRange } from './firmware.ts'
import { isUnit } from './units.ts'

/**
 * What a point means to everybody: one of TALQ's event types (`talq:lampFailure`), an attribute of the
 * Smart Data Models (`sdm:Streetlight.powerState`), or a word of one's own (`own:manholeOpen`).
 */
export const semantic = z
  .string()
  .max(100)
  .regex(
    /^(?:talq:[a-z][A-Za-z0-9-]*|sdm:[A-Z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*|own:[a-z][A-Za-z0-9]*)$/,
    'talq:lampFailure, sdm:Streetlight.powerState or own:yourWord',
  )

const makesBad = z.array(roleName).min(1).max(100)

/** One bit of several: the point it becomes, or that point and what it means. */
const bitPoint = z.union([
  roleName,
  z.strictObject({
    point: roleName,
    semantic: semantic.optional(),
    makesBad: makesBad.optional(),
    alarm: pointAlarm.optional(),
  }),
])

/** What every point says of its values, whatever protocol brings them. */
export const pointFields = {
  kind: z.enum(['measure', 'state', 'counter', 'text']).default('measure'),
  /** UCUM code: W, V, m, %, L/min, Cel. */
  unit: z.string().max(20).optional(),
  /** UCUM code of what the device sends, after scale and offset, if that is not `unit`. */
  rawUnit: z
    .string()
    .max(20)
    .refine(isUnit, 'a UCUM code such as mm, kW.h or [degF]')
    .optional(),
  scale: z
    .number()
    .refine((n) => n !== 0, 'a scale of 0 loses every value')
    .default(1),
  offset: z.number().default(0),
  /** Raw value → name. An unlisted value is bad/out_of_range. */
  enum: z.record(z.string(), z.string().max(40)).optional(),
  /** Take one bit of an integer as true or false. */
  bit: z.int().min(0).max(31).optional(),
  /** Bit → the point that it is: each becomes a state of its own in place of this point. */
  bits: z
    .record(z.string().regex(/^(?:[12]?\d|3[01])$/, 'a bit from 0 to 31'), bitPoint)
    .optional(),
  /** Physically possible values, after scaling; anything else is bad/out_of_range. */
  range: z.tuple([z.number(), z.number()]).optional(),
  /** What a state's value is; left out: whatever comes. */
  valueType: z.enum(['number', 'boolean', 'string']).optional(),
  /** Take "12.5" for 12.5, 1 and "true" for true, 5 for "5". Otherwise another type is bad. */
  coerce: z.boolean().optional(),
  /** First value that a counter never shows, after scaling, because it begins at 0 again. */
  rollover: z.number().positive().optional(),
  /** Smaller changes are noise, in the point's unit. */
  deadband: z.number().nonnegative().optional(),
  /** The message may leave it out; otherwise its absence is bad/decode_error. */
  optional: z.boolean().default(false),
  /** Without a value for so long, it is stale. */
  staleAfter: duration.optional(),
  /** What it means to everybody. */
  semantic: semantic.optional(),
  /** While this is true, these points of the same message are bad/device_fault. */
  makesBad: makesBad.optional(),
  /** The device raises an alarm itself by it; only of states. */
  alarm: pointAlarm.optional(),
  /** Only devices with such firmware have it: `>=2.1 <3`. */
  firmware: z
    .string()
    .max(60)
    .refine(isFirmwareRange, 'a range of versions such as ">=2.1 <3"')
    .optional(),
} as const

const common = z.strictObject(pointFields)
/** What all protocols' points have in common. */
export type PointDefinition = z.infer<typeof common>

/** `bit`, `bits` and `enum` all say what an integer means. */
export const bitOrEnum = [
  (point: {
    readonly bit?: number | undefined
    readonly bits?: unknown
    readonly enum?: unknown
  }): boolean =>
    [point.bit, point.bits, point.enum].filter((one) => one !== undefined).length <= 1,
  'bit, bits and enum exclude one another',
] as const
