import { z } from 'zod'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { CallRenderer } from '../delivery/deliver.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { toIso } from '../domain/time.ts'
import type { Webhook } from './webhook.ts'

export interface WebhookRendererParts {
  readonly database: Database
  readonly webhooks: (organisation: OrganisationId) => Promise<ReadonlyMap<string, Webhook>>
  /** Where people reach the console, without a slash at the end. */
  readonly baseUrl: string
}

const payload = z.object({ webhook: z.string(), case: z.string(), event: z.string() })

/** Of an event's data what leaves the house: no ids of people's reports. */
const told = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  reason: z.string().optional(),
  text: z.string().optional(),
  source: z.string().optional(),
  unit: z.string().optional(),
  alarm: z.string().optional(),
  into: z.string().optional(),
  other: z.string().optional(),
})

/** Writes the body of a webhook when it is sent; nothing for one that is no longer configured. */
export function webhookRenderer(parts: WebhookRendererParts): CallRenderer {
  return async (organisation, raw) => {
    const ids = payload.parse(raw)
    const webhook = (await parts.webhooks(organisation)).get(ids.webhook)
    if (webhook === undefined) return undefined
    const query = parts.database.read(organisation)
    const data = await documentOf(query, ids, parts.baseUrl)
    if (data === undefined) return undefined
    const body = JSON.stringify({
      type: `gatuvakt.case.${data.event.kind}`,
      timestamp: data.event.at,
      data: { organisation, ...data },
    })
    return {
      url: webhook.url,
      secret: webhook.secret,
      contentType: 'application/json',
      body,
    }
  }
}

/** The event, and the case as it is when it is sent; undefined for a case that nobody may see. */
async function documentOf(
  query: ScopedQueries,
  ids: z.infer<typeof payload>,
  baseUrl: string,
) {
  const row = await query
    .selectFrom('case')
    .selectAll()
    .where('id', '=', ids.case)
    .executeTakeFirst()
  const event = await query
    .selectFrom('case_event')
    .selectAll()
    .where('id', '=', ids.event)
    .executeTakeFirst()
  if (row === undefined || event === undefined || row.state === 'hidden') return undefined
  return {
    event: {
      id: event.id,
      kind: event.kind,
      /** Events of a case count up from 1: who hears them out of order can put them right. */
      sequence: event.sequence,
      at: toIso(event.at),
      ...told.parse(JSON.parse(event.data)),
    },
    case: {
      id: row.id,
      number: row.number,
      state: row.state,
      closingReason: row.closing_reason,
      category: row.category,
      priority: row.priority,
      unit: row.unit,
      asset: row.asset,
      place: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
      mergedInto: row.root === row.id ? null : row.root,
      version: row.version,
      openedAt: toIso(row.opened_at),
      closedAt: row.closed_at === null ? null : toIso(row.closed_at),
      dueAt: row.due_at === null ? null : toIso(row.due_at),
      link: `${baseUrl}/console/cases/${encodeURIComponent(row.id)}`,
    },
  }
}
