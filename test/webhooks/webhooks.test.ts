import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCases } from '../../src/cases/create-cases.ts'
import type { CaseService } from '../../src/cases/create-cases.ts'
import { systemClock } from '../../src/clock.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { createCaller } from '../../src/delivery/webhook.ts'
import { systemRandom } from '../../src/random.ts'
import { webhookListener, WEBHOOK_ROW } from '../../src/webhooks/listener.ts'
import { webhookRenderer } from '../../src/webhooks/renderer.ts'
import { webhook, type Webhook } from '../../src/webhooks/webhook.ts'
import {
  aReport,
  catalogue,
  countedRandom,
  openTown,
  secret,
  type Town,
} from '../cases/town.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { north } from '../support/database.ts'

const key = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
const staff = { role: 'customer_service', name: 'user:anna' } as const

interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let town: Town
let cases: CaseService
let heard: Heard[]
let hooks: Map<string, Webhook>
let closing: AsyncDisposableStack
let url: string

beforeEach(async () => {
  closing = new AsyncDisposableStack()
  town = closing.use(await openTown())
  heard = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      heard.push({ headers: request.headers, body })
      response.writeHead(204).end()
    })
  }).listen(0, '127.0.0.1')
  closing.defer(() => void server.close())
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  hooks = new Map([['all', hook({})]])
  const { database, clock, personal } = town
  cases = createCases({
    database,
    clock,
    random: countedRandom(),
    secret,
    personal,
    catalogue: async () => catalogue,
    catalogueNow: () => catalogue,
    listeners: [webhookListener(() => hooks)],
  })
})
afterEach(() => closing.disposeAsync())

function hook(rest: object): Webhook {
  return webhook.parse({ name: 'Archive', url, secret: 'archive', ...rest })
}

async function deliver(): Promise<readonly { type: string; data: Told }[]> {
  const { database } = town
  await using outbox = createOutbox({
    database,
    clock: town.clock,
    random: systemRandom,
    log: quietLogger(),
    renderers: {},
    transport: { send: () => Promise.reject(new Error('no letters here')) },
    calls: {
      renderers: {
        [WEBHOOK_ROW]: webhookRenderer({
          database,
          webhooks: async () => hooks,
          baseUrl: 'https://vakt.example',
        }),
      },
      caller: createCaller({
        secrets: { archive: key },
        allow: ['127.0.0.0/8'],
        clock: systemClock,
      }),
    },
  })
  await outbox.drain()
  return heard.map(({ body }) => JSON.parse(body))
}

interface Told {
  readonly event: { readonly kind: string; readonly sequence: number }
  readonly case: { readonly number: string; readonly state: string }
}

it('tells a program what becomes of a case, signed, without a word about people', async () => {
  const { number, case: id } = await cases.report(
    north,
    aReport({ text: 'Ring mig på 0523-123456', contact: { name: 'Åsa Öberg' } }),
  )
  const { version } = await cases.get(north, id, false)
  await cases.move(north, id, {
    to: 'closed',
    version,
    by: staff,
    reason: 'accepted_no_action',
    text: 'Stolpen tas bort i vår.',
  })
  const told = await deliver()
  const kinds = told.map(({ type }) => type).toSorted()
  expect(kinds).toEqual([
    'gatuvakt.case.moved',
    'gatuvakt.case.opened',
    'gatuvakt.case.routed',
  ])
  for (const { headers, body } of heard) {
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
    const signed = new Verifier(key).sign(String(headers['webhook-id']), at, body)
    expect(headers['webhook-signature']).toBe(signed)
    expect(body).not.toMatch(/0523|Öberg/)
  }
  const moved = told.find(({ type }) => type.endsWith('moved'))
  expect(moved?.data).toMatchObject({
    event: { kind: 'moved', to: 'closed', reason: 'accepted_no_action' },
    case: { number, state: 'closed', link: `https://vakt.example/console/cases/${id}` },
  })
})

it('tells each only what it wants to hear, and nothing of what staff keeps to itself', async () => {
  hooks = new Map([
    ['closings', hook({ events: ['moved'] })],
    ['park', hook({ units: ['park'] })],
    ['litter', hook({ categories: ['litter'] })],
  ])
  const { case: id } = await cases.report(north, aReport())
  const { version } = await cases.get(north, id, false)
  await cases.say(north, id, { version, by: staff, to: 'staff', text: 'Ring elbolaget.' })
  expect(await deliver()).toEqual([])
  await cases.report(north, aReport({ category: 'litter' }))
  const told = await deliver()
  expect(told.map(({ type }) => type).toSorted()).toEqual([
    'gatuvakt.case.opened',
    'gatuvakt.case.opened',
    'gatuvakt.case.routed',
    'gatuvakt.case.routed',
  ])
})

it('says nothing to who is no longer configured, nor of a case that was hidden since', async () => {
  const { case: id } = await cases.report(north, aReport())
  hooks.delete('all')
  expect(await deliver()).toEqual([])
  hooks.set('all', hook({}))
  const { version } = await cases.get(north, id, false)
  const by = { role: 'administrator', name: 'user:bo' } as const
  await cases.move(north, id, { to: 'hidden', version, by, text: 'Skräppost' })
  expect(await deliver()).toEqual([])
})

it.each([
  ['http://vakt.example/hook', 'https'],
  ['https://user:secret@vakt.example/', 'without a name'],
  ['ftp://vakt.example/', 'protocol'],
])('refuses to be configured as %s', (bad) => {
  expect(webhook.safeParse({ name: 'x', url: bad, secret: 'x' }).success).toBe(false)
})
