import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { organisationId } from '../../src/domain/ids.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { phoneJpeg } from '../photos/pictures.ts'
import {
  eventually,
  startService,
  strandkoping,
  type Person,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { photoFiles } from './photo-files.ts'

const gront = organisationId.parse('gront')

/** What staff and the contractor wrote of somebody, against the rules; each stands nowhere else. */
const planted = {
  ordered: 'Hälsa på hos Zyqwfalk, 0523-98 76 54.',
  done: 'Brofjukt, brofjukt@example.net, släppte in oss.',
} as const
const secrets = ['Zyqwfalk', '98 76 54', 'Brofjukt', 'brofjukt@example.net']

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let clock: VirtualClock
let service: TestService
let admin: Person
let gro: Person
beforeAll(async () => {
  folder = await temporaryFolder()
  clock = new VirtualClock()
  service = await startService({ folder: folder.path, clock, also: gront })
  admin = await service.logIn('admin@strandkoping.example')
  gro = await service.logIn('gro@gront.example', gront)
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const made = z.object({ id: z.string(), version: z.int() })
const reported = z.object({ case: z.string() })
const exported = z.object({
  orders: z.array(z.object({ id: z.string(), state: z.string() })),
  events: z.array(z.object({ kind: z.string(), data: z.record(z.string(), z.unknown()) })),
  photos: z.array(z.string()),
})

it('a whole case is exported and erased with its orders: words and photos of the contractor too', async () => {
  const { id, order, photo } = await workDone()
  const mails = await letters()
  expect(mails.length).toBeGreaterThan(1)
  for (const secret of secrets) for (const mail of mails) expect(mail).not.toContain(secret)

  const whole = await admin.get(`/cases/${id}/export?masked=false`)
  const { orders, events, photos } = exported.parse(whole.body)
  expect(orders).toMatchObject([{ id: order, state: 'done' }])
  const texts = events
    .filter(({ kind }) => kind === 'work_order')
    .map(({ data }) => data['text'])
  expect(texts).toEqual([planted.ordered, undefined, planted.done])
  expect(photos).toEqual([photo])
  const masked = JSON.stringify((await admin.get(`/cases/${id}/export`)).body)
  for (const contact of ['98 76 54', 'brofjukt@example.net'])
    expect(masked).not.toContain(contact)

  expect(await photoFiles(folder.path)).not.toEqual([])
  expect((await admin.post(`/cases/${id}/erase`, {})).status).toBe(200)
  expect((await admin.get(`/cases/${id}/orders`)).body).toMatchObject({
    orders: [{ id: order, state: 'done', text: null, photos: [] }],
  })
  const seen = await gro.get('/contractor/orders')
  expect(seen.body).toMatchObject({ orders: [{ id: order, text: null, photos: [] }] })
  const picture = `/contractor/orders/${strandkoping}/${order}/photos/${photo}`
  expect((await gro.get(picture)).status).toBe(404)
  const after = JSON.stringify([
    seen.body,
    (await admin.get(`/cases/${id}/export?masked=false`)).body,
  ])
  for (const secret of secrets) expect(after).not.toContain(secret)
  // Files go with the next sweep.
  const left = () => {
    clock.advance(durationUs(61 * MINUTE))
    return photoFiles(folder.path)
  }
  await eventually(left, (files) => files.length === 0)
})

/** A case of the town's own, with an order that the contractor did and photographed. */
async function workDone() {
  const answer = await admin.post('/cases', {
    category: 'green-area',
    place: { lat: 58.3523, lon: 11.4372 },
    source: 'internal',
    text: 'En gren',
    language: 'sv',
    wantsUpdates: false,
  })
  const { case: id } = reported.parse(answer.body)
  const wanted = { unit: 'gront', text: planted.ordered }
  const { id: order } = made.parse((await admin.post(`/cases/${id}/orders`, wanted)).body)
  await mailed('jour@gront.example')
  const path = `/contractor/orders/${strandkoping}/${order}`
  const accepted = await gro.post(`${path}/move`, { to: 'accepted', version: 1 })
  const { version } = made.parse(accepted.body)
  const photo = await sendPhoto()
  expect((await gro.post(`${path}/photos`, { photos: [photo] })).status).toBe(201)
  const done = { to: 'done', version, text: planted.done }
  expect((await gro.post(`${path}/move`, done)).status).toBe(200)
  await mailed('admin@strandkoping.example')
  return { id, order, photo }
}

async function sendPhoto(): Promise<string> {
  const form = new FormData()
  const bytes = await phoneJpeg({ width: 60, height: 40 })
  form.set('photo', new File([new Uint8Array(bytes)], 'work.jpg', { type: 'image/jpeg' }))
  const url = `${service.http}/api/v1/organisations/${strandkoping}/photos`
  const headers = { 'sec-fetch-site': 'same-origin' }
  const sent = await fetch(url, { method: 'POST', body: form, headers })
  const { photos } = z
    .object({ photos: z.array(z.object({ id: z.string() })) })
    .parse(await sent.json())
  return photos[0]?.id ?? ''
}

const aMinuteOn = async () => {
  clock.advance(durationUs(MINUTE))
  return await letters()
}

/** Lets the time pass until a letter of orders was sent to that address. */
async function mailed(address: string): Promise<void> {
  await eventually(aMinuteOn, (sent) =>
    sent.some((mail) => mail.includes(`To: ${address}`) && mail.includes('-A1: ')),
  )
}

/** Every letter, its text decoded. */
async function letters(): Promise<readonly string[]> {
  const mail = join(folder.path, 'mail')
  const names = await readdir(mail).catch(() => [])
  return await Promise.all(
    names
      .filter((name) => name.endsWith('.eml'))
      .map(async (name) => {
        const text = await readFile(join(mail, name), 'utf8')
        const body = text.split('\r\n\r\n').slice(1).join('\r\n\r\n')
        const isBase64 = /^Content-Transfer-Encoding: base64/im.test(text)
        const decoded = isBase64 ? Buffer.from(body, 'base64').toString('utf8') : body
        // Quoted-printable breaks lines anywhere.
        return `${text}\n${decoded.replaceAll(/=\r?\n/g, '')}`
      }),
  )
}
