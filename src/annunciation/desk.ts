import { z } from 'zod'
import { duration } from '../domain/duration.ts'
import { slug } from '../domain/ids.ts'
import { language } from '../domain/language.ts'
import { HOUR, MINUTE } from '../domain/time.ts'
import { civilTimes } from '../calendar/civil-time.ts'
import { endpoint } from '../delivery/endpoint.ts'

/** What a municipality writes under `channels:`, `rotas:` and `desks:`. */

const name = z.string().min(1).max(120)
const priority = z.int().min(1).max(4)

/** Does it want to hear that an alarm it was told of is over? */
const recoveries = z.boolean().default(true)

/** Ways out of the house. A secret is a name among the `secrets` of the process, never itself here. */
export const channel = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mail'),
    name,
    addresses: z.array(z.email().max(254)).min(1).max(20),
    recoveries,
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    name,
    url: endpoint,
    /** What the body is signed with (Standard Webhooks). */
    secret: slug,
    recoveries,
  }),
  z.strictObject({
    kind: z.literal('sms'),
    name,
    /** Of a gateway that sends one message for each call. */
    url: endpoint,
    numbers: z
      .array(z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number such as +46701234567'))
      .min(1)
      .max(20),
    format: z.enum(['json', 'form']).default('json'),
    /** Field of the body → text, in which {number}, {text} and {id} are filled in. */
    body: z
      .record(z.string().regex(/^[A-Za-z][\w.-]{0,39}$/), z.string().max(500))
      .refine((fields) => Object.keys(fields).length <= 16, 'at most 16 fields')
      .prefault({ to: '{number}', message: '{text}' }),
    /** Whole value of the header Authorization. */
    authorization: slug.optional(),
    /** Signs the body as a webhook's is. */
    secret: slug.optional(),
    recoveries,
  }),
])
export type Channel = z.infer<typeof channel>

const civilTime = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d$/, civilExample())
  .refine(isDate, civilExample())

function civilExample(): string {
  return 'a time such as 2026-01-05T08:00'
}

function isDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** Who is on duty, in turns of civil time. */
export const rota = z.strictObject({
  name,
  /** When the first person's turn begins; turns change at this time of day ever after. */
  start: civilTime,
  /** `7d`, `12h`, `2w`: on the wall clock, also over a change of the clock. */
  turn: z.string().regex(/^[1-9]\d{0,2}[hdw]$/, 'a turn such as 12h, 7d or 2w'),
  /** In order; after the last the first again. */
  people: z.array(slug).min(1).max(50),
  /** Outside these nobody is on duty. Left out: day and night. */
  hours: z.array(civilTimes).min(1).max(24).optional(),
  /** Somebody else from `from` up to `to`; the last that fits counts. */
  overrides: z
    .array(z.strictObject({ from: civilTime, to: civilTime, person: slug }))
    .max(500)
    .default([]),
})
export type Rota = z.infer<typeof rota>

/** Whom a step tells. */
export const target = z.union([
  z.strictObject({ rota: slug }),
  /** By mail, at the address the person has as a user. */
  z.strictObject({ person: slug }),
  z.strictObject({ channel: slug }),
])
export type Target = z.infer<typeof target>

function atLeast(least: number, words: string) {
  return duration.refine((length) => length >= least, words)
}

/** Who answers for alarms, and who is told of them, when, over what. */
export const desk = z.strictObject({
  name,
  /** Desks are asked in this order; the first that takes an alarm has it. */
  order: z.int().min(0).max(10_000).default(100),
  /** Of what is sent. Left out: the organisation's first. */
  language: language.optional(),
  /** Takes what fits one of these; each fits when all that it says does. Left out: everything. */
  takes: z
    .array(
      z.strictObject({
        priorities: z.array(priority).min(1).max(4).optional(),
        rules: z.array(slug).min(1).max(500).optional(),
        assetTypes: z.array(z.string().min(1).max(60)).min(1).max(100).optional(),
        faultClasses: z.array(z.string().min(1).max(41)).min(1).max(100).optional(),
      }),
    )
    .max(50)
    .optional(),
  group: z
    .strictObject({
      /** The first message waits so long for what belongs to it. Priority 1 does not wait. */
      wait: duration.prefault('30s'),
      /** Changes of a group leave at most so often; of priority 1 every `wait`. */
      interval: atLeast(10_000_000, 'at least 10s').prefault('5m'),
      /** What nobody has acknowledged is told again. */
      repeat: atLeast(5 * MINUTE, 'at least 5m').prefault('4h'),
    })
    .prefault({}),
  /** One after another until somebody acknowledges; empty: the console alone. */
  steps: z
    .array(
      z.strictObject({
        to: z.array(target).min(1).max(20),
        /** After the step before; of the first: after the raise. */
        after: duration.prefault('0s'),
        only: z
          .strictObject({
            /** The step is not there for other priorities. */
            priorities: z.array(priority).min(1).max(4).optional(),
            /** Outside these it waits for them, and so do the steps behind it. Not for priority 1. */
            during: z.array(civilTimes).min(1).max(24).optional(),
          })
          .optional(),
      }),
    )
    .max(20)
    .default([]),
  /** An acknowledged alarm that still stands after so long is called anew. Left out: never. */
  acknowledgedFor: atLeast(MINUTE, 'at least 1m').optional(),
  /** Goals for the time to acknowledge, by priority. */
  acknowledgeWithin: z
    .strictObject({ 1: duration, 2: duration, 3: duration, 4: duration })
    .partial()
    .default({}),
  /** A sign of life that passes the log, the rules and the outbox before it leaves. */
  heartbeat: z
    .strictObject({
      channel: slug,
      every: duration.refine(
        (length) => length >= MINUTE && length <= 24 * HOUR,
        'from 1m to 24h',
      ),
    })
    .optional(),
})
export type Desk = z.infer<typeof desk>
