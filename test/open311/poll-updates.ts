import type { TimeUs } from '../../src/domain/time.ts'
import { whole } from '../../src/open311/dates.ts'
import type { Site } from './site.ts'

/** An update as a client reads it. */
export interface Update {
  readonly update_id: string
  readonly service_request_id: string
  readonly status: string
  readonly updated_datetime: string
  readonly description: string
  readonly external_status_code: string
  readonly extras?: { readonly category: string }
}

/** Asks for the updates of a window, as a client. */
export async function pollUpdates(
  site: Site,
  window: { readonly from?: TimeUs; readonly to?: TimeUs } = {},
  client = 'fixamingata',
): Promise<readonly Update[]> {
  const query = new URLSearchParams({
    jurisdiction_id: 'north.se',
    api_key: site.keys[client] ?? '',
    ...(window.from !== undefined && { start_date: whole(window.from) }),
    ...(window.to !== undefined && { end_date: whole(window.to) }),
  })
  const answer = await site.get(`servicerequestupdates.json?${query.toString()}`)
  if (answer.status !== 200) throw new Error(await answer.text())
  return (await answer.json()) as Update[]
}
