import { afterAll, beforeAll, expect, it } from 'vitest'
import { talkingJpeg } from '../photos/hostile-files.ts'
import { jpeg } from '../photos/pictures.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'

let api: TestApi
let picture: Buffer

beforeAll(async () => {
  picture = await jpeg({ width: 120, height: 80 })
  api = await openTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

/** Sends one photo under a name and a media type; the id that it got. */
async function take(bytes: Buffer, name: string, kind: string): Promise<string> {
  const head = `--x-photos\r\ncontent-disposition: form-data; name="photo"; filename="${name}"\r\ncontent-type: ${kind}\r\n\r\n`
  const taken = await api.ask('operations', {
    method: 'POST',
    url: '/api/v1/photos',
    headers: { 'content-type': 'multipart/form-data; boundary=x-photos' },
    payload: Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--x-photos--\r\n')]),
  })
  expect(taken.statusCode).toBe(201)
  const { photos } = taken.json<{ photos: readonly { readonly id: string }[] }>()
  expect(photos).toHaveLength(1)
  return photos[0]?.id ?? ''
}

it.each([
  ['../../x.jpg', 'image/jpeg'],
  ['photo.jpg.exe', 'application/x-msdownload'],
  ['photo.php.jpg', 'text/html'],
  ['photo.svg', 'image/svg+xml'],
  ['photo.png', 'image/png'],
  ['CON', ''],
  ['x'.repeat(5_000), 'image/jpeg'],
  ['a%00.jpg', 'multipart/mixed; boundary=y'],
  ['"; name="__proto__', 'image/jpeg; charset=utf-7'],
])('takes a photo by its bytes, whatever it is called (%s, %s)', async (name, kind) => {
  expect(await take(picture, name, kind)).toMatch(/^[0-9a-f]{32}$/)
})

it('keeps nothing of what stood beside a picture, in no file', async () => {
  const { case: about } = await api.cases.report(north, {
    source: 'web',
    category: 'light-out',
    asset: 'lamp-17',
    text: 'Mörkt här',
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
  })
  const talking = await talkingJpeg()
  expect(talking.includes('PLANTED-thumbnail')).toBe(true)
  const id = await take(talking, 'PLANTED-name.jpg', 'image/jpeg')
  const url = `/api/v1/cases/${about}/photos`
  await api.ask('operations', { method: 'POST', url, payload: { photos: [id] } })
  for (const size of ['full', 'small']) {
    const shown = await api.ask('auditor', { url: `/api/v1/photos/${id}?size=${size}` })
    expect(shown.headers['content-type']).toBe('image/jpeg')
    expect(shown.rawPayload.subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8))
    expect(shown.rawPayload.toString('latin1')).not.toMatch(/PLANTED|Exif|adobe|8BIM/)
  }
  const rows = await api.database.read(north).selectFrom('photo').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain('PLANTED')
})
