import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createPhotos, type PhotoService } from '../../src/photos/create-photos.ts'
import type { Cases } from '../../src/cases/cases.ts'
import type { Database } from '../../src/database/database.ts'
import { Problem } from '../../src/domain/problem.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { seededRandom } from '../support/random.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts'
import { openCase } from '../photos/open-case.ts'
import { heicHead, jpeg, phoneJpeg } from '../photos/pictures.ts'

const boundary = 'x-photos'
const type = { 'content-type': `multipart/form-data; boundary=${boundary}` }

let api: TestApi
let photos: PhotoService
let folder: TemporaryFolder
let picture: Buffer

beforeAll(async () => {
  folder = await temporaryFolder()
  picture = await jpeg({ width: 120, height: 80 })
  // The routes need the database of the API that is made with them.
  let database: Database | undefined
  const late = new Proxy({} as Database, {
    get: (_, name) => (database as never as Record<string | symbol, unknown>)[name],
  })
  photos = createPhotos({
    database: late,
    folder: folder.path,
    clock: systemClock,
    realTime: systemClock,
    random: seededRandom('photos'),
  })
  api = await openTestApi({ photos, cases })
  database = api.database
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await photos[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** Enough of the service of cases: who may see what is tested there. */
const cases = {
  get: async (_: unknown, id: string) => {
    if (id.startsWith('case')) return {}
    throw new Problem({ kind: 'not_found', what: 'no such case' })
  },
  follow: async (token: string) => {
    if (!token.startsWith('N-'))
      throw new Problem({ kind: 'not_found', what: 'no such link' })
    return { organisation: north, number: token }
  },
} as never as Cases

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
    ['six photos', () => Array.from({ length: 6 }, () => picture), 413, /Too much/],
    ['29 MB in five photos', () => five(6 * 1_048_576), 413, /Too much/],
  ])('refuses %s', async (_, files, status, words) => {
    const answer = await send('nobody', '/api/v1/organisations/north/photos', files())
    expect(answer.statusCode).toBe(status)
    expect(answer.json<{ detail: string }>().detail).toMatch(words)
  })

  it.each([
    ['JSON', { 'content-type': 'application/json' }, '{}'],
    ['no boundary', { 'content-type': 'multipart/form-data' }, 'x'],
    ['nothing behind the head', type, `--${boundary}\r\n`],
    [
      'a body that is cut off',
      type,
      `--${boundary}\r\ncontent-disposition: form-data; name="a"; filename="b"\r\n\r\nhalf`,
    ],
  ])('refuses %s', async (_, headers, payload) => {
    const url = '/api/v1/organisations/north/photos'
    const answer = await api.ask('nobody', { method: 'POST', url, headers, payload })
    expect(answer.statusCode).toBe(400)
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
    await openCase(api.database, north, 'case-1')
    const sent = await send('operations', '/api/v1/photos', [picture])
    const [id] = idsOf(sent)
    const url = '/api/v1/cases/case-1/photos'
    const added = await api.ask('operations', {
      method: 'POST',
      url,
      payload: { photos: [id] },
    })
    expect(added.json()).toEqual({
      photos: [{ id, case: 'case-1', report: null, width: 120, height: 80, public: false }],
    })
    const twice = await api.ask('operations', {
      method: 'POST',
      url,
      payload: { photos: [id] },
    })
    expect(twice.statusCode).toBe(400)
    const seen = await api.ask('auditor', { url })
    expect(idsOf(seen)).toEqual([id])
    expect((await send('auditor', '/api/v1/photos', [picture])).statusCode).toBe(403)
    expect((await send('nobody', '/api/v1/photos', [picture])).statusCode).toBe(401)
  })
})

describe('seeing photos', () => {
  it('is for staff of the organisation; for the public after a look at it, by link alone', async () => {
    await openCase(api.database, north, 'case-2')
    await openCase(api.database, north, 'case-3')
    const [id] = idsOf(await send('operations', '/api/v1/photos', [picture]))
    const url = `/api/v1/photos/${id}`
    // It waits: nobody's to see.
    expect((await api.ask('operations', { url })).statusCode).toBe(404)
    await api.ask('operations', {
      method: 'POST',
      url: '/api/v1/cases/case-2/photos',
      payload: { photos: [id] },
    })
    const shown = await api.ask('auditor', { url: `${url}?size=small` })
    expect(shown.headers).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect((await api.ask('nobody', { url })).statusCode).toBe(401)
    expect((await api.ask('operations', { url, organisation: south })).statusCode).toBe(404)

    const link = `/f/N-case-2/photos/${id}`
    expect((await api.ask('nobody', { url: link })).statusCode).toBe(404)
    const release = { method: 'POST', url: `${url}/release` } as const
    expect((await api.ask('auditor', release)).statusCode).toBe(403)
    expect((await api.ask('operations', release)).json()).toMatchObject({ public: true })
    expect((await api.ask('nobody', { url: link })).statusCode).toBe(200)
    expect((await api.ask('nobody', { url: `/f/N-case-3/photos/${id}` })).statusCode).toBe(
      404,
    )
    expect((await api.ask('nobody', { url: `/f/wrong/photos/${id}` })).statusCode).toBe(404)

    await api.ask('operations', { method: 'POST', url: `${url}/withdraw` })
    expect((await api.ask('nobody', { url: link })).statusCode).toBe(404)
  })

  it('of a merged case is as of the case it lies in', async () => {
    await openCase(api.database, north, 'case-4')
    await openCase(api.database, north, 'case-5')
    await api.database.write(north, 'normal', ({ query }) =>
      query
        .updateTable('case')
        .set({ root: 'case-4' })
        .where('id', '=', 'case-5')
        .execute(),
    )
    const [id] = idsOf(await send('operations', '/api/v1/photos', [picture]))
    const payload = { photos: [id] }
    await api.ask('operations', {
      method: 'POST',
      url: '/api/v1/cases/case-5/photos',
      payload,
    })
    await api.ask('operations', { method: 'POST', url: `/api/v1/photos/${id}/release` })
    expect(
      idsOf(await api.ask('operations', { url: '/api/v1/cases/case-4/photos' })),
    ).toEqual([id])
    for (const number of ['N-case-4', 'N-case-5']) {
      const answer = await api.ask('nobody', { url: `/f/${number}/photos/${id}` })
      expect(answer.statusCode).toBe(200)
    }
  })
})

function idsOf(answer: { json(): unknown }): readonly string[] {
  return (answer.json() as { photos: { id: string }[] }).photos.map(({ id }) => id)
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
  return api.ask(who, { method: 'POST', url, headers: type, payload })
}
