import { z } from 'zod'
import { edgeKind } from '../domain/asset.ts'
import { duration } from '../domain/duration.ts'
import { localText } from '../domain/language.ts'
import type { PointDefinition } from './point.ts'

const faultClass = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'lower case with underscores')

/**
 * An alarm that a device raises itself: a bit, a condition, an event. Every field but the first two is
 * the one of that name in a rule, and left out it is what a rule has then. There are no delays unless
 * they are said: the device has judged already.
 */
export const pointAlarm = z.strictObject({
  /**
   * What the alarm is called, whatever device tells of it; with the asset it makes the alarm's key.
   * Left out: what the point means to everybody (`semantic`), or else vendor, model and point.
   */
  code: z
    .string()
    .max(100)
    .regex(
      /^[a-z][A-Za-z0-9]*(?:[:./-][A-Za-z0-9]+){0,7}$/,
      'a code such as own:pumpTripped.1',
    )
    .optional(),
  /** Of a state that is not true or false: the names or numbers that are the alarm. */
  when: z
    .array(z.union([z.string().max(40), z.number()]))
    .min(1)
    .max(64)
    .optional(),
  name: localText,
  priority: z.int().min(1).max(4),
  faultClass,
  confirm: z.enum(['immediately', 'manual']).optional(),
  acknowledge: z.boolean().optional(),
  requireConfirm: z.boolean().optional(),
  latching: z.boolean().optional(),
  onDelay: duration.optional(),
  offDelay: duration.optional(),
  quietClear: duration.optional(),
  reopenWithin: duration.optional(),
  causedBy: z
    .array(z.strictObject({ edge: edgeKind, faultClass }))
    .max(16)
    .optional(),
  impliedBy: z.array(faultClass).max(16).optional(),
  hold: duration.optional(),
  gather: z
    .strictObject({
      edge: edgeKind,
      atLeast: z.int().min(2).max(100_000),
      share: z.number().min(0).max(1).default(0.5),
      within: duration.prefault('60s'),
    })
    .optional(),
})
export type PointAlarm = z.infer<typeof pointAlarm>

/**
 * The code of a point's alarm. Never the version of the type: a new one of the same device tells of the
 * same alarm. `type` is `vendor/model@version`.
 */
export function alarmCode(
  type: string,
  key: string,
  { alarm, semantic }: Pick<PointDefinition, 'alarm' | 'semantic'>,
): string {
  const [model = type] = type.split('@')
  return alarm?.code ?? semantic ?? `${model}/${key}`
}

/** The values of a point that are its alarm. */
export function alarmValues({
  alarm,
}: Pick<PointDefinition, 'alarm'>): readonly (string | number | boolean)[] {
  return alarm?.when ?? [true]
}
