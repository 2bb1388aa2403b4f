import { XMLValidator } from 'fast-xml-parser'
import { assert, asyncProperty, constantFrom, oneof, record, string } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRequest, openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

const nasty = [
  '',
  ' ',
  '-',
  '\u{0}',
  'a\u{0}\u{1}\u{7F}b',
  '\u{FFFE}\u{FFFF}',
  '‮moc.live',
  '<b>&amp;]]>',
  "'; DROP TABLE report; --",
  '=HYPERLINK("http://x")',
  '19811218-9876',
  'å'.repeat(5_000),
  '__proto__',
  '%00%0d%0a',
]
const anything = oneof(constantFrom(...nasty), string({ unit: 'binary', maxLength: 60 }))

/** What the contract lets a client leave out may say anything without keeping the report out. */
const optional = record({
  first_name: anything,
  last_name: anything,
  email: anything,
  phone: anything,
  device_id: anything,
  deviceid: anything,
  account_id: anything,
  address_string: anything,
  address_id: anything,
  media_url: anything,
  'attribute[pole]': constantFrom(...nasty.map((text) => text.slice(0, 500))),
  'attribute[__proto__]': anything,
  'attribute[]': anything,
  constructor: anything,
})

describe('values that nobody expects', () => {
  it('never keep a report out, and every answer is a document', async () => {
    await assert(
      asyncProperty(optional, async (values) => {
        const form = { ...aRequest(site.keys), ...values }
        const hole = { service_code: 'hole', 'attribute[depth]': 'deep' }
        const answer = await site.post('requests.xml', { ...form, ...hole })
        const text = await answer.text()
        expect([answer.status, XMLValidator.validate(text)]).toEqual([200, true])
        const [, id = ''] = /<service_request_id>(.*?)</.exec(text) ?? []
        const found = await (await site.get(`requests/${id}.xml`)).text()
        expect(XMLValidator.validate(found)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('get an answer of the contract wherever they stand', async () => {
    const places = [
      'requests.xml?service_request_id=',
      'requests.xml?service_code=',
      'requests.xml?status=',
      'requests.xml?page=',
      'requests.xml?start_date=',
      'requests.xml?updated_after=',
      'requests.xml?jurisdiction_id=',
      'requests.xml?extensions=',
      'services.xml?lat=',
      'tokens/',
    ]
    for (const place of places) {
      for (const text of nasty) {
        const tail = place.endsWith('/') ? '.xml' : ''
        const answer = await site.get(
          `${place}${encodeURIComponent(text.slice(0, 500))}${tail}`,
        )
        expect([200, 400, 404]).toContain(answer.status)
        expect(XMLValidator.validate(await answer.text())).toBe(true)
      }
    }
  })
})
