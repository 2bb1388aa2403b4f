import type { Database, ScopedQueries } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { toIso } from '../domain/time.ts'
import { z } from 'zod'
import type { DeskCatalogue } from './catalogue.ts'
import type { Channel } from './desk.ts'
import { addressKey } from './ids.ts'
import { idOf } from './recipients.ts'

/** A channel whose receiver said that it is gone. A new address in the configuration mends it. */
export interface Disabled {
  readonly channel: string
  /** One sentence. */
  readonly reason: string
}

/** Channels that are out of order as they are configured now. */
export async function disabledChannels(
  query: ScopedQueries,
  { channels }: Pick<DeskCatalogue, 'channels'>,
): Promise<ReadonlyMap<string, Disabled>> {
  const rows = await query.selectFrom('channel_state').selectAll().execute()
  return new Map(
    rows
      .filter(({ channel, address }) => address === urlKey(channels.get(channel)))
      .map(({ channel, reason }) => [channel, { channel, reason }]),
  )
}

function urlKey(channel: Channel | undefined): string {
  return channel === undefined || channel.kind === 'mail' ? '' : addressKey(channel.url)
}

const payload = z.object({ telling: z.string() })

/**
 * For the outbox: a receiver answered 410. The channel is out of order from now on, and a row among
 * the ingest problems, where people look, says so.
 */
export function channelGone(parts: {
  readonly database: Database
  readonly clock: Clock
  readonly catalogue: (organisation: OrganisationId) => Promise<DeskCatalogue>
}) {
  return async (
    organisation: OrganisationId,
    row: { readonly payload: unknown; readonly error: string },
  ): Promise<void> => {
    const ids = payload.safeParse(row.payload)
    if (!ids.success) return
    const catalogue = await parts.catalogue(organisation)
    const now = parts.clock.now()
    await parts.database.write(organisation, 'normal', async ({ query }) => {
      const telling = await query
        .selectFrom('telling')
        .select('recipient')
        .where('id', '=', ids.data.telling)
        .executeTakeFirst()
      const channel = telling === undefined ? '' : idOf(telling.recipient)
      const address = urlKey(catalogue.channels.get(channel))
      if (address === '') return
      const reason = `${row.error} (410 Gone) on ${toIso(now)}`
      const state = { address, disabled_at: now, reason }
      await query
        .insertInto('channel_state')
        .values({ organisation, channel, ...state })
        .onConflict((conflict) =>
          conflict.columns(['organisation', 'channel']).doUpdateSet(state),
        )
        .execute()
      const detail = `channel ${channel} is out of order: ${reason}. Give it another address.`
      const told = { last_at: now, detail }
      await query
        .insertInto('ingest_problem')
        .values({
          organisation,
          source: `channel/${channel}`,
          reason: 'channel_gone',
          count: 1,
          first_at: now,
          sample: '',
          ...told,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['organisation', 'source', 'reason'])
            .doUpdateSet((eb) => ({ ...told, count: eb('ingest_problem.count', '+', 1) })),
        )
        .execute()
    })
  }
}

/** Takes a channel back into use, for a person who mended what stands behind its address. */
export async function enableChannel(
  database: Database,
  organisation: OrganisationId,
  channel: string,
): Promise<boolean> {
  const gone = await database.write(organisation, 'normal', ({ query }) =>
    query
      .deleteFrom('channel_state')
      .where('channel', '=', channel)
      .returning('channel')
      .execute(),
  )
  return gone.length > 0
}
