import { z } from 'zod'
import { alarmView, transitionView } from '../alarms/views.ts'
import { caseView } from '../cases/views.ts'
import { role } from '../domain/identity.ts'
import { language } from '../domain/language.ts'

const time = z.iso.datetime()

export const alarmListView = z.object({ alarms: z.array(alarmView) })
export const journalView = z.object({ transitions: z.array(transitionView) })
export const caseListView = z.object({ cases: z.array(caseView) })

/** Who is logged in, where, and what the console may offer. */
export const sessionView = z.object({
  user: z.object({ id: z.string(), name: z.string(), language }),
  organisation: z.object({ id: z.string(), name: z.string(), timezone: z.string() }),
  roles: z.array(role),
  permissions: z.array(z.string()),
})
export type SessionView = z.infer<typeof sessionView>

/** An asset as lists and maps show it. */
const assetView = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  type: z.string(),
  place: z.object({ lat: z.number(), lon: z.number() }).nullable(),
  owner: z.string().nullable(),
  maintainer: z.string().nullable(),
  public: z.boolean(),
})
export type AssetView = z.infer<typeof assetView>
export const assetListView = z.object({ assets: z.array(assetView) })

/** The newest value of a point. */
const lastValueView = z.object({
  value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
  quality: z.enum(['good', 'uncertain', 'bad']),
  code: z.string(),
  at: time,
})

export const assetDetailView = assetView.extend({
  parents: z.array(z.object({ edge: z.string(), asset: z.string() })),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Null for those who may not see values; `last` is null until the point has been heard of. */
  points: z
    .array(
      z.object({
        role: z.string(),
        point: z.int(),
        device: z.string(),
        unit: z.string(),
        last: lastValueView.nullable(),
      }),
    )
    .nullable(),
  /** Open ones; null for those who may not see alarms. */
  alarms: z.array(alarmView).nullable(),
  /** Open ones; null for those who may not see cases. */
  cases: z.array(caseView).nullable(),
})
export type AssetDetailView = z.infer<typeof assetDetailView>

/** What was measured of a role: one piece for each device that measured it, in order of time. */
export const historyView = z.object({
  asset: z.string(),
  role: z.string(),
  unit: z.string().nullable(),
  from: time,
  to: time,
  pieces: z.array(
    z.object({
      device: z.string(),
      point: z.int(),
      from: time,
      to: time,
      /** How many readings there are; more than `samples` when they were thinned. */
      total: z.int(),
      thinned: z.boolean(),
      samples: z.array(
        z.object({
          at: time,
          value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
          quality: z.enum(['good', 'uncertain', 'bad']),
        }),
      ),
    }),
  ),
})
export type HistoryView = z.infer<typeof historyView>

/** Messages that were refused or not understood, folded by source and reason. */
export const ingestProblemListView = z.object({
  problems: z.array(
    z.object({
      source: z.string(),
      reason: z.string(),
      count: z.int(),
      firstAt: time,
      lastAt: time,
      sample: z.string(),
      detail: z.string(),
    }),
  ),
})
export type IngestProblemListView = z.infer<typeof ingestProblemListView>

/** What a citizen gets back for a report. */
export const receiptView = z.object({
  number: z.string(),
  /** For the follow link; empty when the same report had been received before. */
  token: z.string(),
  known: z.object({ since: z.string(), bySensor: z.boolean() }).nullable(),
})
