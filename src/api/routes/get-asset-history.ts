import { z } from 'zod'
import { roleName } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import {
  durationUs,
  earlier,
  elapsed,
  HOUR,
  toIso,
  type TimeUs,
} from '../../domain/time.ts'
import { answers } from '../answers.ts'
import { assetRow } from '../asset-row.ts'
import { userOf } from '../authorise.ts'
import { bindingsBetween, readPieces } from '../history.ts'
import { byId, isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { historyView } from '../views.ts'

const DAY = durationUs(24 * HOUR)
const LONGEST = 366 * DAY

const querystring = z.strictObject({
  role: roleName,
  /** Left out: a day before `to`. */
  from: isoTime.optional(),
  /** Not included. Left out: now. */
  to: isoTime.optional(),
  /** Most samples in all; more readings are thinned so that extremes stay. */
  limit: z.coerce.number().int().min(2).max(2_000).default(500),
})

/** What was measured of an asset's role, through every device that ever measured it. */
export function getAssetHistory(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'configurations' | 'store' | 'clock'>,
): void {
  const { database, configurations, store, clock } = parts
  api.route({
    method: 'GET',
    url: '/assets/:id/history',
    config: { permission: 'history.read' },
    schema: {
      tags: ['assets'],
      summary: 'History of a role of an asset',
      params: byId,
      querystring,
      response: answers(historyView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const { id } = request.params
      const { role, limit } = request.query
      const to = request.query.to ?? clock.now()
      const from = request.query.from ?? earlier(to, DAY)
      checkRange(from, to)
      const query = database.read(organisation)
      await assetRow(query, id)
      const bindings = await bindingsBetween(query, { asset: id, role, from, to })
      const points = (await configurations.current(organisation))?.assetPoints.get(id)
      return {
        asset: id,
        role,
        unit: points?.find((point) => point.role === role)?.unit ?? null,
        from: toIso(from),
        to: toIso(to),
        pieces: await readPieces({ store, clock }, { organisation, bindings, limit }),
      }
    },
  })
}

function checkRange(from: TimeUs, to: TimeUs): void {
  const length = elapsed(from, to)
  if (length > 0 && length <= LONGEST) return
  throw new Problem({
    kind: 'invalid',
    what: 'The history asked for must be longer than nothing and at most 366 days',
    where: 'query',
    why: length > 0 ? `It is ${Math.ceil(length / DAY)} days` : '`to` is not after `from`',
    next: 'Give `from` and `to` as ISO 8601 times with a zone',
  })
}
