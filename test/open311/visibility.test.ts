import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asset } from '../../src/domain/asset.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { aReport } from '../cases/town.ts'
import { catalogue, openSite, type Site } from './site.ts'

let site: Site
const hidden = new Map<string, string>()
let merged = ''
let root = ''
const secretWords = 'SECRETWORDS'

const by = { role: 'administrator', name: 'user:anna' } as const
const numberOf = async (id: string) => (await site.cases.get(north, id, false)).number
const staff = { source: 'phone', actor: 'user:anna', text: secretWords } as const

beforeAll(async () => {
  site = await openSite()
  const hatch = asset.parse({
    ...catalogue.assets.get('lamp-1'),
    name: 'Hatch',
    public: false,
  })
  site.configure({ assets: new Map([...catalogue.assets, ['lamp-9', hatch]]) })
  const form = { email: 'a@example.org', first_name: 'Åsa', description: secretWords }
  const spam = await site.report(form)
  const about = await site.caseOf(spam)
  const { version } = await site.cases.get(north, about, false)
  await site.cases.move(north, about, { to: 'hidden', version, by, text: 'spam' })
  hidden.set('a hidden case', spam)
  hidden.set('a private category', await site.report({ ...form, service_code: 'home' }))
  const flagged = await site.report({ ...form, description: `${secretWords} 2` })
  await site.database.write(north, 'normal', async ({ query }) => {
    const id = await site.caseOf(flagged)
    await query.updateTable('case').set({ private: 1 }).where('id', '=', id).execute()
  })
  hidden.set('a case that was made private', flagged)
  const pump = await site.cases.report(
    north,
    aReport({ ...staff, category: 'pump', asset: 'pump-1' }),
  )
  hidden.set('a category that is not public', await numberOf(pump.case))
  const inside = await site.cases.report(north, aReport({ ...staff, asset: 'lamp-9' }))
  hidden.set('an asset that is not public', await numberOf(inside.case))
  const [one, other] = [
    await site.report({ ...form, description: `${secretWords} 3` }),
    await site.report({ ...form, description: `${secretWords} 4` }),
  ]
  const from = await site.caseOf(one)
  const into = await site.caseOf(other)
  const at = await site.cases.get(north, from, false)
  await site.cases.merge(north, from, { version: at.version, by, into })
  merged = one
  root = other
  for (const id of hidden.values()) {
    // Something happens to them all, so that there would be updates to tell.
    const row = await site.database
      .read(north)
      .selectFrom('case')
      .select(['id', 'state'])
      .where('number', '=', id)
      .executeTakeFirstOrThrow()
    if (row.state !== 'hidden') await site.move(row.id, { to: 'in_progress' })
  }
  site.clock.advance(durationUs(60 * SECOND))
})
afterAll(() => site[Symbol.asyncDispose]())

/** Every address that anybody may ask, with and without what narrows it. */
function everyAddress(id: string): readonly string[] {
  return ['xml', 'json'].flatMap((suffix) => [
    `discovery.${suffix}`,
    `services.${suffix}`,
    `requests.${suffix}`,
    `requests.${suffix}?page=1&page_size=1000`,
    `requests.${suffix}?status=open`,
    `requests.${suffix}?status=closed`,
    `requests.${suffix}?service_code=home,pump,litter,lamp-dark`,
    `requests.${suffix}?updated_after=2020-01-01T00:00:00Z`,
    `requests.${suffix}?service_request_id=${id}`,
    `requests.${suffix}?service_request_id=${id},${root}`,
    `requests.${suffix}?extensions=true`,
    `requests/${id}.${suffix}`,
    `services/pump.${suffix}`,
    `tokens/${id}.${suffix}`,
    `servicerequestupdates.${suffix}`,
    `servicerequestupdates.${suffix}?api_key=${site.keys['fixamingata']}`,
    `servicerequestupdates.${suffix}?api_key=${site.keys['basic']}`,
    `requests.${suffix}?api_key=${site.keys['basic']}`,
    `requests/${id}.${suffix}?api_key=${site.keys['fixamingata']}`,
  ])
}

describe('what nobody may see', () => {
  const kinds = [
    'a hidden case',
    'a private category',
    'a case that was made private',
    'a category that is not public',
    'an asset that is not public',
  ]
  it.each(kinds)('%s stands at no address', async (kind) => {
    const id = hidden.get(kind) ?? ''
    expect(id).toMatch(/^NOR-/)
    const leaks: string[] = []
    for (const path of everyAddress(id)) {
      const answer = await site.get(path)
      const text = await answer.text()
      const shows = text.includes(`${id}<`) || text.includes(`"${id}"`)
      const names = /SECRETWORDS|Åsa|a@example\.org/.test(text)
      const there = path.startsWith(`requests/${id}`) && answer.status !== 404
      if (shows || names || there) leaks.push(path)
    }
    expect(leaks).toEqual([])
  })

  it('but a merged case is closed, and says into which', async () => {
    const [found] = (await (await site.get(`requests/${merged}.json`)).json()) as unknown[]
    expect(found).toMatchObject({
      status: 'closed',
      status_notes: expect.stringContaining(root),
    })
    const closed = await (await site.get('requests.xml?status=closed')).text()
    expect(closed).toContain(merged)
    expect(await (await site.get('requests.xml?status=open')).text()).not.toContain(merged)
  })

  it('a client that may sees its own private report, and no other', async () => {
    const key = `api_key=${site.keys['trusted']}`
    const own = await site.report({
      service_code: 'home',
      api_key: site.keys['trusted'] ?? '',
    })
    await site.move(await site.caseOf(own), { to: 'in_progress' })
    expect((await site.get(`requests/${own}.xml?${key}`)).status).toBe(200)
    expect(await (await site.get(`requests.xml?${key}`)).text()).toContain(own)
    const other = hidden.get('a private category') ?? ''
    expect((await site.get(`requests/${other}.xml?${key}`)).status).toBe(404)
    expect(await (await site.get(`servicerequestupdates.xml?${key}`)).text()).toContain(own)
    expect((await site.get(`requests/${own}.xml`)).status).toBe(404)
  })
})
