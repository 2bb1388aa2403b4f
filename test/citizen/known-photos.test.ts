import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { category } from '../../src/cases/category.ts'
import type { NewReport } from '../../src/cases/cases.ts'
import { aReport, anna, catalogue } from '../cases/town.ts'
import { jpeg } from '../photos/pictures.ts'
import { north } from '../support/database.ts'
import { all } from './markup.ts'
import { openSite, type Site } from './site.ts'

const home = category.parse({
  name: { sv: 'Hemtjänst', nb: 'Hjemmetjeneste', en: 'Home care' },
  faultClass: 'home',
  private: true,
})
const known = {
  ...catalogue,
  categories: new Map([...catalogue.categories, ['home', home]]),
}

const names = ['open', 'private', 'hidden', 'into', 'merged'] as const
type Name = (typeof names)[number]

let site: Site
const ids = new Map<Name, string>()
const photos = new Map<Name, string>()
const idOf = (name: Name): string => ids.get(name) ?? ''

async function plant(name: Name, rest: Partial<NewReport>): Promise<void> {
  const photo = await site.photos.take(north, await jpeg({ width: 60, height: 40 }))
  const sent = aReport({ photos: [photo.id], ...rest })
  const { case: id } = await site.town.cases.report(north, sent)
  ids.set(name, id)
  photos.set(name, photo.id)
}

beforeAll(async () => {
  site = await openSite({ catalogue: known })
  await plant('open', { asset: 'lamp-1' })
  await plant('private', { asset: 'lamp-2', category: 'home' })
  await plant('hidden', { asset: 'lamp-3' })
  await plant('into', { asset: 'lamp-4' })
  await plant('merged', { asset: 'lamp-5' })
  const { cases } = site.town
  await cases.move(north, idOf('hidden'), {
    to: 'hidden',
    text: 'Ett ansikte på bilden',
    version: (await cases.get(north, idOf('hidden'), false)).version,
    by: { role: 'administrator', name: 'user:chef' },
  })
  await cases.merge(north, idOf('merged'), { into: idOf('into'), version: 1, by: anna })
})
afterAll(() => site[Symbol.asyncDispose]())

const address = (lamp: string, name: Name, organisation = 'north'): string =>
  `/${organisation}/a/${lamp}/photos/${photos.get(name)}?size=small`

async function statusOf(url: string): Promise<number> {
  return (await site.app.inject(url)).statusCode
}

async function shownAt(lamp: string): Promise<readonly string[]> {
  const { page } = await site.get(`/north/a/${lamp}?lang=sv`)
  const pictures = all(page, 'img').map(({ attributes }) => attributes.get('src') ?? '')
  return pictures.toSorted()
}

const change = (what: 'release' | 'withdraw') =>
  site.town.database.write(north, 'normal', async (work) => {
    for (const id of photos.values()) await site.photos[what](work, id, 'user:anna')
  })

describe('pictures on the page of an asset', () => {
  it('are those of open cases that somebody released, and of what lies in them, until they are taken back', async () => {
    expect(await shownAt('lamp-1')).toEqual([])
    expect(await statusOf(address('lamp-1', 'open'))).toBe(404)

    await change('release')
    expect(await shownAt('lamp-1')).toEqual([address('lamp-1', 'open')])
    const both = [address('lamp-4', 'into'), address('lamp-4', 'merged')]
    expect(await shownAt('lamp-4')).toEqual(both.toSorted())
    expect(await statusOf(address('lamp-1', 'open'))).toBe(200)
    expect(await statusOf(address('lamp-4', 'merged'))).toBe(200)

    await change('withdraw')
    expect(await shownAt('lamp-1')).toEqual([])
    expect(await statusOf(address('lamp-1', 'open'))).toBe(404)
  })

  it('are none of a private or a hidden case, and none of another asset or organisation', async () => {
    await change('release')
    for (const lamp of ['lamp-2', 'lamp-3', 'lamp-5'])
      expect(await shownAt(lamp)).toEqual([])
    const elsewhere = [
      address('lamp-2', 'private'),
      address('lamp-3', 'hidden'),
      address('lamp-5', 'merged'),
      address('lamp-1', 'merged'),
      address('lamp-4', 'open'),
      address('nowhere', 'open'),
      address('lamp-1', 'open', 'south'),
    ]
    for (const url of elsewhere) expect([url, await statusOf(url)]).toEqual([url, 404])
  })

  it('go when their case is closed', async () => {
    await change('release')
    const { cases } = site.town
    const { version } = await cases.get(north, idOf('open'), false)
    const closing = { to: 'closed', reason: 'fixed', version, by: anna } as const
    await cases.move(north, idOf('open'), closing)
    expect(await shownAt('lamp-1')).toEqual([])
    expect(await statusOf(address('lamp-1', 'open'))).toBe(404)
  })

  it.each([
    ['/north/a/lamp-1/photos/1?size=small'],
    ['/north/a/lamp-1/photos/..%2f..%2fsecret.key'],
    ['/N%00rth/a/lamp-1/photos/0123456789abcdef0123456789abcdef'],
    ['/north/a/lamp-1/photos/0123456789abcdef0123456789abcdef?size=huge'],
    ['/north/a/lamp-1/photos/0123456789abcdef0123456789abcdef'],
  ])('are not what %s asks for', async (url) => {
    expect([400, 404]).toContain(await statusOf(url))
  })
})
