import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { createCaller } from '../../src/delivery/webhook.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { partner } from '../../src/open311/config.ts'
import { createFetch } from '../../src/open311/fetch.ts'
import { forwardCase } from '../../src/open311/forward.ts'
import { pollPartners } from '../../src/open311/poll.ts'
import { createPushCalls } from '../../src/open311/push.ts'
import { countedRandom } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { catalogue, openSite, type Site } from './site.ts'

const allow = ['127.0.0.0/8']
const fetch = createFetch({ clock: systemClock, allow })
const log = pino({ level: 'silent' })
const by = { role: 'handler', name: 'user:anna' } as const

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

interface Received {
  readonly path: string
  readonly form: URLSearchParams
}

type Reply = (form: URLSearchParams) => readonly [number, string]

/** Somebody who takes forms, and answers as told. */
async function listen(reply: Reply): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      received.push({ path: request.url ?? '', form })
      const [status, body] = reply(form)
      response.writeHead(status).end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/open311/v2/`, received }
}

async function pushing(reply: Reply) {
  const { url, received } = await listen(reply)
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
    calls: {
      renderers: createPushCalls({
        database,
        clock,
        catalogue: async () => ({ ...catalogue, partners }),
        fetch,
        secrets: { fms: 'their key' },
      }),
      caller: createCaller({ secrets: {}, clock: systemClock }),
    },
  })
  return { site, outbox, received }
}

const exists =
  '<?xml version="1.0"?><errors><error><code>400</code>' +
  '<description>Bad request: already exists</description></error></errors>'

describe('updates that are pushed', () => {
  it('go in order, and later ones wait for the earlier', async () => {
    let broken = true
    const { site, outbox, received } = await pushing(() =>
      broken ? [500, ''] : [200, '<x/>'],
    )
    await using all = new AsyncDisposableStack()
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

  it('count as delivered where they exist already', async () => {
    const { site, outbox, received } = await pushing(() => [400, exists])
    await using all = new AsyncDisposableStack()
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

const peer = (url: string) => {
  const receives = { url, jurisdiction: 'north.se', secret: 'peer', otherwise: 'litter' }
  const vatten = partner.parse({ name: 'Vattenbolaget', receives })
  return new Map([['vatten', vatten]])
}

function partsOf(here: Site, url: string, key: string) {
  const { database, clock, cases } = here
  const known = { ...catalogue, partners: peer(url) }
  return {
    database,
    clock,
    cases,
    catalogue: async () => known,
    fetch,
    secrets: { peer: key },
  }
}

describe('a case that another organisation has', () => {
  it('waits there, and comes back when it is closed there', async () => {
    await using here = await openSite()
    await using there = await openSite()
    const parts = partsOf(here, there.endpoint, there.keys['basic'] ?? '')
    const id = await here.caseOf(await here.report({ email: 'asa@example.org' }))
    const { version } = await here.cases.get(north, id, false)
    const asked = { partner: 'vatten', version, by, text: 'Läcka vid bron & mer <här>' }
    await forwardCase(parts, north, id, asked)
    await expect(forwardCase(parts, north, id, asked)).rejects.toThrow('changed')
    const sent = await there.database
      .read(north)
      .selectFrom('open311_request')
      .selectAll()
      .execute()
    expect(sent).toHaveLength(1)
    const row = await here.database
      .read(north)
      .selectFrom('case')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      state: 'waiting_external',
      forwarded_to: 'Vattenbolaget',
      forwarded_reference: sent[0]?.id,
    })
    const remote = sent[0]?.case ?? ''
    const [reporter] = (await there.cases.get(north, remote, true)).reporters ?? []
    expect(reporter).toMatchObject({ email: null, text: expect.stringContaining('Läcka') })
    const poll = () =>
      pollPartners(parts, north, (_partner, error) => {
        throw error
      })
    await there.move(remote, { to: 'in_progress' })
    await there.move(remote, {
      to: 'closed',
      reason: 'not_responsible',
      outside: 'X',
      text: 'A & <B>',
    })
    here.clock.advance(durationUs(10 * SECOND))
    expect(await poll()).toBe(2)
    expect(await poll()).toBe(0)
    here.clock.advance(durationUs(HOUR))
    there.clock.advance(durationUs(HOUR))
    expect(await poll()).toBe(0)
    const detail = await here.cases.get(north, id, false)
    expect(detail.state).toBe('investigating')
    expect(detail.events.filter(({ kind }) => kind === 'partner_said')).toHaveLength(2)
    // What others wrote stands with the personal data alone.
    expect(JSON.stringify(detail.events)).not.toContain('A & <B>')
  })

  it('is not sent where nobody takes it', async () => {
    await using here = await openSite()
    const { url } = await listen(() => [403, exists])
    const id = await here.caseOf(await here.report())
    const { version } = await here.cases.get(north, id, false)
    const asked = { partner: 'vatten', version, by, text: 'x' }
    await expect(forwardCase(partsOf(here, url, 'k'), north, id, asked)).rejects.toThrow(
      'did not take',
    )
    expect((await here.cases.get(north, id, false)).state).not.toBe('waiting_external')
    const unknown = { ...asked, partner: 'nobody' }
    await expect(forwardCase(partsOf(here, url, 'k'), north, id, unknown)).rejects.toThrow(
      'no such partner',
    )
  })

  it('is asked about again when the partner did not answer', async () => {
    await using here = await openSite()
    const { url } = await listen((form) =>
      form.has('description')
        ? [
            200,
            '<service_requests><request><service_request_id>X1</service_request_id></request></service_requests>',
          ]
        : [500, 'broken'],
    )
    const id = await here.caseOf(await here.report())
    const { version } = await here.cases.get(north, id, false)
    const parts = partsOf(here, url, 'k')
    await forwardCase(parts, north, id, { partner: 'vatten', version, by, text: 'x' })
    const failures: string[] = []
    const heard = await pollPartners(parts, north, (name) => failures.push(name))
    expect([heard, failures]).toEqual([0, ['vatten']])
    const polls = await here.database
      .read(north)
      .selectFrom('open311_poll')
      .selectAll()
      .execute()
    expect(polls).toEqual([])
  })
})
