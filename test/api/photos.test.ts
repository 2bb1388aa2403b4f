import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReportReceipt } from '../../src/cases/cases.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { heicHead, jpeg, phoneJpeg, pngBomb, svg } from '../photos/pictures.ts'

const boundary = 'x-photos'
const type = { 'content-type': `multipart/form-data; boundary=${boundary}` }

const bomb = pngBomb({ width: 50_000, height: 50_000 })
const page = Buffer.from('<!DOCTYPE html><script>alert(1)</script>')

let api: TestApi
let picture: Buffer

beforeAll(async () => {
  picture = await jpeg({ width: 120, height: 80 })
  api = await openTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

/** A case of its own, and a link to follow it. */
function aCase(): Promise<ReportReceipt> {
  return api.cases.report(north, {
    source: 'web',
    category: 'light-out',
    place: { lat: 58.3, lon: 11.4 },
    text: 'Mörkt här',
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
  })
}

async function addTo(caseId: string): Promise<string> {
  const [id = ''] = idsOf(await send('operations', '/api/v1/photos', [picture]))
  const added = await api.ask('operations', {
    method: 'POST',
    url: `/api/v1/cases/${caseId}/photos`,
    payload: { photos: [id] },
  })
  expect(added.statusCode).toBe(201)
  return id
}

describe('sending photos', () => {
  it('takes those of a citizen, and tells where the phone was', async () => {
    const phone = await phoneJpeg({ width: 120, height: 80 })
    const answer = await send('nobody', '/api/v1/organisations/north/photos', [
      picture,
      phone,
    ])
    expect(answer.statusCode).toBe(201)
    const sent = answer.json<{ photos: { id: string; place?: unknown }[] }>()
    expect(sent.photos).toHaveLength(2)
    expect(sent.photos[0]).toEqual({ id: expect.any(String), width: 120, height: 80 })
    expect(sent.photos[1]).toMatchObject({
      width: 80,
      height: 120,
      place: { lon: 18.068_666_7 },
    })
  })

  it.each([
    ['a HEIC', () => [heicHead()], 400, /HEIC/],
    ['text with a name of a photo', () => [Buffer.from('hello')], 400, /not a photo/],
    ['half a photo', () => [picture.subarray(0, 500)], 400, /damaged/],
    ['11 MB', () => [Buffer.alloc(11 * 1_048_576)], 413, /Too much/],
    ['50 MB', () => [Buffer.alloc(50 * 1_048_576, picture)], 413, /Too much/],
    ['200 photos', () => Array.from({ length: 200 }, () => picture), 413, /Too much/],
    ['an SVG with a script', () => [svg], 400, /not a photo/],
    ['a bomb of 50,000 x 50,000 px', () => [bomb], 413, /too many pixels/],
    ['a good one and a page', () => [picture, page], 400, /not a photo/],
    ['six photos', () => Array.from({ length: 6 }, () => picture), 413, /Too much/],
    ['29 MB in five photos', () => five(6 * 1_048_576), 413, /Too much/],
  ])('refuses %s', async (_, files, status, words) => {
    const before = await waiting()
    const answer = await send('nobody', '/api/v1/organisations/north/photos', files())
    expect(answer.statusCode).toBe(status)
    expect(answer.json<{ detail: string }>().detail).toMatch(words)
    expect(answer.json()).toMatchObject({
      where: expect.any(String),
      next: expect.any(String),
    })
    expect(await waiting()).toEqual(before)
  })

  it.each([
    ['JSON', { 'content-type': 'application/json' }, '{}'],
    ['no boundary', { 'content-type': 'multipart/form-data' }, 'x'],
    ['nothing behind the head', type, `--${boundary}\r\n`],
    ['a boundary that never comes', type, 'x'.repeat(100_000)],
    ['a part whose head never ends', type, `--${boundary}\r\nx: ${'y'.repeat(200_000)}`],
    ['a part with 5,000 heads', type, `--${boundary}\r\n${'a: b\r\n'.repeat(5_000)}\r\nx`],
    [
      'a field that reaches for the prototype',
      type,
      `--${boundary}\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\nx\r\n--${boundary}--\r\n`,
    ],
    [
      'a body that is cut off',
      type,
      `--${boundary}\r\ncontent-disposition: form-data; name="a"; filename="b"\r\n\r\nhalf`,
    ],
  ])('refuses %s', async (_, headers, payload) => {
    const url = '/api/v1/organisations/north/photos'
    const request = { method: 'POST', url, headers, payload } as const
    const answer = await api.ask('nobody', { ...request, remoteAddress: elsewhere() })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      where: expect.any(String),
      why: expect.any(String),
      next: expect.any(String),
    })
  })

  it('ignores an empty file and whatever a file is called', async () => {
    const answer = await send('nobody', '/api/v1/organisations/north/photos', [
      Buffer.alloc(0),
    ])
    expect(answer.json()).toEqual({ photos: [] })
    const named = await send(
      'nobody',
      '/api/v1/organisations/north/photos',
      [picture],
      '../../x.exe',
    )
    expect(named.statusCode).toBe(201)
  })

  it('knows no organisation that is not here', async () => {
    const answer = await send('nobody', '/api/v1/organisations/nowhere/photos', [picture])
    expect(answer.statusCode).toBe(404)
  })

  it('takes those of staff, and gives them to a case', async () => {
    const { case: caseId } = await aCase()
    const id = await addTo(caseId)
    const url = `/api/v1/cases/${caseId}/photos`
    const seen = await api.ask('auditor', { url })
    expect(seen.json()).toEqual({
      photos: [{ id, case: caseId, report: null, width: 120, height: 80, public: false }],
    })
    const payload = { photos: [id] }
    const twice = await api.ask('operations', { method: 'POST', url, payload })
    expect(twice.statusCode).toBe(400)
    expect((await send('auditor', '/api/v1/photos', [picture])).statusCode).toBe(403)
    expect((await send('nobody', '/api/v1/photos', [picture])).statusCode).toBe(401)
  })

  it('takes a report with those that its sender sent before, once', async () => {
    const url = '/api/v1/organisations/north'
    const photos = idsOf(await send('nobody', `${url}/photos`, [picture, picture]))
    const payload = {
      category: 'light-out',
      text: 'Mörkt',
      language: 'sv',
      photos,
      place: { lat: 58.3, lon: 11.4 },
    }
    const report = { method: 'POST', url: `${url}/reports`, payload } as const
    const taken = await api.ask('nobody', report)
    expect(taken.statusCode).toBe(201)
    const { token } = taken.json<{ token: string }>()
    const { case: caseId } = await api.cases.follower(token)
    const seen = await api.ask('auditor', { url: `/api/v1/cases/${caseId}/photos` })
    expect(idsOf(seen)).toEqual(photos)
    expect((await api.ask('nobody', report)).statusCode).toBe(400)
  })
})

describe('seeing photos', () => {
  it('is for staff of the organisation; for the public after a look at it, by link alone', async () => {
    const waiting = idsOf(await send('operations', '/api/v1/photos', [picture]))
    // It waits: nobody's to see.
    const asked = await api.ask('operations', { url: `/api/v1/photos/${waiting[0]}` })
    expect(asked.statusCode).toBe(404)
    const { case: caseId, token } = await aCase()
    const other = await aCase()
    const id = await addTo(caseId)
    const url = `/api/v1/photos/${id}`
    const shown = await api.ask('auditor', { url: `${url}?size=small` })
    expect(shown.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect((await api.ask('nobody', { url })).statusCode).toBe(401)
    expect((await api.ask('operations', { url, organisation: south })).statusCode).toBe(404)

    const seenBy = async (link: string): Promise<number> =>
      (await api.ask('nobody', { url: `/f/${link}/photos/${id}` })).statusCode
    expect(await seenBy(token)).toBe(404)
    const release = { method: 'POST', url: `${url}/release` } as const
    expect((await api.ask('auditor', release)).statusCode).toBe(403)
    expect((await api.ask('operations', release)).json()).toMatchObject({ public: true })
    expect(await seenBy(token)).toBe(200)
    expect(await seenBy(other.token)).toBe(404)
    expect(await seenBy('wrong')).toBe(404)

    await api.ask('operations', { method: 'POST', url: `${url}/withdraw` })
    expect(await seenBy(token)).toBe(404)
  })

  it('of a merged case is as of the case it lies in, unless it is hidden', async () => {
    const [into, merged] = [await aCase(), await aCase()]
    const by = { role: 'handler', name: 'user:anna' } as const
    await api.cases.merge(north, merged.case, { into: into.case, version: 1, by })
    const id = await addTo(merged.case)
    await api.ask('operations', { method: 'POST', url: `/api/v1/photos/${id}/release` })
    expect(
      idsOf(await api.ask('operations', { url: `/api/v1/cases/${into.case}/photos` })),
    ).toEqual([id])
    const seenBy = async (link: string): Promise<number> =>
      (await api.ask('nobody', { url: `/f/${link}/photos/${id}` })).statusCode
    expect([await seenBy(into.token), await seenBy(merged.token)]).toEqual([200, 200])
    const { version } = await api.cases.get(north, into.case, false)
    await api.cases.move(north, into.case, {
      to: 'hidden',
      text: 'Ett ansikte på bilden',
      version,
      by: { role: 'administrator', name: 'user:chef' },
    })
    expect([await seenBy(into.token), await seenBy(merged.token)]).toEqual([404, 404])
  })
})

function idsOf(answer: { json(): unknown }): readonly string[] {
  return (answer.json() as { photos: { id: string }[] }).photos.map(({ id }) => id)
}

let asked = 0
/** An address that was not counted before. */
function elsewhere(): string {
  asked += 1
  return `10.9.0.${asked}`
}

/** Photos that nobody's case has. */
async function waiting(): Promise<readonly unknown[]> {
  return await api.database
    .read(north)
    .selectFrom('photo')
    .select('id')
    .where('case', 'is', null)
    .execute()
}

function five(bytes: number): readonly Buffer[] {
  return Array.from({ length: 5 }, () => Buffer.alloc(bytes, 1))
}

function send(
  who: Parameters<TestApi['ask']>[0],
  url: string,
  files: readonly Buffer[],
  name = 'photo.jpg',
) {
  const parts = files.flatMap((file) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="photo"; filename="${name}"\r\ncontent-type: image/jpeg\r\n\r\n`,
    ),
    file,
    Buffer.from('\r\n'),
  ])
  const payload = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
  const request = { method: 'POST', url, headers: type, payload } as const
  return api.ask(who, { ...request, remoteAddress: elsewhere() })
}
