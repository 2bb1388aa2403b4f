import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formValues } from '../../src/citizen/form.ts'
import { html } from '../../src/citizen/html.ts'
import { anna, aReport } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { all, byId, ownText, parsePage, textOf, valueOf } from './markup.ts'
import { openSite, type Site } from './site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site[Symbol.asyncDispose]())

const cases = async () => await site.town.cases.list(north, { which: 'all', limit: 10 })
const good = { category: 'lamp-dark', asset: 'LAMP-1', key: 'form-key-1', lang: 'en' }

it('gives a number and a follow link that works', async () => {
  const { status, page, body } = await site.post('/north/report', good)
  expect(status).toBe(200)
  expect(textOf(page)).toContain('NOR-2026-000001')
  const link = /href="(\/f\/[^"]+)"/.exec(body)?.[1] ?? ''
  expect((await site.get(link)).status).toBe(200)
})

it('says that the fault is known, since when, instead of making another case', async () => {
  await site.town.raise('lamp-1')
  const { page } = await site.post('/north/report', good)
  expect(textOf(page)).toContain('we already know about the fault')
  expect(textOf(page)).toContain('Known since 13:00. Our sensor found the fault.')
  expect(await cases()).toHaveLength(1)
})

it('takes a double click as one report', async () => {
  const pages = await Promise.all([1, 2, 3].map(() => site.post('/north/report', good)))
  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await cases()).map(({ reports }) => reports.human)).toEqual([1])
})

it('takes a report of a mere place, with a decimal comma', async () => {
  await site.post('/north/report', {
    category: 'litter',
    where: 'Stranden vid Pinnevik',
    text: 'Glas',
    lat: '58,2746',
    lon: '11.4357',
  })
  const [only] = await cases()
  expect(only?.place).toEqual({ lat: 58.2746, lon: 11.4357 })
  const detail = await site.town.cases.get(north, only?.id ?? '', true)
  expect(detail.reporters?.[0]?.text).toBe('Stranden vid Pinnevik\nGlas')
})

it('keeps everything that was typed, and leads from each error to its field', async () => {
  const typed = {
    category: 'litter',
    asset: 'lamp-0',
    where: '',
    lat: '95',
    lon: '11',
    text: ' \n"Glas" & <b>skräp</b>\n',
    name: "O'Hara <script>",
    email: 'not an address',
    phone: 'ring mig',
    updates: 'yes',
  }
  const { status, page } = await site.post('/north/report', { ...typed, lang: 'en' })
  expect(status).toBe(422)
  expect(await cases()).toEqual([])
  const { category, updates, ...fields } = typed
  for (const [name, value] of Object.entries(fields)) {
    expect(valueOf(byId(page, name))).toBe(value)
  }
  expect(byId(page, 'updates').attributes.has('checked')).toBe(updates === 'yes')
  expect(valueOf(byId(page, 'category'))).toBe(category)
  const summary = all(page, 'div').find(
    ({ attributes }) => attributes.get('role') === 'alert',
  )
  const links = summary === undefined ? [] : all(summary, 'a')
  expect(links.map(({ attributes }) => attributes.get('href'))).toEqual([
    '#asset',
    '#lat',
    '#email',
    '#phone',
  ])
  for (const link of links) {
    const id = link.attributes.get('href')?.slice(1) ?? ''
    const field = byId(page, id)
    expect(field.attributes.get('aria-invalid')).toBe('true')
    expect(field.attributes.get('aria-describedby')).toContain(`${id}-error`)
    expect(textOf(byId(page, `${id}-error`))).toBe(`Error: ${textOf(link)}`)
  }
  expect(all(page, 'title').map(textOf)[0]).toMatch(/^Error: /)
})

it.each([
  ['nothing at all', {}, ['category', 'where']],
  ['no place', { category: 'litter', text: 'Glas överallt' }, ['where']],
  ['zeros of a phone', { category: 'litter', text: 'Glas', lat: '0', lon: '0' }, ['lat']],
  [
    'degrees swapped',
    { category: 'litter', text: 'Glas', lat: '11,43', lon: '58,27' },
    ['lat'],
  ],
  [
    'words nobody sees',
    { category: 'litter', lat: '58.27', lon: '11.43', text: '\u200B\u202E\uFEFF' },
    ['text'],
  ],
  ['half a position', { category: 'litter', text: 'Glas', lat: '58' }, ['lat']],
  ['updates without an address', { ...good, updates: 'yes' }, ['email']],
  ['a category for another thing', { ...good, category: 'ufo' }, ['category']],
  ['a filled trap', { ...good, website: 'http://spam.example' }, ['website']],
])('sends the form back for %s', async (_, fields: Record<string, string>, wrong) => {
  const { status, page } = await site.post('/north/report', { lang: 'sv', ...fields })
  expect(status).toBe(422)
  const summary = all(page, 'div').find(
    ({ attributes }) => attributes.get('role') === 'alert',
  )
  expect(
    summary && all(summary, 'a').map(({ attributes }) => attributes.get('href')),
  ).toEqual(wrong.map((field) => `#${field}`))
})

it('gives a new key when the old one stands for another report', async () => {
  await site.post('/north/report', good)
  const { status, page } = await site.post('/north/report', { ...good, text: 'Mer' })
  expect(status).toBe(422)
  const key = valueOf(byId(page, 'key'))
  expect(key).not.toBe(good.key)
  expect((await site.post('/north/report', { ...good, text: 'Mer', key })).status).toBe(200)
})

describe('following a known fault', () => {
  it('asks for no more than an address, and opens no case', async () => {
    const id = await site.town.raise('lamp-1')
    const { page } = await site.get(
      '/north/report?asset=lamp-1&category=lamp-dark&follow=1',
    )
    const shown = all(page, 'input', 'textarea').filter(
      ({ attributes }) => attributes.get('type') !== 'hidden',
    )
    expect(shown.map(({ attributes }) => attributes.get('name'))).toEqual([
      'name',
      'email',
      'phone',
      'updates',
      'website',
    ])
    const answer = await site.post('/north/report', {
      ...good,
      asset: 'lamp-1',
      follow: '1',
    })
    expect(answer.status).toBe(200)
    expect((await cases()).map((one) => one.id)).toEqual([id])
  })

  it('leads back to the lamp when the fault is mended meanwhile', async () => {
    const response = await site.app.inject({
      method: 'POST',
      url: '/north/report',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ ...good, asset: 'lamp-1', follow: '1' }).toString(),
    })
    expect([response.statusCode, response.headers.location]).toEqual([
      303,
      '/north/a/lamp-1?lang=en',
    ])
    expect(await cases()).toEqual([])
  })
})

it('shows a closing text that tries to be HTML as text', async () => {
  const { case: id, token } = await site.town.cases.report(north, aReport())
  const text = '</p><script>alert("x")</script>'
  await site.town.cases.move(north, id, {
    to: 'closed',
    reason: 'not_responsible',
    text,
    outside: 'Trafikverket',
    version: 1,
    by: anna,
  })
  const { page } = await site.get(`/f/${token}`)
  expect(all(page, 'script')).toEqual([])
  expect(textOf(page)).toContain('</p><script>alert("x")</script>')
})

it('escapes whatever is put into a page', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, attribute) => {
      const page = parsePage(html`<p title="${attribute}">${text}</p>`.toString())
      const [paragraph] = all(page, 'p')
      expect(paragraph && ownText(paragraph)).toBe(text)
      expect(paragraph?.attributes.get('title')).toBe(attribute)
    }),
  )
})

it('makes values of any body without failing', () => {
  fc.assert(
    fc.property(fc.anything(), (body) => {
      const values = Object.values(formValues(body))
      expect(
        values.every((value) => typeof value === 'string' && value.length <= 5_000),
      ).toBe(true)
    }),
  )
})
