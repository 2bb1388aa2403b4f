import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../../database/tables.ts'
import { organisationId, type OrganisationId, type PointId } from '../../domain/ids.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import { qualities, qualityCodes, type Reading } from '../../domain/reading.ts'
import { timeUs, type TimeUs } from '../../domain/time.ts'

export type QuarantineRow = Selectable<Tables['quarantine']>

/** Something in quarantine. */
export type Quarantined = {
  readonly id: string
  readonly firstAt: TimeUs
  readonly lastAt: TimeUs
  readonly reason: string
} & (
  | {
      /** A reading that the store refuses. */
      readonly kind: 'reading'
      readonly organisation: OrganisationId
      readonly position: Position
      /** Undefined when it broke its own contract, so that nothing could ever store it. */
      readonly reading: Reading | undefined
    }
  | {
      /** A record of the log that can no longer be read; its content is lost. */
      readonly kind: 'corrupt'
      readonly organisation: undefined
      readonly place: {
        readonly epoch: string
        readonly sequence: number
        readonly index?: number
      }
    }
  | {
      /** How many more there were than rows are kept of. */
      readonly kind: 'more'
      readonly organisation: OrganisationId | undefined
      readonly count: number
    }
)

const time = z.int().transform(timeUs)

const storedReading = z.object({
  point: z.int().transform((id) => id as PointId),
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  quality: z.enum(qualities),
  code: z.enum(qualityCodes),
  native: z.number().exactOptional(),
  effective: time,
  source: time.exactOptional(),
  server: time.exactOptional(),
  ingest: time,
  flags: z.int(),
  typeVersion: z.int(),
}) satisfies z.ZodType<Reading>

/** A row as what it means. Throws when it is not what we wrote. */
export function quarantinedOf(row: QuarantineRow): Quarantined {
  const { id, first_at: firstAt, last_at: lastAt, reason, count } = row
  const organisation =
    row.organisation === '' ? undefined : organisationId.parse(row.organisation)
  const common = { id, firstAt, lastAt, reason }
  const { epoch, sequence, idx, reading } = row
  if (row.kind === 'more') return { ...common, kind: 'more', organisation, count }
  if (epoch === null || sequence === null) throw broken(id)
  if (row.kind === 'corrupt') {
    const place = { epoch, sequence, ...(idx !== null && { index: idx }) }
    return { ...common, kind: 'corrupt', organisation: undefined, place }
  }
  if (organisation === undefined || idx === null || reading === null) throw broken(id)
  return {
    ...common,
    kind: 'reading',
    organisation,
    position: { epoch, partition: partitionOf(organisation), sequence, index: idx },
    reading: storedReading.safeParse(JSON.parse(reading)).data,
  }
}

/** The id of something that is made of these parts: the same thing has the same id. */
export function quarantineId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

function broken(id: string): Error {
  return new Error(`row ${id} of the quarantine is not complete`)
}
