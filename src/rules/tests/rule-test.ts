import { z } from 'zod'
import { place } from '../../domain/asset.ts'
import { duration } from '../../domain/duration.ts'
import { roleName, slug } from '../../domain/ids.ts'
import { fromIso, later, type DurationUs, type TimeUs } from '../../domain/time.ts'
import { isOneGroup, oneGroup, ruleKeys } from '../rule.ts'
import { series } from './series.ts'

/** What a `*.test.yaml` holds. README.md is its manual. */

/** A moment of a test: so long after its start, or a time by itself. */
export type Moment = { readonly after: DurationUs } | { readonly time: TimeUs }

export function timeOf(moment: Moment, start: TimeUs): TimeUs {
  return 'time' in moment ? moment.time : later(start, moment.after)
}

const time = z.string().transform((text, context): TimeUs => {
  const parsed = fromIso(text)
  if (parsed !== undefined) return parsed
  context.addIssue({
    code: 'custom',
    message: 'a time with its zone such as 2026-11-20T16:00:00+01:00',
  })
  return z.NEVER
})

const moment = z.string().transform((text, context): Moment => {
  const after = duration.safeParse(text)
  if (after.success) return { after: after.data }
  const at = fromIso(text)
  if (at !== undefined) return { time: at }
  context.addIssue({
    code: 'custom',
    message: 'a duration after the start such as 12m, or a time with its zone',
  })
  return z.NEVER
})

const seriesText = z
  .string()
  .max(20_000)
  .superRefine((text, context) => {
    try {
      series(text)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      context.addIssue({ code: 'custom', message: `a series (${message})` })
    }
  })

const every = duration.refine((length) => length > 0, 'longer than 0s')

/** A rule as in the configuration; what it does not matter to may be left out. */
export const testedRule = ruleKeys
  .extend({
    name: ruleKeys.shape.name.default({ sv: 'provad', nb: 'prøvd', en: 'tested' }),
    priority: ruleKeys.shape.priority.default(3),
    assets: ruleKeys.shape.assets.default({ type: 'Tested' }),
    faultClass: ruleKeys.shape.faultClass.default('tested'),
  })
  .refine(isOneGroup, oneGroup)

const known = {
  attributes: z
    .record(z.string().max(60), z.union([z.string().max(500), z.number(), z.boolean()]))
    .default({}),
  place: place.optional(),
  /** Role → what its point says, a word a beat. */
  series: z.record(roleName, seriesText),
}

/** An asset that the rule watches, or a member of one. */
const testedAsset = z.strictObject({
  ...known,
  series: known.series.default({}),
  /** What hangs on it, for a group condition. */
  members: z.array(slug).min(1).max(1_000).optional(),
})
export type TestedAsset = z.infer<typeof testedAsset>

const count = z.int().min(0).max(10_000)
/** How many there were so far, or when. */
const happened = z.union([count, z.array(moment).max(1_000)])

const expectation = z
  .strictObject({
    at: moment,
    /** Left out: the only one the rule watches. */
    asset: slug.optional(),
    state: z.enum(['NORMAL', 'PENDING', 'ACTIVE', 'CLEARING']).optional(),
    /** Of an alarm that stands; 0: none stands. */
    level: z.int().min(0).max(8).optional(),
    evidence: z.enum(['good', 'lost']).optional(),
    raised: happened.optional(),
    cleared: happened.optional(),
    withdrawn: happened.optional(),
    corrected: count.optional(),
    /** How often somebody would have been told so far, if nothing suppressed it. */
    annunciations: count.optional(),
    /** Stands in the sentence that says why; `>=` and `<=` do for ≥ and ≤. */
    why: z.string().min(1).max(500).optional(),
  })
  .refine(
    (one) => Object.keys(one).some((key) => key !== 'at' && key !== 'asset'),
    'something that is expected, such as state',
  )
export type Expectation = z.infer<typeof expectation>

/** Another text of the rule, from a moment on. */
const change = z
  .strictObject({
    at: moment,
    /** Keys of the rule that become these; the others stay. */
    set: z.record(z.string(), z.unknown()).optional(),
    /** The rule is gone. */
    retired: z.literal(true).optional(),
  })
  .refine(
    ({ set, retired }) => (set === undefined) !== (retired === undefined),
    'exactly one of set and retired',
  )

const setting = {
  /** IANA zone of the organisation. */
  zone: z
    .string()
    .max(60)
    .refine(isZone, 'a time zone such as Europe/Stockholm')
    .optional(),
  /** Whose holidays it keeps: `SE`. */
  holidays: z.string().max(6).optional(),
  start: time.optional(),
  /** The beat of the series. */
  every: every.optional(),
  /** What the device type says of how often it reports; left out: the beat. */
  interval: duration.optional(),
}

/** One story and what must come of it. */
export const ruleTest = z
  .strictObject({
    /** Of the rules here or in the files beside, or a text of its own. */
    rule: z.union([slug, testedRule]),
    ...setting,
    ...known,
    series: known.series.optional(),
    /** Several assets, each with its own series. */
    assets: z.record(slug, testedAsset).optional(),
    /** Times in which the service was down: nothing is heard, nothing is decided. */
    blind: z
      .array(z.strictObject({ from: moment, to: moment }))
      .max(20)
      .default([]),
    changes: z.array(change).max(20).default([]),
    expect: z.array(expectation).min(1).max(500),
  })
  .refine(
    ({ series: own, assets }) => (own === undefined) !== (assets === undefined),
    'exactly one of series and assets',
  )
export type RuleTest = z.infer<typeof ruleTest>

/** The whole file. What stands at its top holds for every test that does not say otherwise. */
export const ruleTestFile = z.strictObject({
  ...setting,
  /** Rules that exist only here. */
  rules: z.record(slug, testedRule).default({}),
  tests: z
    .record(z.string().min(1).max(200), ruleTest)
    .refine((tests) => Object.keys(tests).length > 0, 'at least one test'),
})
export type RuleTestFile = z.infer<typeof ruleTestFile>

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}
