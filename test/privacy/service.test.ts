import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { phoneJpeg } from '../photos/pictures.ts'
import { dumpPostgres, dumpSqlite, filesWith, found } from './look-everywhere.ts'
import { photoFiles } from './photo-files.ts'
import { allCases } from '../scenario/look.ts'
import { report } from '../scenario/people-say.ts'
import { findPostgres, type PostgresServer } from '../support/postgres.ts'
import {
  eventually,
  startService,
  strandkoping,
  type Person,
  type TestService,
} from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { startSmtpSink, type SmtpSink } from '../support/smtp.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/** Three people, one for each door; every word stands nowhere else in the installation. */
const people = {
  api: {
    contact: {
      name: 'Kim Plantersson',
      email: 'kim.qzvw@example.org',
      phone: '0523-98 76 54',
    },
    text: 'Zyqwfalk ringde om lyktan',
  },
  form: {
    contact: {
      name: 'Bo Gravlund',
      email: 'bo.xkcj@example.net',
      phone: '+46 523 11 22 33',
    },
    text: 'Brofjukt har sett det',
  },
  desk: {
    contact: {
      name: 'Eva Myrstrand',
      email: 'eva.jjqp@example.com',
      phone: '0702223344',
    },
    text: 'Vimplokt vid hissen',
  },
} as const

const secrets: readonly string[] = Object.values(people).flatMap(({ contact, text }) =>
  Object.values<string>(contact).concat(text.slice(0, text.indexOf(' '))),
)
/** The same numbers as programs write them. */
const everywhere = [...secrets, '523987654', '523112233', '702223344']

const place = { category: 'light-out', asset: 'lamp-17', language: 'sv' }

async function sayThroughEveryDoor(service: TestService, desk: Person): Promise<void> {
  const { api, form } = people
  const photos = [await sendPhoto(service)]
  const sent = await report(service, { ...place, ...api, photos, wantsUpdates: true })
  expect(sent.status).toBe(201)
  const typed = new URLSearchParams({
    ...place,
    text: form.text,
    ...form.contact,
    updates: '1',
    lang: 'sv',
  })
  const url = `${service.http}/${strandkoping}/report`
  const headers = { origin: service.http }
  const answer = await fetch(url, { method: 'POST', body: typed, headers })
  expect(answer.status).toBe(200)
  const taken = await desk.post('/cases', {
    ...place,
    ...people.desk,
    source: 'phone',
    wantsUpdates: true,
  })
  if (taken.status === 404)
    await report(service, { ...place, ...people.desk, wantsUpdates: true })
  else expect(taken.status).toBe(201)
}

/** Sends a photo as a phone does, with the make of the camera inside; returns its id. */
async function sendPhoto(service: TestService): Promise<string> {
  const form = new FormData()
  const bytes = await phoneJpeg({ width: 60, height: 40 })
  form.set('photo', new File([new Uint8Array(bytes)], 'kim.jpg', { type: 'image/jpeg' }))
  const url = `${service.http}/api/v1/organisations/${strandkoping}/photos`
  const headers = { origin: service.http }
  const answer = await fetch(url, { method: 'POST', body: form, headers })
  expect(answer.status).toBe(201)
  const { photos } = z
    .object({ photos: z.array(z.object({ id: z.string() })) })
    .parse(await answer.json())
  return photos[0]?.id ?? ''
}

/** Reports, mails, closes and erases; looks for the words after each step, and returns what is left. */
async function wholeStory({
  folder,
  databaseUrl,
  dump,
}: {
  readonly folder: string
  readonly databaseUrl?: string
  /** Every text of every table. */
  readonly dump: () => Promise<string>
}): Promise<readonly string[]> {
  const clock = new VirtualClock()
  const logged: string[] = []
  await using sink = await startSmtpSink()
  {
    await using service = await startService({
      folder,
      clock,
      mailUrl: sink.url,
      hearLog: (line) => logged.push(line),
      ...(databaseUrl !== undefined && { databaseUrl }),
    })
    const desk = await service.logIn('admin@strandkoping.example')
    await sayThroughEveryDoor(service, desk)
    await mailed(service, sink, 3)
    const [one] = await allCases(desk)
    const body = { to: 'closed', version: one?.version, reason: 'fixed', text: 'Bytt' }
    expect((await desk.post(`/cases/${one?.id}/move`, body)).status).toBe(200)
    await mailed(service, sink, 6)
    expect(new Set(toReporters(sink).flatMap(({ to }) => to)).size).toBe(3)
    // Staff read who it was, and it is sealed all the same.
    const shown = await desk.get(`/cases/${one?.id}`)
    for (const word of secrets) expect(JSON.stringify(shown.body)).toContain(word)
    expect(found(everywhere, await dump(), 'tables')).toEqual([])
    expect(await filesWith(everywhere, folder)).toEqual([])

    // Letters about this wait in the outbox when the people are erased, and are never sent.
    const [closed] = await allCases(desk)
    const reopened = { to: 'assigned', version: closed?.version, text: 'Släckt igen' }
    const moved = await desk.post(`/cases/${one?.id}/move`, reopened)
    expect(moved.status).toBe(200)
    const { phone } = people.api.contact
    const said = { to: 'staff', version: 0, text: `Nås på ${phone}` }
    expect((await desk.post(`/cases/${one?.id}/say`, said)).status).toBe(200)
    expect(await photoFiles(folder)).not.toEqual([])
    const statistics = async () => (await desk.get('/statistics')).body
    const before = await statistics()
    const erased = await desk.post(`/cases/${one?.id}/erase`, {})
    expect(erased).toMatchObject({ status: 200, body: { erased: 3 } })
    // Who is forgotten was a report all the same.
    expect(await statistics()).toEqual(before)
    const after = await desk.get(`/cases/${one?.id}`)
    expect(found(everywhere, JSON.stringify(after.body), 'answer')).toEqual([])
    const { cases } = z
      .object({ cases: z.array(z.object({ state: z.string() })) })
      .parse((await desk.get('/cases?which=all')).body)
    expect(cases).toMatchObject([{ state: 'assigned' }])
    service.pass(durationUs(11 * MINUTE))
    await service.settle()
    expect(found(everywhere, await dump(), 'tables')).toEqual([])
    // Within two hours their photos are off the disk.
    service.pass(HOUR)
    await eventually(
      () => photoFiles(folder),
      (files) => files.length === 0,
    )
  }
  // Alarms that rose in the meantime told desks; nobody who reported was told any more.
  expect(toReporters(sink)).toHaveLength(6)
  expect(logged.length).toBeGreaterThan(0)
  return [
    ...found(everywhere, await dump(), 'tables'),
    ...found(everywhere, logged.join(''), 'log'),
    ...(await filesWith(everywhere, folder)),
  ]
}

/** Waits until reporters have got so many letters. Short: a try that takes 45 s is made again. */
async function mailed(service: TestService, sink: SmtpSink, count: number): Promise<void> {
  // News of one case wait for each other for some minutes; nobody is sending while the time jumps.
  service.clock.suspend(durationUs(11 * MINUTE))
  await eventually(
    () => {
      service.pass(durationUs(SECOND / 5))
      return Promise.resolve(toReporters(sink).length)
    },
    (length) => length === count,
  )
}

function toReporters({ received }: SmtpSink) {
  const known = new Set<string>(Object.values(people).map(({ contact }) => contact.email))
  return received.filter(({ to }) => to.some((address) => known.has(address)))
}

it(
  'keeps what people say sealed, and forgets it everywhere',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFolder()
    const left = await wholeStory({
      folder: folder.path,
      dump: () => Promise.resolve(dumpSqlite(join(folder.path, 'gatuvakt.sqlite'))),
    })
    expect(left).toEqual([])
  },
)

describeWithService('postgres', await findPostgres(), (start) => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('does so on PostgreSQL too', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder()
    const databaseUrl = await server.createDatabase()
    const left = await wholeStory({
      folder: folder.path,
      databaseUrl,
      dump: () => dumpPostgres(databaseUrl),
    })
    expect(left).toEqual([])
  })
})
