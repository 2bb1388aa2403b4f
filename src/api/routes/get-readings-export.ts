import { z } from 'zod'
import { roleName } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, elapsed, HOUR, type TimeUs } from '../../domain/time.ts'
import { userOf } from '../authorise.ts'
import { id, isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { problemView } from '../problem-reply.ts'
import { exportRate } from '../rate-limits.ts'
import { namedReadings } from '../readings-export.ts'
import { sendReadings } from '../send-readings.ts'

const DAY = durationUs(24 * HOUR)
const LONGEST = 366 * DAY
/** The command at the machine itself has no such bound. */
const MOST_ROWS = 1_000_000

const querystring = z.strictObject({
  asset: id.optional(),
  role: roleName.optional(),
  device: id.optional(),
  /** Keys of points or their ids, with commas between. */
  points: z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .optional(),
  from: isoTime,
  /** Not included. */
  to: isoTime,
  format: z.enum(['csv', 'ndjson']).default('csv'),
})

/** Readings with what they measured, as a file. */
export function getReadingsExport(
  api: Api,
  {
    database,
    configurations,
    store,
  }: Pick<ApiParts, 'database' | 'configurations' | 'store'>,
): void {
  api.route({
    method: 'GET',
    url: '/readings/export',
    // A HEAD would read what nobody gets.
    exposeHeadRoute: false,
    config: { permission: 'history.read', rateLimit: exportRate },
    schema: {
      tags: ['readings'],
      summary: 'Readings as CSV or NDJSON',
      description: `At most 366 days and ${MOST_ROWS} rows; a longer answer is cut off, without its end, and so is one that fails on the way. The trailer \`readings\` tells the number of rows of a whole one. The columns stand in docs/exports.md.`,
      querystring,
      response: { '4xx': problemView, '5xx': problemView },
    },
    handler: async (request, reply) => {
      const { organisation } = userOf(request)
      const { format, ...which } = request.query
      checkRange(which.from, which.to)
      const asked = { ...which, organisation }
      const rows = namedReadings({ database, configurations, store }, asked)
      await sendReadings(reply, { format, rows, most: MOST_ROWS })
    },
  })
}

function checkRange(from: TimeUs, to: TimeUs): void {
  const length = elapsed(from, to)
  if (length > 0 && length <= LONGEST) return
  throw new Problem({
    kind: 'invalid',
    what: 'An export must be longer than nothing and at most 366 days',
    where: 'query',
    why: length > 0 ? `It is ${Math.ceil(length / DAY)} days` : '`to` is not after `from`',
    next: 'Ask for a shorter time, or run gatuvakt export at the machine itself',
  })
}
