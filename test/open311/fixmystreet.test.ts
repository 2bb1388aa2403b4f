import { once } from 'node:events'
import { connect } from 'node:net'
import { XMLParser } from 'fast-xml-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { north } from '../support/database.ts'
import { openSite, type Site } from './site.ts'

/** What FixMyStreet's client sends, byte for byte as its public source makes it. */

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
        text: 'Släckt lampa\n\nVid bron.\nFler rader.\n\nhttp://fixamingata.example/report/7',
      },
    ])
    const row = await site.database
      .read(north)
      .selectFrom('open311_intake')
      .select('link')
      .executeTakeFirst()
    // The page there tells who it was: its address is sealed with what was said.
    expect(row?.link).toBe('known')
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

const comment = (request: string, more: readonly (readonly [string, string])[]) =>
  Buffer.from(
    [
      ['service_request_id', request],
      ['last_name', '-'],
      ['first_name', 'Åke'],
      // Its own zone; the plus is escaped here, and was not in older ones.
      ['updated_datetime', '2026-11-20T13:00:00+01:00'],
      ['description', 'Fortfarande mörkt på Åvägen!\r\nTack'],
      ['email', 'ake@example.org'],
      ['api_key', site.keys['fixamingata'] ?? ''],
      ['jurisdiction_id', 'north.se'],
      ...more,
    ]
      .map(
        ([name = '', value = '']) =>
          `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll('%20', '+')}`,
      )
      .join('&'),
  )

describe('a comment of FixMyStreet', () => {
  const head = [
    'POST /open311/v2/servicerequestupdates.xml HTTP/1.1',
    'User-Agent: libwww-perl/6.68',
    'Content-Type: application/x-www-form-urlencoded',
  ]

  it('is taken in as it comes over the wire, once', async () => {
    const request = await site.report()
    const fields = [
      ['update_id', '71'],
      ['status', 'INVESTIGATING'],
      ['service_code', 'litter'],
      ['email_alerts_requested', 'TRUE'],
      ['title', 'MR'],
    ] as const
    const one = await raw(head, comment(request, fields))
    expect(one.status).toBe(200)
    expect(one.body).toMatch(
      /<service_request_updates><request_update><update_id>\w+<\/update_id><\/request_update><\/service_request_updates>/,
    )
    expect(await raw(head, comment(request, fields))).toEqual(one)
    const detail = await site.cases.get(north, await site.caseOf(request), false)
    expect(detail.events.filter(({ kind }) => kind === 'followed_up')).toHaveLength(1)
  })

  it('may name several photos, and say nothing else', async () => {
    const request = await site.report()
    const photos = ['1', '2'].map(
      (name) => ['media_url', `https://fixamingata.example/photo/${name}.jpeg`] as const,
    )
    const fields = [['update_id', '72'], ['status', 'FIXED'], ...photos] as const
    const wordless = comment(request, fields)
      .toString()
      .replace(/description=[^&]*/, 'description=')
    expect((await raw(head, Buffer.from(wordless))).status).toBe(200)
  })
})
