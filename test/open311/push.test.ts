import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { partner } from '../../src/open311/config.ts'
import { createFetch } from '../../src/open311/fetch.ts'
import { createPushSenders } from '../../src/open311/push.ts'
import { countedRandom } from '../cases/town.ts'
import { exists, openPeer, type Reply } from './peer.ts'
import { catalogue, openSite } from './site.ts'

const fetch = createFetch({ clock: systemClock, allow: ['127.0.0.0/8'] })
const log = pino({ level: 'silent' })

const nothing = (): void => {}

async function pushing(reply: Reply) {
  const peer = await openPeer(reply)
  const { url, received } = peer
  const site = await openSite()
  const push = { url, jurisdiction: '42', secret: 'fms' }
  const fixamingata = partner.parse({ name: 'FixaMinGata', extended: true, push })
  const partners = new Map([...catalogue.partners, ['fixamingata', fixamingata]])
  site.configure({ partners })
  const { database, clock } = site
  const outbox = createOutbox({
    database,
    clock,
    random: countedRandom(),
    log,
    renderers: {},
    transport: { send: async () => {} },
    senders: createPushSenders({
      database,
      clock,
      catalogue: async () => ({ ...catalogue, partners }),
      fetch,
      baseUrl: 'https://vakt.example',
      secrets: { fms: 'their key' },
    }),
  })
  return { site, outbox, received, peer }
}

describe('updates that are pushed', () => {
  it('go in order, and later ones wait for the earlier', async () => {
    let broken = true
    const { site, outbox, received, peer } = await pushing(() =>
      broken ? [500, ''] : [200, '<x/>'],
    )
    await using all = new AsyncDisposableStack()
    all.use(peer)
    all.use(site)
    all.use(outbox)
    const id = await site.report()
    const about = await site.caseOf(id)
    await site.move(about, { to: 'in_progress' })
    await site.move(about, { to: 'done_reported', text: 'Klart' })
    await outbox.drain()
    expect(new Set(received.map(({ form }) => form.get('update_id')))).toEqual(
      new Set([`${id}-u1`]),
    )
    broken = false
    await site.move(about, { to: 'closed', reason: 'fixed' })
    received.length = 0
    for (let round = 0; round < 5; round += 1) {
      site.clock.advance(durationUs(5 * MINUTE))
      await outbox.drain()
    }
    const ids = received.map(({ form }) => form.get('update_id'))
    // The lanes of the outbox may send one twice, but never a later one first.
    expect([...new Set(ids)]).toEqual([`${id}-u1`, `${id}-u2`, `${id}-u3`])
    const last = received.at(-1)
    expect(last?.path).toBe('/open311/v2/servicerequestupdates.xml')
    expect(Object.fromEntries(last?.form ?? [])).toMatchObject({
      jurisdiction_id: '42',
      api_key: 'their key',
      service_request_id: id,
      status: 'FIXED',
      description: expect.stringMatching(/./),
      updated_datetime: expect.stringMatching(/Z$/),
    })
    received.length = 0
    site.clock.advance(durationUs(HOUR))
    await outbox.drain()
    expect(received).toEqual([])
  })

  it('are not begun so late that somebody else may have begun them', async () => {
    let takeTime = nothing
    const { site, outbox, received, peer } = await pushing(() => {
      takeTime()
      return [200, '<x/>']
    })
    await using all = new AsyncDisposableStack()
    all.use(peer)
    all.use(site)
    all.use(outbox)
    const id = await site.report()
    const about = await site.caseOf(id)
    await site.move(about, { to: 'in_progress' })
    await site.move(about, { to: 'done_reported' })
    takeTime = () => site.clock.advance(durationUs(31 * SECOND))
    await outbox.drain()
    expect(new Set(received.map(({ form }) => form.get('update_id')))).toEqual(
      new Set([`${id}-u1`]),
    )
    takeTime = nothing
    received.length = 0
    for (let round = 0; round < 3; round += 1) {
      site.clock.advance(durationUs(5 * MINUTE))
      await outbox.drain()
    }
    expect([...new Set(received.map(({ form }) => form.get('update_id')))]).toEqual([
      `${id}-u2`,
    ])
  })

  it('count as delivered where they exist already', async () => {
    const { site, outbox, received, peer } = await pushing(() => [400, exists])
    await using all = new AsyncDisposableStack()
    all.use(peer)
    all.use(site)
    all.use(outbox)
    await site.move(await site.caseOf(await site.report()), { to: 'in_progress' })
    await outbox.drain()
    expect(received).toHaveLength(1)
    site.clock.advance(durationUs(HOUR))
    await outbox.drain()
    expect(received).toHaveLength(1)
  })
})
