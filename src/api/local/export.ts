import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { organisationId, roleName, slug } from '../../domain/ids.ts'
import { timeUs } from '../../domain/time.ts'
import { exportFormats } from '../../store/export/format.ts'
import { id, isoTime } from '../inputs.ts'
import { namedReadings } from '../readings-export.ts'
import { sendReadings } from '../send-readings.ts'
import type { LocalParts } from './parts.ts'

const body = z.strictObject({
  organisation: organisationId,
  format: z.enum(exportFormats),
  asset: id.optional(),
  role: roleName.optional(),
  device: id.or(slug).optional(),
  /** Keys of points, or their ids in digits. */
  points: z.array(z.string().max(120)).max(500).optional(),
  /** Left out: from the first reading on. */
  from: isoTime.optional(),
  /** Not included. Left out: to the last reading. */
  to: isoTime.optional(),
})

/**
 * Sends the readings as they are read, in the format. The trailer `readings` tells how many there
 * were; an answer without it is not whole.
 */
export async function exportReadings(
  parts: LocalParts,
  input: unknown,
  reply: FastifyReply,
): Promise<void> {
  const { format, from, to, ...which } = body.parse(input)
  const asked = {
    ...which,
    from: from ?? timeUs(Number.MIN_SAFE_INTEGER),
    to: to ?? timeUs(Number.MAX_SAFE_INTEGER),
  }
  await sendReadings(reply, { format, rows: namedReadings(parts, asked) })
}
