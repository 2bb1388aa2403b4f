import { once } from 'node:events'
import { connect } from 'node:net'
import { XMLParser } from 'fast-xml-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { durationUs, MINUTE, SECOND } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { openSite, type Site } from './site.ts'

/** What FixMyStreet's client does, as its public source does it: bytes, windows, what it skips. */

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

interface RawAnswer {
  readonly status: number
  readonly body: string
}

/** Bytes as they go over the wire. */
async function raw(head: readonly string[], body: Buffer): Promise<RawAnswer> {
  const { port, host } = new URL(site.endpoint)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  const lines = [
    ...head,
    `Host: ${host}`,
    'Connection: close',
    `Content-Length: ${body.length}`,
  ]
  socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]))
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString('utf8')
  const [headers = '', ...rest] = text.split('\r\n\r\n')
  return { status: Number(headers.split(' ')[1]), body: rest.join('\r\n\r\n') }
}

const description =
  'Titel: Släckt lampa\r\n\r\nBeskrivning: Vid bron.\r\nFler rader.\r\n\r\n' +
  'Länk till ärendet: http://fixamingata.example/report/7\r\n\r\n' +
  'Skickad via FixaMinGata\r\n'

/** Fields in the order and the escaping in which they were recorded. */
function recorded(): string {
  const fields = [
    ['lat', '58.270000'],
    ['long', '11.430000'],
    ['first_name', 'Åsa'],
    ['last_name', 'Öberg'],
    ['email', 'asa@example.org'],
    ['phone', '0523-1'],
    ['service_code', 'litter'],
    ['attribute[pole]', 'B-17'],
    ['jurisdiction_id', 'north.se'],
    ['api_key', site.keys['fixamingata'] ?? ''],
    ['description', description],
  ] as const
  return fields
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll('%20', '+')}`,
    )
    .join('&')
}

const path = '/open311/v2/requests.xml'

describe('a report of FixaMinGata', () => {
  let id = ''

  it('is taken in as it comes over the wire', async () => {
    const answer = await raw(
      [
        `POST ${path} HTTP/1.1`,
        'User-Agent: libwww-perl/6.67',
        'Content-Type: application/x-www-form-urlencoded; charset=utf-8',
      ],
      Buffer.from(recorded()),
    )
    expect(answer.status).toBe(200)
    const read: unknown = new XMLParser().parse(answer.body)
    expect(read).toMatchObject({
      service_requests: { request: { service_request_id: expect.stringMatching(/^NOR-/) } },
    })
    ;[, id = ''] = /<service_request_id>(.*?)</.exec(answer.body) ?? []
  })

  it('was taken out of its frame', async () => {
    const about = await site.caseOf(id)
    const detail = await site.cases.get(north, about, true)
    expect(detail.reporters).toMatchObject([
      {
        name: 'Åsa Öberg',
        email: 'asa@example.org',
        text: 'Släckt lampa\n\nVid bron.\nFler rader.',
      },
    ])
    const row = await site.database
      .read(north)
      .selectFrom('open311_intake')
      .select('link')
      .executeTakeFirst()
    expect(row?.link).toBe('http://fixamingata.example/report/7')
  })

  it('is the same when it comes again with photos, as a form of parts', async () => {
    const boundary = 'xYzZY'
    const parts = new URLSearchParams(recorded())
    const fields = [...parts].map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const file =
      `--${boundary}\r\nContent-Disposition: form-data; name="photo1"; ` +
      'filename="abc.0.full.jpeg"\r\nContent-Type: image/jpeg\r\n\r\n'
    const answer = await raw(
      [`POST ${path} HTTP/1.1`, `Content-Type: multipart/form-data; boundary=${boundary}`],
      Buffer.concat([
        Buffer.from(fields.join('') + file),
        Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]),
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]),
    )
    expect(answer.status).toBe(200)
    expect(answer.body).toContain(`<service_request_id>${id}</service_request_id>`)
  })
})

interface FmsUpdate {
  readonly update_id?: string
  readonly service_request_id: string
  readonly status: string
  readonly updated_datetime: string
  readonly description: string
}

/**
 * Fetches as FixMyStreet does: from so long ago up to now, then throws away what has no id, what it
 * knows, and what is outside of the window as it compares text in UTC.
 */
const utcText = (at: number): string =>
  `${new Date(at / 1_000).toISOString().slice(0, 19)}Z`

class Fetcher {
  readonly kept = new Map<string, FmsUpdate>()
  readonly dropped: string[] = []

  async fetch(hours: number): Promise<void> {
    const now = site.clock.now()
    const [start, end] = [utcText(now - hours * 3_600_000_000), utcText(now)]
    const query = new URLSearchParams({
      jurisdiction_id: 'north.se',
      start_date: start,
      end_date: end,
      api_key: site.keys['fixamingata'] ?? '',
    })
    const answer = await site.get(`servicerequestupdates.xml?${query.toString()}`)
    const parser = new XMLParser({
      parseTagValue: false,
      isArray: (name) => name === 'request_update',
    })
    const read = parser.parse(await answer.text()) as {
      service_request_updates: '' | { request_update: FmsUpdate[] }
    }
    const list = read.service_request_updates
    for (const update of list === '' ? [] : list.request_update) {
      const { update_id, updated_datetime: at } = update
      const utc = new Date(at).toISOString().slice(0, 19)
      if (update_id === undefined) this.dropped.push('no id')
      else if (utc < start.slice(0, 19) || utc > end.slice(0, 19))
        this.dropped.push(update_id)
      else if (!this.kept.has(update_id)) this.kept.set(update_id, update)
    }
  }
}

describe('a fetcher like that of FixMyStreet', () => {
  it('drops nothing and ends where the case ends', async () => {
    const fetcher = new Fetcher()
    const id = await site.report()
    const about = await site.caseOf(id)
    await fetcher.fetch(2)
    await site.move(about, { to: 'in_progress' })
    await fetcher.fetch(2)
    await site.move(about, { to: 'done_reported', text: 'Klart' })
    site.clock.advance(durationUs(5 * MINUTE))
    await site.move(about, { to: 'closed', reason: 'fixed' })
    await fetcher.fetch(2)
    await fetcher.fetch(2)
    site.clock.advance(durationUs(30 * SECOND))
    await fetcher.fetch(2)
    const own = [...fetcher.kept.values()].filter((one) => one.service_request_id === id)
    expect(own.map(({ status }) => status)).toEqual(['in_progress', 'in_progress', 'fixed'])
    expect(fetcher.dropped).toEqual([])
    for (const { description } of own) expect(description).not.toBe('')
  })

  it('hears what happened while it did not ask for longer than its window', async () => {
    const fetcher = new Fetcher()
    const id = await site.report()
    await site.move(await site.caseOf(id), { to: 'in_progress' })
    site.clock.advance(durationUs(600 * MINUTE))
    await fetcher.fetch(2)
    expect([...fetcher.kept.keys()]).toContain(`${id}-u1`)
  })

  it('finds a new request in a window of its last hour', async () => {
    const id = await site.report()
    const now = new Date(site.clock.now() / 1_000)
    const start = new Date(now.getTime() - 3_600_000)
    const query = `start_date=${start.toISOString()}&end_date=${now.toISOString()}`
    const list = (await (await site.get(`requests.json?${query}`)).json()) as {
      service_request_id: string
      updated_datetime: string
      requested_datetime: string
    }[]
    const own = list.find((one) => one.service_request_id === id)
    expect(own?.updated_datetime).toBe(own?.requested_datetime)
  })
})
