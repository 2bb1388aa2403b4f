import { z } from 'zod'
import { edgeKind } from '../domain/asset.ts'
import { duration } from '../domain/duration.ts'
import { slug } from '../domain/ids.ts'
import { localText } from '../domain/language.ts'
import { condition, type Condition, nodesOf } from './condition.ts'

const faultClass = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'lower case with underscores')

/** The keys of a rule. Who takes some of them otherwise holds them together with `isOneGroup` again. */
export const ruleKeys = z.strictObject({
  name: localText,
  /** 1 act now · 2 today · 3 plan · 4 information. */
  priority: z.int().min(1).max(4),
  /** The assets it watches: all of a type, or those named. */
  assets: z.union([
    z.strictObject({ type: z.string() }),
    z.strictObject({ slugs: z.array(slug).min(1).max(10_000) }),
  ]),
  condition,
  /** The alarm clears only when `condition` is FALSE and this is TRUE. */
  clearWhen: condition.optional(),
  /** How long the condition must hold before it is an alarm. */
  onDelay: duration.default(() => duration.parse('0s')),
  /** How long it must be gone before the alarm clears. */
  offDelay: duration.default(() => duration.parse('0s')),
  /** A delay may fire only on evidence this fresh. Left out: 3 × the device type's interval. */
  maxGap: duration.optional(),
  /** Does a gap in the evidence start the on-delay anew, or only pause it? */
  gapPolicy: z.enum(['reset', 'hold']).default('reset'),
  /** What UNKNOWN counts as: as it was, no alarm, or (fail-safe points only) an alarm. */
  onUnknown: z.enum(['hold', 'clear', 'raise']).default('hold'),
  /** May a reading of uncertain quality be used? `hold`: it is UNKNOWN. */
  uncertain: z.enum(['use', 'hold']).default('use'),
  /** For sources that tell of a fault and never of its end: FALSE after so long without a word. */
  quietClear: duration.optional(),
  /** Key between alarms and citizens' reports: `light_out`, `pump_blocked`. */
  faultClass,
  /** Does the alarm open a case by itself? */
  confirm: z.enum(['immediately', 'manual']).default('manual'),
  /** Must a person acknowledge it before it closes? */
  acknowledge: z.boolean().default(true),
  /** Must a second person confirm that it is dealt with before it closes? */
  requireConfirm: z.boolean().default(false),
  /** Stands after it cleared until a person resets it. */
  latching: z.boolean().default(false),
  /** Acknowledged and still active: told again after so long, so many times. */
  reAlarm: z.strictObject({ after: duration, times: z.int().min(1).max(100) }).optional(),
  /** A raise so soon after the close continues the occurrence. */
  reopenWithin: duration.default(() => duration.parse('30m')),
  /** An active alarm of one of these classes on what this asset hangs on explains this one. */
  causedBy: z
    .array(z.strictObject({ edge: edgeKind, faultClass }))
    .max(16)
    .default([]),
  /** While an alarm of one of these classes stands on the same asset, this one is expected. */
  impliedBy: z.array(faultClass).max(16).default([]),
  /** Held back so long for its cause to arrive. Never for priority 1. Left out: 60 s where `causedBy` says something, else 0. */
  hold: duration.optional(),
  /** So many siblings under one parent within so long are one alarm of the parent. */
  gather: z
    .strictObject({
      edge: edgeKind,
      atLeast: z.int().min(2).max(100_000),
      /** Of the siblings that have this rule, 0 to 1. */
      share: z.number().min(0).max(1).default(0.5),
      within: duration.default(() => duration.parse('60s')),
    })
    .optional(),
})

/**
 * Are the groups of both conditions one? An asset has one list of members: what clears an alarm would
 * otherwise be asked of the members that raise it.
 */
export function isOneGroup({
  condition: raises,
  clearWhen,
}: {
  readonly condition: Condition
  readonly clearWhen?: Condition | undefined
}): boolean {
  if (clearWhen === undefined) return true
  const groups = [raises, clearWhen]
    .flatMap(nodesOf)
    .filter((one) => one.kind === 'group')
    .map(({ edge, members }) => JSON.stringify([edge, members]))
  return new Set(groups).size <= 1
}

/** What is said of a rule whose groups are not one. */
export const oneGroup = {
  path: ['clearWhen'],
  message: 'groups with the edge and the type of members that those of condition have',
}

/** What makes an alarm, and what becomes of it. */
export const rule = ruleKeys.refine(isOneGroup, oneGroup)
export type Rule = z.infer<typeof rule>
