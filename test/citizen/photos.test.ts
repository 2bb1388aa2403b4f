import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { north } from '../support/database.ts'
import { heicHead, jpeg, png, pngBomb } from '../photos/pictures.ts'
import { all, byId, textOf, valueOf, type Element } from './markup.ts'
import { openSite, type FormFile, type Site } from './site.ts'

const bomb = pngBomb({ width: 50_000, height: 50_000 })

let site: Site
let picture: Buffer
beforeAll(async () => {
  site = await openSite()
  picture = await jpeg({ width: 120, height: 80 })
})
afterAll(() => site[Symbol.asyncDispose]())

let sent = 0
/** A report of a place of its own, so that each makes a case. */
function form(rest: Record<string, string> = {}): Record<string, string> {
  sent += 1
  return {
    category: 'litter',
    where: `Stranden ${sent}`,
    key: `form-key-${sent}`,
    lang: 'en',
    ...rest,
  }
}

const send = (fields: Record<string, string>, ...files: readonly Uint8Array[]) =>
  site.post(
    '/north/report',
    fields,
    files.map((bytes): FormFile => ['photos', bytes]),
  )
const kept = (page: Element) =>
  all(page, 'input')
    .map(({ attributes }) => attributes.get('name') ?? '')
    .filter((name) => /^photo-[0-9a-f]{32}$/.test(name))
const photosOf = async (body: string) => {
  const token = /\/f\/([\w-]+)/.exec(body)?.[1] ?? ''
  const { case: id } = await site.town.cases.follower(token)
  return await site.photos.of(site.town.database.read(north), [id])
}

it('asks the browser for pictures that can be read, and for no script', async () => {
  const { page } = await site.get('/north/report?category=litter&lang=en')
  const { attributes } = byId(page, 'photos')
  expect(attributes.get('accept')).toBe('image/jpeg,image/png,image/webp')
  const [reporting] = all(page, 'form')
  expect(reporting?.attributes.get('enctype')).toBe('multipart/form-data')
})

it('takes five photos with the report; nobody outside sees them yet', async () => {
  const five = Array.from({ length: 5 }, () => picture)
  const { status, body } = await send(form(), ...five)
  expect(status).toBe(200)
  const found = await photosOf(body)
  expect(found.map(({ isPublic }) => isPublic)).toEqual(
    Array.from({ length: 5 }, () => false),
  )
})

describe('a photo that cannot be taken', () => {
  it.each([
    ['text', () => [Buffer.from('hello')], 'A file is not a photo'],
    ['a HEIC', () => [heicHead()], 'A file is not a photo'],
    ['half a photo', () => [picture.subarray(0, 500)], 'A file is not a photo'],
    ['11 MB', () => [Buffer.alloc(11 * 1_048_576)], 'A photo is too large'],
    ['too much together', () => [...many(3, 9), picture], 'A photo is too large'],
    ['50 MB', () => [Buffer.alloc(50 * 1_048_576)], 'A photo is too large'],
    ['a bomb', () => [bomb], 'A photo is too large'],
    ['six', () => Array.from({ length: 6 }, () => picture), 'At most 5 photos'],
  ])('says so and keeps the rest of the form: %s', async (_, files, words) => {
    const fields = form({ text: 'Glas & skräp', email: 'kim@example.se' })
    const { status, page } = await send(fields, ...files())
    expect(status).toBe(422)
    expect(textOf(byId(page, 'photos-error'))).toContain(words)
    expect(byId(page, 'photos').attributes.get('aria-describedby')).toContain(
      'photos-error',
    )
    expect(valueOf(byId(page, 'text'))).toBe('Glas & skräp')
    expect(valueOf(byId(page, 'email'))).toBe('kim@example.se')
  })
})

it.each([
  ['200 photos', () => Array.from({ length: 200 }, () => Buffer.from('x'))],
  ['101 MB', () => many(11, 10)],
])('answers %s with a page, and takes nothing', async (_, files) => {
  const before = await waiting()
  const { status, body } = await send(form({ text: 'Glas' }), ...files())
  expect(status).toBe(413)
  expect(body).toContain('För mycket skickades på en gång')
  expect(await waiting()).toEqual(before)
})

it('keeps photos that were taken while something else is mended, unless they are unticked', async () => {
  const wrong = form({ email: 'no address' })
  const first = await send(wrong, picture, await png({ width: 60, height: 60 }))
  expect(first.status).toBe(422)
  const [one = '', two = ''] = kept(first.page)
  expect(two).not.toBe('')
  const mended = { ...wrong, email: '', [one]: 'yes' }
  const { status, body } = await send(mended, picture)
  expect(status).toBe(200)
  const found = await photosOf(body)
  expect(found).toHaveLength(2)
  expect(found[0]?.id).toBe(one.replace('photo-', ''))
  expect(found.map(({ id }) => `photo-${id}`)).not.toContain(two)
})

it('says so when photos went with another report already', async () => {
  const first = await send(form(), picture)
  const [used] = await photosOf(first.body)
  const { status, page } = await send(form({ [`photo-${used?.id}`]: 'yes' }))
  expect(status).toBe(422)
  expect(textOf(byId(page, 'photos-error'))).toContain('cannot be taken in right now')
  expect(kept(page)).toEqual([])
})

it('takes a double click with photos as one report', async () => {
  const fields = form()
  const pages = await Promise.all([1, 2].map(() => send(fields, picture)))
  expect(pages.map(({ status }) => status)).toEqual([200, 200])
  const rows = await site.town.database
    .read(north)
    .selectFrom('report')
    .select('id')
    .where('idempotency_key', '=', fields['key'] ?? '')
    .execute()
  expect(rows).toHaveLength(1)
})

const waiting = async () =>
  await site.town.database
    .read(north)
    .selectFrom('photo')
    .select('id')
    .where('case', 'is', null)
    .execute()

it('keeps no photo of a program that falls into the trap', async () => {
  const before = await waiting()
  const { status } = await send(form({ website: 'http://spam.example' }), picture)
  expect(status).toBe(422)
  expect(await waiting()).toEqual(before)
})

it('takes photos with what a follower adds, and says when it cannot', async () => {
  const { body } = await send(form())
  const token = /\/f\/([\w-]+)/.exec(body)?.[1] ?? ''
  const say = (...files: readonly Uint8Array[]) =>
    site.post(
      `/f/${token}/say?lang=en`,
      { text: 'Still there', wish: 'none' },
      files.map((bytes): FormFile => ['photos', bytes]),
    )
  const refused = await say(Buffer.from('hello'))
  expect(refused.status).toBe(422)
  expect(valueOf(byId(refused.page, 'text'))).toBe('Still there')
  expect((await say(picture)).status).toBe(303)
  const { case: id } = await site.town.cases.follower(token)
  expect(await site.photos.of(site.town.database.read(north), [id])).toHaveLength(1)
})

it('answers a body that is no form with a page', async () => {
  const response = await site.app.inject({
    method: 'POST',
    url: '/north/report?lang=en',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    payload: 'x',
  })
  expect(response.statusCode).toBeGreaterThanOrEqual(400)
  expect(response.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(response.body).toContain('That did not work')
})

function many(count: number, megabytes: number): readonly Buffer[] {
  return Array.from({ length: count }, () => Buffer.alloc(megabytes * 1_048_576))
}
