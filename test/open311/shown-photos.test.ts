import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { durationUs, SECOND, toIso } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { jpeg } from '../photos/pictures.ts'
import { aRequest, openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite({ photos: true })
})
afterAll(() => site[Symbol.asyncDispose]())

function photosOf({ photos }: Site) {
  if (photos === undefined) throw new Error('this site keeps photos')
  return photos
}

/** A photo of staff that nobody outside sees yet. */
async function added(about: string): Promise<string> {
  const photos = photosOf(site)
  const { id } = await photos.take(north, await jpeg({ width: 60, height: 40 }))
  await site.database.write(north, 'normal', (work) =>
    photos.add(work, { ids: [id], case: about, actor: 'user:anna' }),
  )
  site.clock.advance(durationUs(SECOND))
  return id
}

async function review(how: 'release' | 'withdraw', id: string): Promise<void> {
  await site.database.write(north, 'normal', (work) =>
    photosOf(site)[how](work, id, 'user:anna'),
  )
  site.clock.advance(durationUs(SECOND))
}

/** What is asked for at the address that partners are told. */
async function there(address: string): Promise<Response> {
  return await fetch(address.replace('https://vakt.example', new URL(site.endpoint).origin))
}

interface Told {
  readonly media_url: string | readonly string[] | null
}

async function told(id: string, client?: string): Promise<Told['media_url']> {
  const key = client === undefined ? '' : `?api_key=${site.keys[client]}`
  const list: unknown = await (await site.get(`requests/${id}.json${key}`)).json()
  return (list as Told[])[0]?.media_url ?? null
}

describe('photos that were shown to the public', () => {
  it('stand at addresses that anybody can read, as JPEG without metadata', async () => {
    const id = await site.report()
    const about = await site.caseOf(id)
    const [one, other] = [await added(about), await added(about)]
    expect(await told(id)).toBeNull()
    await review('release', one)
    const address = `https://vakt.example/open311/v2/media/north.se/${one}.jpeg`
    expect(await told(id)).toBe(address)
    const picture = await there(address)
    expect(picture.status).toBe(200)
    expect(picture.headers.get('content-type')).toBe('image/jpeg')
    const bytes = Buffer.from(await picture.arrayBuffer())
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
    expect(bytes.includes('Exif')).toBe(false)

    await review('release', other)
    // Several addresses are told to those who take several.
    expect(await told(id, 'basic')).toBe(address)
    const several = [address, address.replace(one, other)]
    expect(await told(id, 'trusted')).toEqual(several)
    const xml = await (
      await site.get(`requests/${id}.xml?api_key=${site.keys['trusted']}`)
    ).text()
    expect(xml).toContain(several.map((url) => `<media_url>${url}</media_url>`).join(''))

    await review('withdraw', one)
    expect(await told(id)).toBe(address.replace(one, other))
    expect((await there(address)).status).toBe(404)
  })

  it('are news for whoever reported, but for those that came with the report', async () => {
    const picture = await jpeg({ width: 30, height: 20 })
    const form = new FormData()
    for (const [name, value] of Object.entries(aRequest(site.keys)))
      form.append(name, value)
    form.append('photo1', new Blob([new Uint8Array(picture)]), 'a.0.full.jpeg')
    const answer = await fetch(`${site.endpoint}requests.json`, {
      method: 'POST',
      body: form,
    })
    const [receipt] = (await answer.json()) as { service_request_id: string }[]
    const id = receipt?.service_request_id ?? ''
    const about = await site.caseOf(id)
    const [own] = await photosOf(site).of(site.database.read(north), [about])
    await review('release', own?.id ?? '')
    const ours = await added(about)
    await review('release', ours)
    const query = new URLSearchParams({
      api_key: site.keys['fixamingata'] ?? '',
      start_date: '2026-11-20T00:00:00Z',
      end_date: toIso(site.clock.now()),
    })
    const updates = async (): Promise<readonly unknown[]> => {
      const path = `servicerequestupdates.json?${query.toString()}`
      const list = (await (await site.get(path)).json()) as { service_request_id: string }[]
      return list.filter((one) => one.service_request_id === id)
    }
    const media_url = `https://vakt.example/open311/v2/media/north.se/${ours}.jpeg`
    const news = {
      update_id: `${id}-u1`,
      status: 'open',
      description: 'Ett foto har lagts till.',
    }
    expect(await updates()).toMatchObject([{ ...news, media_url }])
    await review('withdraw', ours)
    expect(await updates()).toMatchObject([{ ...news, media_url: null }])
  })

  it('are of cases that everybody may see, and of nothing else', async () => {
    const id = await site.report({ service_code: 'home' })
    const about = await site.caseOf(id)
    const photo = await added(about)
    await review('release', photo)
    const unknown = 'f'.repeat(32)
    const open = await site.report()
    const hidden = await added(await site.caseOf(open))
    const addresses = [
      `media/north.se/${photo}.jpeg`,
      `media/north.se/${hidden}.jpeg`,
      `media/north.se/${unknown}.jpeg`,
      `media/north.se/..%2f..%2fdatabase.jpeg`,
      `media/south.se/${hidden}.jpeg`,
      `media/nowhere.se/${photo}.jpeg`,
    ]
    for (const path of addresses) {
      const answer = await site.get(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.text()).toContain('<errors><error><code>404</code>')
    }
  })
})
