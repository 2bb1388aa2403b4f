import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { durationUs, HOUR, MINUTE } from '../../src/domain/time.ts'
import { startService, strandkoping, type TestService } from '../support/service.ts'
import { startSmtpSink } from '../support/smtp.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { category, gront, move, type Story } from './channels.ts'
import { dumpSqlite, filesWith, found } from './look-everywhere.ts'

/** What callers say of themselves: nowhere in plain, at no time. */
const callers = {
  name: 'Xkdjgunnar Öqdwsson',
  email: 'kqdz.ring@example.org',
  phone: '0523-98 76 54',
  words: 'Zyqdfalk',
  other: 'Hqdvgranne',
} as const
/** What staff and contractors write down, in plain, until the case goes. */
const written = {
  sign: 'Nqdz-Jqpdsson',
  key: 'bqdk-0523112233',
  address: 'Bqxdstigen 4',
  answer: 'Kvqdsvar',
  outside: 'Markägare Vxqdsson',
  reference: 'Rqdreferens',
  hold: 'Tvqdist',
  ordered: 'Gqdrind',
  declined: 'Wqdavböjt',
  done: 'Pqdgjort',
  comment: 'Lqdanteckning',
  later: 'Fqdsenare',
  laterOrder: 'Mqdsist',
} as const
const all: readonly string[] = [
  ...Object.values(callers),
  ...Object.values(written),
  '523987654',
]

const taken = z.object({ case: z.string() })
const ordered = z.object({ id: z.string(), version: z.int() })
const place = { lat: 58.3523, lon: 11.4372 }

it(
  'forgets everywhere what was taken down at the desk, and what was written about it afterwards',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFolder()
    const dump = () => dumpSqlite(join(folder.path, 'gatuvakt.sqlite'))
    const logged: string[] = []
    await using sink = await startSmtpSink()
    {
      await using service = await startService({
        folder: folder.path,
        clock: new VirtualClock(),
        also: gront,
        mailUrl: sink.url,
        hearLog: (line) => logged.push(line),
      })
      const staff = await service.logIn('admin@strandkoping.example')
      const contractor = await service.logIn('gro@gront.example', gront)
      const story: Story = { service, staff, contractor }
      const answered = await answeredAtOnce(story)
      const worked = await workedOn(story)
      await held(service, worked)
      expect(found(Object.values(callers), dump(), 'tables')).toEqual([])
      expect(found(Object.values(written), dump(), 'tables')).not.toEqual([])
      service.pass(durationUs(11 * MINUTE))
      await service.settle()

      const erase = async (id: string, people: number) =>
        expect(await staff.post(`/cases/${id}/erase`, {})).toMatchObject({
          status: 200,
          body: { erased: people },
        })
      await erase(answered, 1)
      await erase(worked, 2)
      expect(found(all, dump(), 'tables')).toEqual([])

      // It is still open, so staff go on writing; whoever asks again is not told that it is done.
      service.pass(durationUs(MINUTE))
      const said = { to: 'staff', version: 0, text: written.later }
      expect((await staff.post(`/cases/${worked}/say`, said)).status).toBe(200)
      await erase(worked, 0)
      expect(found(all, dump(), 'tables')).toEqual([])
      service.pass(durationUs(MINUTE))
      await order(story, worked, written.laterOrder)
      await erase(worked, 0)
      await erase(worked, 0)
      service.pass(durationUs(11 * MINUTE))
      await service.settle()
      service.pass(HOUR)
    }
    expect([
      ...found(all, dump(), 'tables'),
      ...found(all, logged.join(''), 'log'),
      ...(await filesWith(all, folder.path)),
    ]).toEqual([])
  },
)

/** Somebody calls, is told who is responsible, and the case is closed while the report is taken down. */
async function answeredAtOnce({ staff }: Story): Promise<string> {
  const { name, email, phone, words } = callers
  const answer = await staff.post('/cases', {
    category,
    place,
    address: written.address,
    source: 'phone',
    sourceDetail: written.sign,
    idempotencyKey: written.key,
    text: words,
    language: 'sv',
    contact: { name, email, phone },
    wantsUpdates: true,
    answered: {
      reason: 'not_responsible',
      outside: written.outside,
      text: written.answer,
    },
  })
  expect(answer.status).toBe(201)
  return taken.parse(answer.body).case
}

/** Handed out and back, ordered of a contractor and of a unit, declined and done, with words each time. */
async function workedOn(story: Story): Promise<string> {
  const { staff, contractor } = story
  const answer = await staff.post('/cases', {
    category,
    place: { lat: 58.3611, lon: 11.4511 },
    source: 'internal',
    text: callers.words,
    language: 'sv',
    contact: { name: callers.name, email: callers.email },
    wantsUpdates: true,
  })
  expect(answer.status).toBe(201)
  const { case: id } = taken.parse(answer.body)
  const added = await staff.post('/cases', {
    category,
    source: 'visit',
    follows: id,
    text: callers.other,
    language: 'sv',
    contact: { phone: callers.phone },
  })
  expect(added).toMatchObject({ status: 201, body: { case: id } })
  const { outside, reference } = written
  await move(staff, `/cases/${id}`, 'waiting_external', { outside, reference })
  await move(staff, `/cases/${id}`, 'in_progress', { text: written.comment })
  const declined = await order(story, id, written.ordered)
  const path = `/contractor/orders/${strandkoping}`
  const no = { to: 'declined', version: declined.version, text: written.declined }
  expect((await contractor.post(`${path}/${declined.id}/move`, no)).status).toBe(200)
  const again = await order(story, id, written.ordered)
  const yes = { to: 'accepted', version: again.version }
  const { version } = ordered.parse(
    (await contractor.post(`${path}/${again.id}/move`, yes)).body,
  )
  const done = { to: 'done', version, text: written.done }
  expect((await contractor.post(`${path}/${again.id}/move`, done)).status).toBe(200)
  return id
}

async function order({ staff }: Story, id: string, text: string) {
  const answer = await staff.post(`/cases/${id}/orders`, { unit: 'gront', text })
  expect(answer.status).toBe(200)
  return ordered.parse(answer.body)
}

/** A hold that is over by the time the case goes. */
async function held({ local }: TestService, id: string): Promise<void> {
  const payload = { organisation: strandkoping, case: id }
  for (const [url, more] of [
    ['/privacy-hold', { reference: written.hold }],
    ['/privacy-release', {}],
  ] as const) {
    const answer = await local.inject({
      method: 'POST',
      url,
      payload: { ...payload, ...more },
    })
    expect(answer.statusCode).toBe(200)
  }
}
