import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { all, byId, textOf, type Element } from './markup.ts'
import { openSite, type Site } from './site.ts'
import { aReport } from '../cases/town.ts'
import { north } from '../support/database.ts'

let site: Site
let token: string
beforeAll(async () => {
  site = await openSite()
  await site.town.raise('lamp-1')
  token = (await site.town.cases.report(north, aReport())).token
})
afterAll(() => site[Symbol.asyncDispose]())

const addresses = () => [
  '/north',
  '/north/a?asset=lamp-0',
  '/north/a/lamp-1',
  '/north/a/lamp-2',
  '/north/report',
  '/north/report?asset=lamp-1&category=lamp-dark&follow=1',
  `/f/${token}`,
  '/nowhere',
]

/** Ids that an attribute points at, for every element that has it. */
const pointed = (page: Element, name: string) =>
  all(page).flatMap(({ attributes }) => attributes.get(name)?.split(' ') ?? [])

describe.each(['sv', 'nb', 'en'] as const)('every page in %s', (language) => {
  const pages = async () =>
    await Promise.all(
      addresses().map(async (url) => {
        const { page } = await site.get(
          `${url}${url.includes('?') ? '&' : '?'}lang=${language}`,
        )
        return page
      }),
    )

  it('says its language and has one heading, one main part and a title', async () => {
    for (const page of await pages()) {
      expect(all(page, 'html')[0]?.attributes.get('lang')).toBe(language)
      expect(all(page, 'h1')).toHaveLength(1)
      expect(all(page, 'main')).toHaveLength(1)
      expect(all(page, 'title').map(textOf).join('')).not.toBe('')
    }
  })

  it('binds every field to a label and every description to its field', async () => {
    for (const page of await pages()) {
      const ids = all(page).flatMap(({ attributes }) => attributes.get('id') ?? [])
      expect(new Set(ids).size).toBe(ids.length)
      const labels = new Set(pointed(page, 'for'))
      const fields = all(page, 'input', 'textarea', 'select').filter(
        ({ attributes }) => attributes.get('type') !== 'hidden',
      )
      for (const { attributes } of fields) {
        expect(labels).toContain(attributes.get('id'))
      }
      const references = ['for', 'aria-describedby', 'aria-labelledby'].flatMap((name) =>
        pointed(page, name),
      )
      expect(references.filter((id) => !ids.includes(id))).toEqual([])
    }
  })

  it('needs no script and no inline style, and skips no heading level', async () => {
    for (const page of await pages()) {
      expect(all(page, 'script', 'style')).toEqual([])
      expect(pointed(page, 'style')).toEqual([])
      const levels = all(page, 'h1', 'h2', 'h3').map(({ name }) => Number(name.slice(1)))
      expect(
        levels.filter((level, at) => at > 0 && level - (levels[at - 1] ?? 0) > 1),
      ).toEqual([])
    }
  })

  it('keeps the language in every link inside the site', async () => {
    for (const page of await pages()) {
      const links = all(page, 'a')
        .filter(({ attributes }) => !attributes.has('lang'))
        .map(({ attributes }) => attributes.get('href') ?? '')
        .filter((href) => href.startsWith('/'))
      expect(links.filter((href) => !href.includes(`lang=${language}`))).toEqual([])
    }
  })
})

it.each([
  ['/north', 'nn-NO,no;q=0.9', 'nb'],
  ['/north', 'de-DE,en;q=0.5', 'en'],
  ['/north', 'de', 'sv'],
  ['/north?lang=sv', 'en', 'sv'],
])('answers %s for a browser that prefers %s in %s', async (url, header, language) => {
  const { page } = await site.get(url, { 'accept-language': header })
  expect(all(page, 'html')[0]?.attributes.get('lang')).toBe(language)
})

it('switches the language without losing what the address says', async () => {
  const { page } = await site.get('/north/report?asset=lamp-2&lang=sv')
  const links = all(page, 'a').filter(({ attributes }) => attributes.has('hreflang'))
  expect(links.map(({ attributes }) => attributes.get('href'))).toEqual([
    '/north/report?asset=lamp-2&lang=nb',
    '/north/report?asset=lamp-2&lang=en',
  ])
})

it('speaks of danger before anything else', async () => {
  const { page } = await site.get('/north/a/lamp-1?lang=sv')
  const [first] = all(page, 'h1', 'h2')
  expect(first?.attributes.get('id')).toBe('danger')
  expect(all(page, 'a').map(({ attributes }) => attributes.get('href'))).toContain(
    'tel:112',
  )
})

it('says on the pole itself that the fault is known, since when and by whom', async () => {
  const { page } = await site.get('/north/a/lamp-1?lang=en')
  const text = textOf(page)
  expect(text).toContain('Lyktstolpe 1')
  expect(text).toContain('Owner Lysekils kommun')
  expect(text).toContain('Known since 13:00. Our sensor found the fault.')
  const links = all(page, 'a').map(({ attributes }) => attributes.get('href'))
  expect(links).toContain('/north/report?asset=lamp-1&category=lamp-dark&follow=1&lang=en')
  expect(links).toContain('/north/report?asset=lamp-1&lang=en')
})

it('finds a lamp by the number as people type it', async () => {
  const response = await site.app.inject('/north/a?asset=%20LAMP-2%20&lang=nb')
  expect([response.statusCode, response.headers.location]).toEqual([
    303,
    '/north/a/lamp-2?lang=nb',
  ])
  const { status, page } = await site.get('/north/a?asset=lamp-0&lang=en')
  expect(status).toBe(404)
  expect(byId(page, 'asset').attributes.get('value')).toBe('lamp-0')
})

it.each([
  '/nowhere',
  '/north/a/pump-1',
  '/north/a/lamp-0',
  '/f/wrong',
  '/NORTH',
  '/north/a/%3Cb%3E',
])('answers %s with a page that says so, and with 404', async (url) => {
  const { status, page } = await site.get(`${url}?lang=en`)
  expect(status).toBe(404)
  expect(textOf(page)).toContain('The page does not exist')
})

it('tells what happened to a report in plain words', async () => {
  const { page, headers } = await site.get(`/f/${token}?lang=en`)
  const entries = all(byId(page, 'main'), 'ol').flatMap((list) =>
    all(list, 'li').map(textOf),
  )
  expect(entries).toEqual([
    '20 November 2026 13:00 Our sensor found the fault',
    '20 November 2026 13:00 The case went to those who look after the place LEVA belysning',
    '20 November 2026 13:00 Another person reported the fault',
  ])
  expect(headers['cache-control']).toBe('no-store')
})

it('serves the one style sheet that its pages name, of less than 10 KB', async () => {
  const { page } = await site.get('/north')
  const [sheet, ...others] = all(page, 'link').map(({ attributes }) =>
    attributes.get('href'),
  )
  expect(others).toEqual([])
  const response = await site.app.inject(sheet ?? '')
  expect(response.headers['content-type']).toBe('text/css; charset=utf-8')
  expect(response.rawPayload.length).toBeLessThan(10_240)
  expect(response.body).not.toMatch(/url\(|@import/)
})
