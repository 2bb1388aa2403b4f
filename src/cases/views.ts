import { z } from 'zod'

const time = z.iso.datetime()

export const caseState = z.enum([
  'received',
  'assigned',
  'investigating',
  'planned',
  'in_progress',
  'waiting_reporter',
  'waiting_external',
  'done_reported',
  'closed',
  'reopen_requested',
  'hidden',
])
export type CaseState = z.infer<typeof caseState>

export const closingReason = z.enum([
  'fixed',
  'self_recovered',
  'no_fault_found',
  'accepted_no_action',
  'in_programme',
  'duplicate',
  'not_responsible',
  'cannot_locate',
  'insufficient_info',
  'withdrawn',
  'expired',
  'opinion_answered',
])
export type ClosingReason = z.infer<typeof closingReason>

/** What it is about. An alarm is a fault that a sensor found. */
export const matter = z.enum(['fault', 'opinion', 'question', 'order'])
export type Matter = z.infer<typeof matter>

export const casePriority = z.enum(['urgent', 'normal', 'low'])
export type CasePriority = z.infer<typeof casePriority>

/** Through which door a report came; the key of the statistics by channel. */
export const reportSource = z.enum([
  'app',
  'web',
  'embed',
  'qr',
  'phone',
  'visit',
  'email',
  'social',
  'open311',
  'internal',
  'inspection',
  'alarm',
  'import',
])
export type ReportSource = z.infer<typeof reportSource>

/** Doors where nobody of the organisation had to write it down. */
export const selfService: ReadonlySet<ReportSource> = new Set(['app', 'web', 'embed', 'qr'])

/** Something in words for others that looks like a person's; UTF-16 offsets, `end` exclusive. */
export const wordsWarning = z.object({
  kind: z.enum(['email', 'phone', 'personal_number', 'number_plate']),
  start: z.int(),
  end: z.int(),
})
export type WordsWarning = z.infer<typeof wordsWarning>

/** A case as lists show it. No personal data. */
export const caseView = z.object({
  id: z.string(),
  number: z.string(),
  kind: z.enum(['single', 'group', 'storm']),
  state: caseState,
  closingReason: closingReason.nullable(),
  category: z.object({ id: z.string(), name: z.record(z.string(), z.string()) }),
  asset: z.object({ id: z.string(), name: z.string() }).nullable(),
  place: z.object({ lat: z.number(), lon: z.number() }).nullable(),
  unit: z.string().nullable(),
  matter,
  priority: casePriority,
  /** Slug of the person who has it. */
  assignee: z.string().nullable(),
  /** Organisation of the contractor who does the work. */
  contractor: z.string().nullable(),
  /** The case that this one was merged into. */
  mergedInto: z.string().nullable(),
  dueAt: time.nullable(),
  verify: z.boolean(),
  version: z.int(),
  openedAt: time,
  changedAt: time,
  closedAt: time.nullable(),
  /** How many reports of each kind of source joined it. */
  reports: z.object({ alarm: z.int(), human: z.int() }),
  /** Of a group: how many assets it is about, beside the one it stands at. */
  assets: z.int(),
  /** To whoever has just said something to others: what to look at again in it. Left out: nothing. */
  warnings: z.array(wordsWarning).exactOptional(),
})
export type CaseView = z.infer<typeof caseView>

export const caseEventView = z.object({
  id: z.string(),
  sequence: z.int(),
  at: time,
  kind: z.string(),
  actor: z.string(),
  visibility: z.enum(['public', 'internal']),
  data: z.record(z.string(), z.unknown()),
})

export const caseDetailView = caseView.extend({
  events: z.array(caseEventView),
  alarms: z.array(z.object({ id: z.string(), occurrence: z.string() })),
  /** Of a group: the first 500 of its assets. */
  gathered: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Cases that were merged into it, at most 500. */
  merged: z.array(z.object({ id: z.string(), number: z.string() })),
  /** Moves that the state allows now to whoever asks. */
  moves: z.array(caseState),
  /** Reporters' words and contacts; null for those who may not see them. */
  reporters: z
    .array(
      z.object({
        report: z.string(),
        source: z.string(),
        receivedAt: time,
        name: z.string().nullable(),
        email: z.string().nullable(),
        phone: z.string().nullable(),
        text: z.string(),
      }),
    )
    .nullable(),
})
export type CaseDetailView = z.infer<typeof caseDetailView>

/** What the public may know of a case, by follow link or at an asset. */
export const publicCaseView = z.object({
  number: z.string(),
  state: caseState,
  closingReason: closingReason.nullable(),
  closingText: z.string().nullable(),
  /** Preselects the category when somebody follows the case from the asset's page. */
  categoryId: z.string(),
  category: z.record(z.string(), z.string()),
  asset: z.object({ id: z.string(), name: z.string() }).nullable(),
  openedAt: time,
  /** A sensor found it before or beside people. */
  foundBySensor: z.boolean(),
  events: z.array(z.object({ at: time, kind: z.string(), text: z.string().nullable() })),
})
export type PublicCaseView = z.infer<typeof publicCaseView>

/** An open case nearby that somebody may be about to report again. */
export const suggestionView = z.object({
  /** Sent as `follows` with a report, this says that it is the same. */
  id: z.string(),
  number: z.string(),
  state: caseState,
  category: z.object({ id: z.string(), name: z.record(z.string(), z.string()) }),
  /** How far away, in metres, to the next ten. */
  metres: z.int(),
  openedAt: time,
  /** A photo that was shown to the public. */
  photo: z.string().nullable(),
})
export type SuggestionView = z.infer<typeof suggestionView>

/** An open case that may be the same as another one, and how far they are apart in metres. */
export const duplicateView = z.object({ case: caseView, metres: z.int() })
export type DuplicateView = z.infer<typeof duplicateView>
