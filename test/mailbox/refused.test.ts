import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { letterProblems } from '../../src/cases/letter-problems.ts'
import { STAFF_MAIL } from '../../src/cases/staff-letters.ts'
import { createSmtpTransport } from '../../src/delivery/mail.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { isAddressGone, statusOfReply } from '../../src/delivery/reply-status.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import type { Renderer } from '../../src/delivery/deliver.ts'
import { HOUR } from '../../src/domain/time.ts'
import { takeRefused } from '../../src/mailbox/take-returned.ts'
import { anna, aReport } from '../cases/town.ts'
import { evenRandom } from '../delivery/fixture.ts'
import { north } from '../support/database.ts'
import { startSmtpSink } from '../support/smtp.ts'
import { openMailDesk, type MailDesk } from './desk.ts'

describe('the answer of a mail server', () => {
  const said: readonly (readonly [string, string | undefined, boolean])[] = [
    ['550 5.1.1 <a@b.example>: user unknown', '5.1.1', true],
    ['550-5.1.1 The email account does not exist\n550 5.1.1 try again', '5.1.1', true],
    ['550 5.4.1 Recipient address rejected', '5.4.1', true],
    ['550 5.2.1 mailbox disabled', '5.2.1', true],
    ['551 5.1.6', '5.1.6', true],
    ['552 5.2.2 over quota', '5.2.2', false],
    ['554 5.7.1 relay access denied', '5.7.1', false],
    ['550 5.7.26 not authenticated', '5.7.26', false],
    ['553 5.1.8 sender domain not found', '5.1.8', false],
    ['552 5.3.4 too big', '5.3.4', false],
    ['450 4.1.1 not now', '4.1.1', false],
    ['550 no such user', undefined, false],
    ['550 5.1.1.1 odd', undefined, false],
    ['550 10.5.1.1 is our address', undefined, false],
    ['', undefined, false],
  ]
  it.each(said)('is understood: %s', (reply, status, gone) => {
    expect(statusOfReply(reply)).toBe(status)
    expect(isAddressGone(status ?? '')).toBe(gone)
  })
})

describe('an address that a mail server refuses', () => {
  let desk: MailDesk
  beforeEach(async () => {
    desk = await openMailDesk()
  })
  afterEach(() => desk[Symbol.asyncDispose]())

  /** Sends what is due over SMTP to a server that refuses Anna; returns who got a letter. */
  async function deliver(refusal: string): Promise<readonly string[]> {
    const { database, clock, personal } = desk.town
    await using sink = await startSmtpSink((address) =>
      address.toLowerCase() === 'anna@hem.example' ? refusal : undefined,
    )
    const toReporter: Renderer = async (organisation, payload) => {
      const { report = '' } = payload as { readonly report?: string }
      const known = await personal.read(database.read(organisation), [report])
      const to = known.get(report)?.email ?? 'anna@hem.example'
      return { to, subject: 'Lampan', text: 'Hej' }
    }
    const kinds = ['mail.case_received', 'mail.case_known', 'mail.case_news', STAFF_MAIL]
    await using outbox = createOutbox({
      database,
      clock,
      random: evenRandom,
      log: pino({ level: 'silent' }),
      renderers: Object.fromEntries(kinds.map((kind) => [kind, toReporter])),
      transport: createSmtpTransport({ url: sink.url, from: 'fel@kommun.example' }),
      refused: takeRefused({ database, clock, people: personal }),
    })
    clock.advance(HOUR)
    await outbox.drain()
    return sink.received.flatMap(({ to }) => to)
  }

  /** Anna twice and Maj follow one case, and Anna another. */
  async function follow(): Promise<string> {
    const { cases } = desk.town
    const mail = { contact: { email: 'Anna@hem.example' }, wantsUpdates: true }
    const { case: id } = await cases.report(north, aReport({ ...mail, source: 'phone' }))
    await cases.report(north, aReport(mail))
    const maj = { contact: { email: 'maj@hem.example' }, wantsUpdates: true }
    await cases.report(north, aReport(maj))
    return id
  }

  async function say(id: string): Promise<void> {
    const { cases } = desk.town
    const { version } = await cases.get(north, id, false)
    await cases.say(north, id, { version, by: anna, to: 'public', text: 'Vi kommer.' })
  }

  /** Reports whose letters go on. */
  async function following(): Promise<number> {
    const query = desk.town.database.read(north)
    const wanting = query
      .selectFrom('subscriber')
      .select('id')
      .where('wants_updates', '=', 1)
    return (await wanting.execute()).length
  }

  async function waiting(): Promise<number> {
    const query = desk.town.database.read(north).selectFrom('outbox').select('id')
    const open = query.where('delivered_at', 'is', null).where('failed_at', 'is', null)
    return (await open.execute()).length
  }

  async function problems(id: string) {
    return await letterProblems(desk.town.database.read(north), { case: id, limit: 10 })
  }

  it('for good gets no more letters about the case, as if the letter had come back', async () => {
    const id = await follow()
    expect(await deliver('550 5.1.1 no such user')).toEqual(['maj@hem.example'])
    const error = 'the letter came back (5.1.1); no more are sent there about this case'
    const [first, ...others] = await problems(id)
    expect(first).toMatchObject({ state: 'failed', tries: 1, error })
    // Both letters were on their way; neither is tried again.
    expect(others.every(({ state }) => state === 'failed')).toBe(true)
    expect(await following()).toBe(1)
    expect(await waiting()).toBe(0)
    await say(id)
    expect(await deliver('550 5.1.1 no such user')).toEqual(['maj@hem.example'])
  })

  it.each([
    ['550', '550 no such user'],
    ['554 5.7.1', '554 5.7.1 relay access denied'],
    ['552 5.2.2', '552 5.2.2 full'],
  ])('with %s loses that letter alone', async (code, refusal) => {
    const id = await follow()
    await deliver(refusal)
    const error = `the mail server takes no letters for the address (${code})`
    expect(await problems(id)).toMatchObject([{ error }, { error }])
    expect(await following()).toBe(3)
    await say(id)
    expect(await waiting()).toBe(3)
  })

  it('of one of the staff fails that letter alone', async () => {
    const { database, clock } = desk.town
    const payload = { person: 'bo', items: [], more: 0 }
    const row = { id: 'work', kind: STAFF_MAIL, payload, dueAt: clock.now() }
    await database.write(north, 'normal', (work) => enqueue(work, row))
    await deliver('550 5.1.1 no such user')
    const query = database.read(north).selectFrom('outbox').select(['attempts', 'error'])
    expect(await query.execute()).toEqual([
      {
        attempts: 1,
        error: 'the mail server takes no letters for the address (550 5.1.1)',
      },
    ])
  })

  it('stands neither in a row nor in a log', async () => {
    await follow()
    await deliver('550 5.1.1 <anna@hem.example>: no such user')
    const query = desk.town.database.read(north)
    const rows = await query.selectFrom('outbox').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('hem.example')
  })
})
