import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseActor, NewReport } from '../../src/cases/cases.ts'
import { category } from '../../src/cases/category.ts'
import { releaseText, withdrawText } from '../../src/privacy/released-texts.ts'
import { aReport, anna, catalogue } from '../cases/town.ts'
import { jpeg } from '../photos/pictures.ts'
import { north } from '../support/database.ts'
import { all, textOf, type Element } from './markup.ts'
import { openSite, type Site } from './site.ts'

const words = (text: string) => ({ sv: text, nb: text, en: text })
const known = {
  ...catalogue,
  categories: new Map([
    ...catalogue.categories,
    [
      'home',
      category.parse({
        name: words('Hemtjänst Eken'),
        faultClass: 'home',
        private: true,
        questions: [{ code: 'more', text: words('Vad mer?'), answer: 'text' }],
      }),
    ],
  ]),
}
const administrator: CaseActor = { role: 'administrator', name: 'user:chef' }

/** What people said and what staff said among themselves; none of it may be on any page. */
const planted = [
  'Kim Planterad',
  'kim@planterad.example',
  '0709-998 877',
  'PLANTERAD-BESKRIVNING',
  'PLANTERAD-UPPFÖLJNING',
  'PLANTERAD-ANTECKNING',
  'PLANTERAD-ORSAK',
  'PLANTERAT-SVAR',
]

let site: Site
/** Token of each case. */
const tokens = new Map<string, string>()
const ids = new Map<string, string>()
const numbers = new Map<string, string>()
const photos = new Map<string, string>()

async function plant(name: string, rest: Partial<NewReport>): Promise<void> {
  const picture = await jpeg({ width: 60, height: 40 })
  const photo = await site.photos.take(north, picture)
  const receipt = await site.town.cases.report(
    north,
    aReport({
      text: 'PLANTERAD-BESKRIVNING',
      contact: {
        name: 'Kim Planterad',
        email: 'kim@planterad.example',
        phone: '0709-998 877',
      },
      photos: [photo.id],
      ...rest,
    }),
  )
  const { case: id, token, number } = receipt
  await site.town.cases.followUp(north, id, {
    source: 'web',
    by: { role: 'reporter', name: 'citizen' },
    text: 'PLANTERAD-UPPFÖLJNING',
    wish: 'none',
  })
  await site.town.cases.say(north, id, {
    version: 1,
    text: 'PLANTERAD-ANTECKNING',
    to: 'staff',
    by: anna,
  })
  tokens.set(name, token)
  ids.set(name, id)
  numbers.set(name, number)
  photos.set(name, photo.id)
}

const idOf = (name: string): string => ids.get(name) ?? ''

beforeAll(async () => {
  site = await openSite({ catalogue: known })
  await plant('open', {})
  await plant('private', {
    category: 'home',
    asset: 'lamp-2',
    answers: { more: 'PLANTERAT-SVAR' },
  })
  await plant('hidden', { asset: 'lamp-3' })
  await plant('into', { asset: 'lamp-4' })
  await plant('merged', { asset: 'lamp-5' })
  const { version } = await site.town.cases.get(north, idOf('hidden'), false)
  await site.town.cases.move(north, idOf('hidden'), {
    to: 'hidden',
    text: 'PLANTERAD-ORSAK',
    version,
    by: administrator,
  })
  const merging = { into: idOf('into'), version: 1, by: anna }
  await site.town.cases.merge(north, idOf('merged'), merging)
})
afterAll(() => site[Symbol.asyncDispose]())

/** Pages that one walk may see. */
const MOST = 300

/** Every page that links of pages lead to, from what anybody may type. */
async function walk(from: readonly string[]): Promise<ReadonlyMap<string, Element>> {
  const seen = new Map<string, Element>()
  const open = [...from]
  for (let url = open.shift(); url !== undefined; url = open.shift()) {
    if (seen.has(url) || !url.startsWith('/') || url.includes('/photos/')) continue
    const { status, page } = await site.get(url)
    // A redirection leads on to a page that is walked as well.
    if (status !== 303) seen.set(url, page)
    expect(seen.size).toBeLessThan(MOST)
    open.push(
      ...all(page, 'a', 'form').flatMap(({ attributes }) => [
        attributes.get('href') ?? '',
        attributes.get('method') === 'get' ? (attributes.get('action') ?? '') : '',
      ]),
    )
  }
  return seen
}

const lamps = ['lamp-1', 'lamp-2', 'lamp-3', 'lamp-4', 'lamp-5', 'lamp-6', 'pump-1']
const entrances = [
  '/north?lang=sv',
  '/north/report?lang=sv',
  ...lamps.flatMap((id) => [
    `/north/a/${id}?lang=sv`,
    `/north/a?asset=${id}&lang=sv`,
    `/north/r/${id}`,
    `/north/report?asset=${id}&lang=sv`,
    ...[...known.categories.keys()].map(
      (one) => `/north/report?asset=${id}&category=${one}&lang=sv`,
    ),
  ]),
]
const link = (name: string, rest = ''): string => `/f/${tokens.get(name)}${rest}?lang=sv`
const pageText = (page: Element): string =>
  `${textOf(page)} ${all(page)
    .flatMap(({ attributes }) => Array.from(attributes.values()))
    .join(' ')}`

async function isKnown(lamp: string): Promise<boolean> {
  const { page } = await site.get(`/north/a/${lamp}?lang=en`)
  return all(page, 'section').some(
    ({ attributes }) => attributes.get('aria-labelledby') === 'known',
  )
}

describe('somebody without a link', () => {
  it('finds nobody’s words, no picture, no link to follow and no case that is not for everybody', async () => {
    const pages = await walk(entrances)
    expect(pages.size).toBeGreaterThan(lamps.length * 3)
    const secrets = [
      ...planted,
      ...tokens.values(),
      ...photos.values(),
      ...['private', 'hidden', 'merged'].map((name) => numbers.get(name) ?? ''),
    ]
    for (const [url, page] of pages) {
      const shown = pageText(page)
      expect({ url, leaks: secrets.filter((one) => shown.includes(one)) }).toEqual({
        url,
        leaks: [],
      })
      expect(all(page, 'img')).toEqual([])
    }
  })

  it('is told at the lamp of what is open, and not of what is private, hidden or merged', async () => {
    const told = await Promise.all(lamps.slice(0, 6).map(isKnown))
    expect(told).toEqual([true, false, false, true, false, false])
  })
})

describe('somebody with a link', () => {
  it('finds what happened, and nobody’s words', async () => {
    const pages = await walk(
      ['open', 'private', 'into', 'merged'].map((name) => link(name)),
    )
    for (const [url, page] of pages) {
      const shown = pageText(page)
      const leaks = [...planted, ...photos.values()].filter((one) => shown.includes(one))
      expect({ url, leaks }).toEqual({ url, leaks: [] })
    }
    expect((await site.get(link('private'))).status).toBe(200)
  })

  it('of a hidden case finds nothing, whatever it asks', async () => {
    expect((await site.get(link('hidden'))).status).toBe(404)
    const said = await site.post(link('hidden', '/say'), { text: 'Hej', wish: 'none' })
    expect(said.status).toBeGreaterThanOrEqual(404)
  })

  it('finds released words and pictures until they are taken back, in every case that ends in the same', async () => {
    const { clock, database } = site.town
    const rows = await database
      .read(north)
      .selectFrom('report')
      .select('id')
      .where('case', '=', idOf('merged'))
      .execute()
    const of = { id: rows[0]?.id ?? '', actor: 'user:anna', at: clock.now() }
    const photo = photos.get('merged') ?? ''
    await database.write(north, 'normal', async (work) => {
      await releaseText(work, { ...of, text: 'Släppt <text>' })
      await site.photos.release(work, photo, 'user:anna')
    })
    const shownTo = async (name: string): Promise<readonly unknown[]> => {
      const { page } = await site.get(link(name))
      const pictures = all(page, 'img').map(({ attributes }) => attributes.get('src'))
      return [textOf(page).includes('Släppt <text>'), pictures]
    }
    const picture = (name: string): string =>
      `/f/${tokens.get(name)}/photos/${photo}?size=small`
    expect(await shownTo('merged')).toEqual([true, [picture('merged')]])
    expect(await shownTo('into')).toEqual([true, [picture('into')]])
    expect(await shownTo('open')).toEqual([false, []])
    await database.write(north, 'normal', async (work) => {
      await withdrawText(work, of)
      await site.photos.withdraw(work, photo, 'user:anna')
    })
    expect(await shownTo('merged')).toEqual([false, []])
  })
})
