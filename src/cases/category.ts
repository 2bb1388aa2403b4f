import { z } from 'zod'
import { civilTimes } from '../calendar/civil-time.ts'
import { slug } from '../domain/ids.ts'
import { localText } from '../domain/language.ts'
import { casePriority, matter, reportSource } from './views.ts'

/** A fault class; several may share one join class, the key that makes an alarm and a report one case. */
const faultClass = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'lower case with underscores')

/** Asked with a category; its answers route the case. */
export const question = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'lower case with underscores'),
  text: localText,
  /** `text` is the reporter's own words and kept as personal data. */
  answer: z.enum(['text', 'number', 'one', 'several', 'time', 'info']),
  required: z.boolean().default(false),
  choices: z
    .array(
      z.strictObject({
        key: z.string().regex(/^[a-z0-9_]{1,40}$/, 'lower case with underscores'),
        name: localText,
        /** Chosen, this stops the form: a danger that one must call about. */
        call: z.strictObject({ phone: z.string().max(30), text: localText }).optional(),
      }),
    )
    .max(50)
    .default([]),
})
export type Question = z.infer<typeof question>

/** What citizens can choose when they report. */
export const category = z.strictObject({
  name: localText,
  /** Shown under the name in the form. */
  hint: localText.optional(),
  faultClass,
  /** Left out: the fault class itself. */
  joinClass: faultClass.optional(),
  /** Which assets it can be about; left out: any, or a mere place. */
  assetType: z.string().optional(),
  /** May citizens choose it? */
  public: z.boolean().default(true),
  matter: matter.default('fault'),
  /** Its cases are shown to nobody outside: homes, social services. */
  private: z.boolean().default(false),
  /** Heading under which it is offered. */
  group: z.string().min(1).max(60).optional(),
  questions: z.array(question).max(20).default([]),
  /** Metres within which an open case of its join class is suggested. */
  radius: z.number().int().min(0).max(1_000).default(250),
  /** Days after closing within which a reporter may ask to have it opened again. */
  reopenDays: z.number().int().min(0).max(365).default(30),
  /** Days without news after which a case that nobody has worked on is over; left out: never. */
  expiresAfterDays: z.number().int().min(1).max(3_650).optional(),
  /** Work is reported as done with a photo. */
  photoWhenDone: z.boolean().default(false),
  /** Name of the service level whose deadlines it has, unless a route says another. */
  serviceLevel: slug.optional(),
})
export type Category = z.infer<typeof category>

/** Who gets a case. Rules in order, first match wins, none is triage. */
export const route = z.strictObject({
  /** Lower comes first. */
  order: z.int().min(0).max(100_000),
  when: z
    .strictObject({
      category: slug.optional(),
      area: slug.optional(),
      maintainer: z.string().optional(),
      owner: z.string().optional(),
      assetType: z.string().optional(),
      /** An alarm, anybody else, or one door. */
      source: z.union([z.enum(['alarm', 'citizen']), reportSource]).optional(),
      matter: matter.optional(),
      priority: casePriority.optional(),
      /** Code of a question → one of these keys was answered. */
      answers: z.record(z.string(), z.array(z.string()).min(1)).optional(),
      /** Times of the week in the organisation's zone. */
      times: z.array(civilTimes).min(1).max(20).optional(),
    })
    .default({}),
  unit: slug,
  /** Somebody of the unit, if that one is at work; else the unit's queue. */
  person: slug.optional(),
  priority: casePriority.optional(),
  serviceLevel: slug.optional(),
})
export type Route = z.infer<typeof route>

/** A part of the organisation, or a contractor's desk, that cases go to. */
export const unit = z.strictObject({
  name: z.string().min(1).max(120),
  email: z.email().optional(),
  parent: slug.optional(),
  /** Who takes cases here, in no order. */
  members: z.array(slug).max(500).default([]),
  /** A contractor's desk: the contract that says what it may see. */
  contract: slug.optional(),
})
export type Unit = z.infer<typeof unit>

/** A named area: a closed ring of [lon, lat] pairs, as GeoJSON polygons have it. */
export const area = z.strictObject({
  name: z.string().min(1).max(120),
  ring: z
    .array(z.tuple([z.number(), z.number()]))
    .min(4)
    .max(5_000),
})
export type Area = z.infer<typeof area>
