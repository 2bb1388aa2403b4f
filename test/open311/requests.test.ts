import { describe, expect, it, beforeAll, afterAll } from 'vitest'
import { north, south } from '../support/database.ts'
import { aRequest, openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

describe('what the door says of itself', () => {
  it('discovers itself in both forms', async () => {
    const xml = await site.get('discovery.xml')
    expect(xml.headers.get('content-type')).toBe('text/xml; charset=utf-8')
    expect(xml.headers.get('access-control-allow-origin')).toBe('*')
    const text = await xml.text()
    expect(text).toContain('<contact>it@north.se</contact>')
    expect(text).toContain('<endpoints><endpoint><specification>')
    expect(text).toContain('<format>text/xml</format><format>application/json</format>')
    const json: unknown = await (await site.get('discovery.json')).json()
    expect(json).toMatchObject({
      key_service: 'Skriv till it@north.se',
      endpoints: [{ url: 'https://vakt.example/open311/v2', type: 'production' }],
    })
  })

  it('lists services, the private ones marked, the others of the town absent', async () => {
    const answer = await site.get('services.json?jurisdiction_id=north.se')
    const list = (await answer.json()) as {
      service_code: string
      keywords: string | null
    }[]
    expect(list.map(({ service_code }) => service_code)).toEqual([
      'lamp-dark',
      'lamp-blinks',
      'litter',
      'hole',
      'home',
    ])
    expect(list.at(-1)?.keywords).toBe('private')
    const xml = await (await site.get('services.xml')).text()
    expect(xml).toContain('<metadata>true</metadata><type>realtime</type><keywords/>')
    expect(xml).not.toContain('pump')
    expect(xml).toContain('<group>Väg</group>')
    expect(xml).not.toContain('<group/>')
  })

  it('defines a service', async () => {
    const xml = await (await site.get('services/hole.xml')).text()
    expect(xml).toContain(
      '<service_definition><service_code>hole</service_code><attributes><attribute>' +
        '<variable>true</variable><code>depth</code><datatype>singlevaluelist</datatype>' +
        '<required>true</required><datatype_description/><order>1</order>' +
        '<description>Hur djupt?</description>' +
        '<values><value><key>deep</key><name>Djupt</name></value>',
    )
    const lamp = await (await site.get('services/lamp-dark.xml')).text()
    expect(lamp).toContain('<code>asset_id</code>')
    expect(lamp).toContain('<automated>hidden_field</automated>')
  })
})

const wrong: readonly (readonly [string, number, string])[] = [
  ['services.xml?jurisdiction_id=nowhere.se', 404, 'jurisdiction_id'],
  ['services/none.xml', 404, 'service_code none was not found'],
  ['services/pump.xml', 404, 'service_code'],
  ['tokens/1.xml', 404, 'token'],
  ['requests/NOR-2026-999999.xml', 404, 'service_request_id'],
  ['requests.xml?start_date=x', 400, 'start_date'],
  ['requests.xml?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z', 400, '90'],
  [
    'requests.xml?start_date=2026-06-01T00:00:00Z&end_date=2026-01-01T00:00:00Z',
    400,
    'end',
  ],
  ['requests.xml?page=0', 400, 'page'],
  ['requests.xml?page=-1', 400, 'page'],
  ['requests.xml?page_size=5000', 400, 'page_size'],
  ['requests.xml?status=fixed', 400, 'status'],
  ['requests.xml?api_key=kv1_wrong', 403, 'api_key'],
  ['servicerequestupdates.xml', 403, 'api_key'],
  ['nothing.xml', 404, 'nothing'],
  ['services/a/b.xml', 404, 'nothing'],
]

describe('what the door refuses', () => {
  it.each(wrong)('GET %s is %i', async (path, status, words) => {
    const xml = await site.get(path)
    expect(xml.status).toBe(status)
    expect(xml.headers.get('content-type')).toBe('text/xml; charset=utf-8')
    const text = await xml.text()
    expect(text).toContain(`<errors><error><code>${status}</code><description>`)
    expect(text).toContain(words)
    const json = await site.get(path.replace('.xml', '.json'))
    expect(await json.json()).toMatchObject([{ code: status }])
  })

  it.each(['services', 'services.txt', 'requests/1', '', 'services.xml.exe', '%00'])(
    'says in plain words that %j has no suffix it knows',
    async (path) => {
      const answer = await site.get(path)
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    },
  )

  const bad: readonly (readonly [string, Record<string, string>, number, string])[] = [
    ['no key', { api_key: '' }, 403, 'api_key'],
    ['a wrong key', { api_key: `kv1_000000000000_${'A'.repeat(43)}` }, 403, 'api_key'],
    ['no service', { service_code: '' }, 400, 'service_code'],
    ['an unknown service', { service_code: 'light-x' }, 404, 'light-x'],
    ['a hidden service', { service_code: 'pump' }, 404, 'pump'],
    ['no place', { lat: '', long: '' }, 400, 'lat'],
    ['half a place', { long: '' }, 400, 'long'],
    ['no number', { lat: 'NaN' }, 400, 'lat'],
    ['too far north', { lat: '91' }, 400, 'lat'],
    ['zeros', { lat: '0', long: '0.0' }, 400, 'lat'],
    ['an exponent', { lat: '1e999' }, 400, 'lat'],
    ['too many words', { description: 'x'.repeat(4_001) }, 400, 'description'],
    ['no answer', { service_code: 'hole' }, 400, 'attribute[depth]'],
    ['no such answer', { service_code: 'hole', 'attribute[depth]': 'x' }, 400, 'depth'],
    ['an unknown jurisdiction', { jurisdiction_id: 'x.se' }, 404, 'jurisdiction_id'],
  ]
  it.each(bad)('POST with %s', async (_what, change, status, words) => {
    const form = { ...aRequest(site.keys), ...change }
    const answer = await site.post('requests.xml', form)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(words)
    expect((await site.post('requests.json', form)).status).toBe(status)
  })

  it('takes no other body', async () => {
    const types = ['application/xml', 'application/json', 'text/plain', 'nonsense', '']
    for (const type of types) {
      const answer = await fetch(`${site.endpoint}requests.xml`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      })
      expect([400, 403, 415]).toContain(answer.status)
      expect(await answer.text()).toContain('<errors><error><code>')
    }
    const long = await site.post('requests.xml', { description: 'x'.repeat(5_000_000) })
    expect(long.status).toBe(413)
    expect(await long.text()).toContain('<code>413</code>')
    const put = await fetch(`${site.endpoint}requests.json`, { method: 'PUT' })
    expect(put.status).toBe(400)
    const latin = await fetch(`${site.endpoint}requests.xml`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new Uint8Array([0x61, 0x3d, 0xe5]),
    })
    expect(latin.status).toBe(400)
  })
})

describe('a report of a client', () => {
  it('gets one id that is its number, and is found by it', async () => {
    const answer = await site.post('requests.xml', aRequest(site.keys))
    expect(answer.status).toBe(200)
    const [, id = ''] =
      /<request><service_request_id>([\w-]+)<\/service_request_id><service_notice\/><account_id\/>/.exec(
        await answer.text(),
      ) ?? []
    expect(id).toMatch(/^NOR-2026-\d{6}$/)
    const found = await (await site.get(`requests/${id}.json`)).json()
    expect(found).toMatchObject([
      {
        service_request_id: id,
        status: 'open',
        description: null,
        service_code: 'litter',
        lat: '58.27',
        requested_datetime: '2026-11-20T12:00:00Z',
        updated_datetime: '2026-11-20T12:00:00Z',
      },
    ])
  })

  it('takes the key, the slashes and the spellings as they come', async () => {
    const { api_key = '', ...form } = {
      ...aRequest(site.keys),
      deviceid: 'd',
      nonsense: 'x',
    }
    const answer = await fetch(
      `${site.endpoint.slice(0, -1)}//requests.xml?api_key=${api_key}`,
      { method: 'POST', body: new URLSearchParams(form) },
    )
    expect(answer.status).toBe(200)
  })

  it('takes answers in every spelling', async () => {
    const id = await site.report([
      ['service_code', 'hole'],
      ['attribute[depth]', 'deep'],
      ['attribute[seen][]', 'day'],
      ['attribute[seen][]', 'night'],
      ['attribute[width]', '1,5'],
      ['attribute[unknown]', 'x'],
    ])
    const again = await site.report([
      ['service_code', 'hole'],
      ['attribute[depth]', 'flat'],
      ['attribute[seen]', 'day'],
      ['attribute[seen]', 'night'],
    ])
    const rows = await site.database
      .read(north)
      .selectFrom('report')
      .select('answers')
      .where('case', 'in', [await site.caseOf(id), await site.caseOf(again)])
      .orderBy('received_at')
      .execute()
    const answers = rows.map((row): unknown => JSON.parse(row.answers))
    expect(answers).toContainEqual({ depth: 'deep', seen: ['day', 'night'], width: 1.5 })
    expect(answers).toContainEqual({ depth: 'flat', seen: ['day', 'night'] })
  })

  it('needs no pin on a map', async () => {
    const nowhere = { lat: '', long: '' }
    expect(await site.report({ ...nowhere, address_id: '#NOTPINPOINTED#' })).toMatch(/^NOR/)
    expect(await site.report({ ...nowhere, address_string: '453 30' })).toMatch(/^NOR/)
  })

  it('joins the case of its lamp under an id of its own', async () => {
    const lamp = { service_code: 'lamp-dark', 'attribute[asset_id]': 'lamp-7' }
    const one = await site.report(lamp)
    const other = await site.report(lamp)
    expect(other).toBe(`${one}-2`)
    expect(await site.caseOf(other)).toBe(await site.caseOf(one))
    const found = await (await site.get(`requests/${other}.json`)).json()
    expect(found).toMatchObject([{ service_request_id: other, address_id: 'lamp-7' }])
  })

  it('keeps nothing of a person outside the personal data', async () => {
    const id = await site.report({
      first_name: 'Åsa',
      last_name: 'Öberg',
      email: 'asa@example.org',
      phone: '070-1',
      description: 'Hemligt ord',
    })
    const found = await (await site.get(`requests/${id}.xml`)).text()
    expect(found).not.toMatch(/Åsa|Öberg|asa@|Hemligt/)
    const detail = await site.cases.get(north, await site.caseOf(id), true)
    expect(detail.reporters).toMatchObject([{ name: 'Åsa Öberg', text: 'Hemligt ord' }])
  })
})

describe('two organisations behind one door', () => {
  it('must be told apart', async () => {
    await using both = await openSite({ two: true })
    expect((await both.get('services.xml')).status).toBe(400)
    expect((await both.get('services.xml?jurisdiction_id=SOUTH.se')).status).toBe(200)
    const form = { ...aRequest(both.keys), jurisdiction_id: 'south.se' }
    // The key of the one opens nothing of the other.
    expect((await both.post('requests.xml', form)).status).toBe(403)
    const id = await both.report()
    const found = await both.get(`requests/${id}.xml?jurisdiction_id=south.se`)
    expect(found.status).toBe(404)
    const rows = await both.database.read(south).selectFrom('case').selectAll().execute()
    expect(rows).toEqual([])
  })
})
