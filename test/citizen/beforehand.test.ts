import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import type { NoticeRequest } from '../../src/notices/notices.ts'
import { anna } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { all, byId, textOf, type Element } from './markup.ts'
import { openSite, type Site } from './site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site[Symbol.asyncDispose]())

const words = (sv: string, en: string) => ({ sv, nb: sv, en })

async function publish(rest: Partial<NoticeRequest>): Promise<void> {
  await site.notices.publish(north, {
    kind: 'planned',
    title: words('Vi byter kabel', 'We change a cable'),
    text: words('Lamporna är släckta.', 'The lamps are dark.'),
    scope: { categories: [], assets: [] },
    from: site.town.clock.now(),
    to: later(site.town.clock.now(), durationUs(26 * HOUR)),
    by: 'user:anna',
    ...rest,
  })
}

const told = (page: Element): readonly string[] =>
  all(page, 'section')
    .filter(({ attributes }) => attributes.get('aria-labelledby') === 'notices')
    .flatMap((section) => all(section, 'h3').map(textOf))

describe('what is known is told before anything is typed', () => {
  it('planned work, with its end, on every page it speaks of', async () => {
    await publish({ scope: { categories: ['lamp-dark'], assets: ['lamp-2'] } })
    for (const url of [
      '/a/lamp-2?',
      '/report?asset=lamp-2&',
      '/report?asset=lamp-2&category=lamp-dark&',
    ]) {
      const { page } = await site.get(`/north${url}lang=en`)
      expect(told(page)).toEqual(['We change a cable'])
      expect(textOf(page)).toContain('Planned work, until 21 November 2026 15:00')
      expect(textOf(page)).toContain('If that is what you see, you need not report it.')
    }
    for (const url of ['?', '/a/lamp-1?', '/report?asset=lamp-2&category=lamp-blinks&']) {
      expect(told((await site.get(`/north${url}lang=en`)).page)).toEqual([])
    }
  })

  it('a storm first, with whom to call and where to read more', async () => {
    await publish({})
    await publish({
      kind: 'storm',
      title: words('Storm', 'Storm'),
      phone: '0523-61 30 00',
      link: 'https://north.example/storm',
    })
    const { page } = await site.get('/north?lang=sv')
    expect(told(page)).toEqual(['Storm', 'Vi byter kabel'])
    const links = all(page, 'a').map(({ attributes }) => attributes.get('href'))
    expect(links).toContain('tel:0523613000')
    expect(links).toContain('https://north.example/storm')
  })

  it('nothing that is over or has not begun', async () => {
    const now = site.town.clock.now()
    await publish({ from: later(now, HOUR) })
    expect(told((await site.get('/north')).page)).toEqual([])
    site.town.clock.advance(durationUs(27 * HOUR))
    expect(told((await site.get('/north')).page)).toEqual([])
  })

  it('an open case of the same fault, to follow it with one press', async () => {
    await site.town.raise('lamp-1')
    const same = await site.get('/north/report?asset=lamp-1&category=lamp-blinks&lang=en')
    expect(textOf(byId(same.page, 'known'))).toBe('We already know')
    expect(textOf(same.page)).toContain('Our sensor found the fault.')
    const links = all(same.page, 'a').map(({ attributes }) => attributes.get('href'))
    expect(links).toContain(
      '/north/report?asset=lamp-1&category=lamp-dark&follow=1&lang=en',
    )
    const other = await site.get('/north/report?asset=lamp-1&category=litter&lang=en')
    expect(all(other.page).some(({ attributes }) => attributes.get('id') === 'known')).toBe(
      false,
    )
  })
})

async function redirect(url: string): Promise<readonly unknown[]> {
  const { statusCode, headers } = await site.app.inject(url)
  return [statusCode, headers.location]
}

describe('the code of a sign', () => {
  it('leads to what it hangs on, and the report says where it came from', async () => {
    const to = '/north/a/lamp-2?qr=LAMP-2&lang=sv'
    expect(await redirect('/north/r/LAMP-2')).toEqual([303, to])
    const { page } = await site.get(to)
    const next = '/north/report?asset=lamp-2&qr=LAMP-2&lang=sv'
    expect(all(page, 'a').map(({ attributes }) => attributes.get('href'))).toContain(next)
    const { page: form } = await site.get(`${next}&category=lamp-dark`)
    const hidden = all(form, 'input')
      .filter(({ attributes }) => attributes.get('type') === 'hidden')
      .map(({ attributes }) => [
        attributes.get('name') ?? '',
        attributes.get('value') ?? '',
      ])
    await site.post('/north/report', { ...Object.fromEntries(hidden), asset: 'lamp-2' })
    const [report] = await site.town.database
      .read(north)
      .selectFrom('report')
      .select(['source', 'source_detail', 'asset'])
      .execute()
    expect(report).toEqual({ source: 'qr', source_detail: 'LAMP-2', asset: 'lamp-2' })
  })

  it('of a mere place leads to the form, and prefills what the address says', async () => {
    expect(await redirect('/north/r/badplats-3')).toEqual([
      303,
      '/north/report?qr=badplats-3&lang=sv',
    ])
    const { page } = await site.get(
      '/north/report?qr=badplats-3&category=litter&lat=58.27&lon=11.43',
    )
    expect(byId(page, 'lat').attributes.get('value')).toBe('58.27')
  })

  it('of something secret says no more than one that is not there', async () => {
    expect(await redirect('/north/r/pump-1')).toEqual([
      303,
      '/north/report?qr=pump-1&lang=sv',
    ])
  })

  it('that is no code at all is left out', async () => {
    expect(await redirect('/north/r/%3Cscript%3E')).toEqual([303, '/north/report?lang=sv'])
  })
})

it('says after sending that a sensor had found it, and who follows hears of its end', async () => {
  const id = await site.town.raise('lamp-1')
  site.town.clock.advance(HOUR)
  const form = { category: 'lamp-dark', asset: 'lamp-1', key: 'form-key-1', lang: 'en' }
  const { page, body } = await site.post('/north/report', form)
  expect(textOf(page)).toContain('Known since 13:00. Our sensor found the fault.')
  await site.town.clear('lamp-1')
  const { version } = await site.town.cases.get(north, id, false)
  await site.town.cases.move(north, id, {
    to: 'closed',
    reason: 'fixed',
    version,
    by: anna,
  })
  const token = /\/f\/([\w-]+)/.exec(body)?.[1]
  expect(textOf((await site.get(`/f/${token}?lang=en`)).page)).toContain('Closed')
})

const litterAt = (rest: Record<string, string> = {}): Record<string, string> => ({
  category: 'litter',
  text: 'Glas "överallt"',
  key: 'form-key-2',
  lang: 'en',
  lat: '58.2701',
  lon: '11.4301',
  ...rest,
})
const litterBefore = async () =>
  await site.town.cases.report(north, {
    source: 'web',
    category: 'litter',
    text: 'Skräp',
    place: { lat: 58.27, lon: 11.43 },
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
  })
const openCases = async () =>
  await site.town.cases.list(north, { which: 'open', limit: 10 })

/** What the page carries of the form, as a browser would send it with one of its buttons. */
function carried(page: Element, button: string): Record<string, string> {
  const hidden = all(page, 'input').map(({ attributes }): [string, string] => [
    attributes.get('name') ?? '',
    attributes.get('value') ?? '',
  ])
  const pressed = all(page, 'button').find((one) => textOf(one).startsWith(button))
  const follows = pressed?.attributes.get('value') ?? 'no such button'
  return { ...Object.fromEntries(hidden), follows }
}

describe('open cases near a place', () => {
  it('are shown before a new one is made, and one press follows one', async () => {
    const { case: id, number } = await litterBefore()
    const asked = await site.post('/north/report', litterAt())
    expect(asked.status).toBe(200)
    expect(textOf(asked.page)).toContain('About 10 m away. Known since 13:00.')
    expect(await openCases()).toHaveLength(1)
    const sent = carried(asked.page, 'It is this one')
    expect(sent).toMatchObject({ follows: id, text: 'Glas "överallt"', lat: '58.2701' })
    const { page } = await site.post('/north/report', sent)
    expect(textOf(page)).toContain(number)
    expect(await openCases()).toMatchObject([{ id, reports: { human: 2 } }])
  })

  it('are none of them: a case of its own, with everything that was typed', async () => {
    await litterBefore()
    const asked = await site.post('/north/report', litterAt())
    const { status } = await site.post(
      '/north/report',
      carried(asked.page, 'None of these'),
    )
    expect(status).toBe(200)
    expect(await openCases()).toHaveLength(2)
  })

  it('are not asked of who is far away, or named the thing itself', async () => {
    await litterBefore()
    const far = await site.post('/north/report', litterAt({ lat: '58.4' }))
    expect(textOf(far.page)).toContain('Thank you')
    const named = litterAt({ asset: 'lamp-1', key: 'form-key-3' })
    expect(textOf((await site.post('/north/report', named)).page)).toContain('Thank you')
  })

  it('are not asked of a double click, which would find its own', async () => {
    const first = await site.post('/north/report', litterAt())
    const second = await site.post('/north/report', litterAt())
    expect(textOf(first.page)).toContain('NOR-2026-000001')
    expect(textOf(second.page)).toContain('NOR-2026-000001')
    expect(await openCases()).toMatchObject([{ reports: { human: 1 } }])
  })
})
