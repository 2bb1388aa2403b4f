import { once } from 'node:events'
import { createServer } from 'node:http'
import { systemClock } from '../../src/clock.ts'
import { createFetch } from '../../src/open311/fetch.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { north } from '../support/database.ts'
import { jpeg } from '../photos/pictures.ts'
import { aRequest, catalogue, openSite, type Site } from './site.ts'

let site: Site
let picture: Buffer
beforeAll(async () => {
  picture = await jpeg({ width: 60, height: 40 })
  const fetch = createFetch({ clock: systemClock, allow: ['127.0.0.0/8'] })
  site = await openSite({ photos: true, parts: { fetch } })
})
afterAll(() => site[Symbol.asyncDispose]())

async function send(path: string, files: Readonly<Record<string, Buffer>>, extra = {}) {
  const form = new FormData()
  const fields = { ...aRequest(site.keys), ...extra }
  // The key may come after the photos.
  for (const [name, bytes] of Object.entries(files)) {
    form.append(
      name,
      new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }),
      `../../${name}.jpeg`,
    )
  }
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return await fetch(site.endpoint + path, { method: 'POST', body: form })
}

const inWords = (bytes: Buffer) => `data:image/jpeg;base64,${bytes.toString('base64')}`

const photosOf = async (id: string) =>
  await site.database
    .read(north)
    .selectFrom('photo')
    .selectAll()
    .where('case', '=', id)
    .execute()

async function idIn(answer: Response): Promise<string> {
  const text = await answer.text()
  const [, id] = /<service_request_id>(.*?)</.exec(text) ?? []
  if (id === undefined) throw new Error(text)
  return id
}

describe('photos of a report', () => {
  it('come as parts and stay with the case, once', async () => {
    const files = { photo1: picture, photo2: picture, file_x: Buffer.from('no picture') }
    const answer = await send('requests.xml', files, { description: 'Med bilder' })
    expect(answer.status).toBe(200)
    const again = answer.clone()
    const id = await idIn(answer)
    expect(await again.text()).toContain('<service_notice>1 foto kunde')
    const about = await site.caseOf(id)
    expect(await photosOf(about)).toHaveLength(2)
    const repeated = await send('requests.xml', files, { description: 'Med bilder' })
    expect(await idIn(repeated)).toBe(id)
    expect(await photosOf(about)).toHaveLength(2)
  })

  it('are fetched where only their address came', async () => {
    const server = createServer((_request, response) => response.end(picture))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const id = await site.report({ media_url: `http://127.0.0.1:${port}/1.jpeg` })
    server.close()
    expect(await photosOf(await site.caseOf(id))).toHaveLength(1)
  })

  it('are fetched from nowhere where the organisation says so', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end(picture)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const { open311 } = catalogue
    if (open311 === undefined) throw new Error('this town has a door')
    site.configure({ open311: { ...open311, fetchMedia: false } })
    const id = await site.report({ media_url: `http://127.0.0.1:${port}/1.jpeg` })
    const own = await site.report({
      description: 'Med bild i',
      media_url: inWords(picture),
    })
    site.configure({ open311 })
    server.close()
    expect(asked).toEqual([])
    expect(await photosOf(await site.caseOf(id))).toEqual([])
    // Nobody is asked for what stands in the form itself.
    expect(await photosOf(await site.caseOf(own))).toHaveLength(1)
  })

  it.each([
    ['a picture', () => inWords(picture), 1],
    [
      'a picture whose plus signs became blanks',
      () => inWords(picture).replaceAll('+', ' '),
      1,
    ],
    ['no picture', () => inWords(Buffer.from('no picture')), 0],
    ['no base64', () => 'data:image/jpeg;base64,%%%', 0],
    ['nothing', () => 'data:image/jpeg;base64,', 0],
    ['another kind', () => inWords(picture).replace('image/jpeg', 'text/html'), 0],
    ['no length', () => 'data:,', 0],
  ])('may stand in their address: %s', async (what, address, count) => {
    const id = await site.report({ description: what, media_url: address() })
    expect(await photosOf(await site.caseOf(id))).toHaveLength(count)
    const update = {
      ...aRequest(site.keys),
      service_request_id: id,
      update_id: 'u1',
      status: 'OPEN',
      updated_datetime: '2026-11-20T12:00:00Z',
      media_url: address(),
      description: 'Så här',
    }
    const answer = await site.post('servicerequestupdates.xml', update)
    expect(answer.status).toBe(200)
    expect(await photosOf(await site.caseOf(id))).toHaveLength(2 * count)
  })

  it('are refused above 10 MB, in the words of the contract', async () => {
    const answer = await send('requests.xml', { photo1: Buffer.alloc(11 * 1024 * 1024) })
    expect(answer.status).toBe(413)
    expect(await answer.text()).toContain('<errors><error><code>413</code>')
  })

  it('come with what somebody adds', async () => {
    const id = await site.report()
    const update = {
      service_request_id: id,
      update_id: 'u1',
      status: 'OPEN',
      updated_datetime: '2026-11-20T12:00:00Z',
      description: 'Så här',
    }
    const answer = await send('servicerequestupdates.xml', { photo1: picture }, update)
    expect(answer.status).toBe(200)
    expect(await photosOf(await site.caseOf(id))).toHaveLength(1)
  })
})
