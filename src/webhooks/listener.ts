import type { CaseListener, CaseNews } from '../cases/news.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { derivedId } from '../database/derived-id.ts'
import { enqueue } from '../delivery/enqueue.ts'
import { webhookEvent, type Webhook } from './webhook.ts'

/** The kind of a webhook's rows in the outbox. */
export const WEBHOOK_ROW = 'webhook.case'

export type WebhooksOf = (organisation: OrganisationId) => ReadonlyMap<string, Webhook>

/** Puts a call into the outbox for every webhook that wants to hear of an event. */
export function webhookListener(webhooksNow: WebhooksOf): CaseListener {
  return async (work, news) => {
    const wanted = [...webhooksNow(work.organisation)].filter(([, one]) => hears(one, news))
    if (wanted.length === 0) return
    const { unit, category } = await caseOf(work, news.case)
    for (const [id, { units, categories }] of wanted) {
      if (units !== undefined && (unit === null || !units.includes(unit))) continue
      if (categories !== undefined && !categories.includes(category)) continue
      await enqueue(work, {
        id: derivedId('webhook', id, news.event),
        kind: WEBHOOK_ROW,
        payload: { webhook: id, case: news.case, event: news.event },
        dueAt: news.at,
      })
    }
  }
}

function hears({ events }: Webhook, { kind, visibility }: CaseNews): boolean {
  const known = webhookEvent.safeParse(kind)
  if (!known.success || visibility !== 'public') return false
  return events === undefined || events.includes(known.data)
}

async function caseOf(
  { query }: UnitOfWork,
  id: string,
): Promise<{ readonly unit: string | null; readonly category: string }> {
  return await query
    .selectFrom('case')
    .select(['unit', 'category'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}
