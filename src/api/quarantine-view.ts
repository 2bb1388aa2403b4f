import { z } from 'zod'
import { toIso } from '../domain/time.ts'
import type { Quarantined } from '../ingest/quarantine.ts'

const time = z.iso.datetime()

/** Something in quarantine; what does not apply to its kind is null. */
export const quarantinedView = z.object({
  id: z.string(),
  /** `reading`: the store refuses it. `corrupt`: a record of the log is lost. `more`: counts what was too many. */
  kind: z.enum(['reading', 'corrupt', 'more']),
  /** Null for what belongs to no organisation. */
  organisation: z.string().nullable(),
  firstAt: time,
  lastAt: time,
  count: z.int(),
  reason: z.string(),
  /** Place in the reading log; `index` is null where a whole commit is lost. */
  place: z
    .object({ log: z.string(), sequence: z.int(), index: z.int().nullable() })
    .nullable(),
  reading: z
    .object({
      point: z.int(),
      value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
      quality: z.enum(['good', 'uncertain', 'bad']),
      code: z.string(),
      at: time,
      heardAt: time,
      typeVersion: z.int(),
    })
    .nullable(),
})
export type QuarantinedView = z.infer<typeof quarantinedView>

export const quarantineListView = z.object({
  rows: z.array(quarantinedView),
  /** `before` of the next page; null on the last one. */
  next: z.string().nullable(),
})

/** What became of one that was written again. */
export const replayedView = z.object({
  id: z.string(),
  outcome: z.enum(['landed', 'refused']),
  /** Why the store refused it; null when it landed. */
  reason: z.string().nullable(),
})
export type ReplayedView = z.infer<typeof replayedView>

export function quarantinedViewOf(row: Quarantined): QuarantinedView {
  const { id, kind, organisation = null, reason } = row
  return {
    id,
    kind,
    organisation,
    firstAt: toIso(row.firstAt),
    lastAt: toIso(row.lastAt),
    count: row.kind === 'more' ? row.count : 1,
    reason,
    place: placeOf(row),
    reading: readingOf(row),
  }
}

function placeOf(row: Quarantined): QuarantinedView['place'] {
  if (row.kind === 'more') return null
  const {
    epoch,
    sequence,
    index = null,
  } = row.kind === 'reading' ? row.position : row.place
  return { log: epoch, sequence, index }
}

function readingOf(row: Quarantined): QuarantinedView['reading'] {
  if (row.kind !== 'reading' || row.reading === undefined) return null
  const { point, value, quality, code, effective, ingest, typeVersion } = row.reading
  const [at, heardAt] = [toIso(effective), toIso(ingest)]
  return { point, value, quality, code, at, heardAt, typeVersion }
}
