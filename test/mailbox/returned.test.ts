import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { letterProblems } from '../../src/cases/letter-problems.ts'
import { systemClock } from '../../src/clock.ts'
import { parseLetter } from '../../src/mailbox/parse-letter.ts'
import { returned } from '../../src/mailbox/returned.ts'
import { anna, aReport } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { openMailDesk, type MailDesk } from './desk.ts'
import { letter, multipart, OWN } from './letters.ts'
import { notice, type NoticeParts } from './notices.ts'

const NAME = `0123456789abcdef0123456789abcdef.${north}@lysekil.example`

async function read(source: Buffer) {
  return returned(await parseLetter(source, systemClock))
}

describe('a report of a mail server', () => {
  it.each(['message/rfc822', 'text/rfc822-headers', 'in headers'] as const)(
    'names the letter that comes back: %s',
    async (back) => {
      expect(await read(notice({ about: NAME, back }))).toEqual({
        names: [NAME],
        status: '5.1.1',
        isForGood: true,
        addresses: ['anna@hem.example'],
      })
    },
  )

  const next = ['', 'Final-Recipient: rfc822; bo@hem.example']
  const said: readonly (readonly [
    string,
    Partial<NoticeParts>,
    { readonly status: string; readonly isForGood: boolean } | undefined,
  ])[] = [
    ['the address is wrong', {}, { status: '5.1.1', isForGood: true }],
    [
      'no code we know',
      { status: '5.999.250 (odd)' },
      { status: '5.999.250', isForGood: true },
    ],
    ['it was tried for days', { status: '4.4.7' }, { status: '4.4.7', isForGood: false }],
    [
      'the mailbox is full for now',
      { status: '4.2.2' },
      { status: '4.2.2', isForGood: false },
    ],
    ['it is full', { status: '5.2.2' }, { status: '5.2.2', isForGood: false }],
    ['they have us on a list', { status: '5.7.1' }, { status: '5.7.1', isForGood: false }],
    ['the letter is too big', { status: '5.3.4' }, { status: '5.3.4', isForGood: false }],
    ['our sender is wrong', { status: '5.1.8' }, { status: '5.1.8', isForGood: false }],
    ['it is late', { action: 'delayed', status: '4.4.1' }, undefined],
    ['it arrived', { action: 'delivered', status: '2.0.0' }, undefined],
    ['it was sent on', { action: 'relayed', status: '2.0.0' }, undefined],
    ['capitals', { action: 'Failed' }, { status: '5.1.1', isForGood: true }],
    ['nothing of a status', { status: '' }, undefined],
    ['a status that is none', { status: '550' }, undefined],
    [
      'one of two was reached',
      { more: [...next, 'Action: delivered', 'Status: 2.0.0'] },
      { status: '5.1.1', isForGood: false },
    ],
    [
      'one of two may be reached later',
      { more: [...next, 'Action: failed', 'Status: 4.4.7'] },
      { status: '5.1.1', isForGood: false },
    ],
    [
      'neither was reached',
      { more: [...next, 'Action: failed', 'Status: 5.2.1'] },
      { status: '5.1.1', isForGood: true },
    ],
  ]
  it.each(said)('is understood where %s', async (_, parts, expected) => {
    const found = await read(notice({ about: NAME, ...parts }))
    const { status, isForGood } = found ?? {}
    expect(found && { status, isForGood }).toEqual(expected)
  })

  it('names where the letter was sent to and where it was sent on to', async () => {
    const more = ['Original-Recipient: rfc822;Anna@Hem.example']
    const found = await read(notice({ about: NAME, to: 'anna@new.example', more }))
    expect(found?.addresses).toEqual(['anna@hem.example', 'anna@new.example'])
  })

  it('is none that somebody passes on, and none about a letter that was read', async () => {
    const parts = [
      { type: 'text/plain', body: 'Look what came' },
      { type: 'message/delivery-status', body: 'Action: failed\n\nStatus: 5.1.1' },
    ]
    expect(
      (await parseLetter(letter(multipart('mixed', parts)), systemClock)).report,
    ).toBeNull()
    const seen = multipart('report', [
      { type: 'text/plain', body: 'It was displayed' },
      { type: 'message/disposition-notification', body: 'Disposition: displayed' },
    ])
    expect((await parseLetter(letter(seen), systemClock)).report).toBeNull()
  })

  it('of any text is understood or not, without failing', () => {
    const words = fc.constantFrom(
      'Action: failed',
      'Status: 5.1.1',
      'Status',
      ':',
      '',
      '\r',
      ' folded',
      'é',
      'Final-Recipient: rfc822; a@b',
      'Final-Recipient: x',
      `Message-ID: <${NAME}>`,
    )
    const text = fc.array(words, { maxLength: 30 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (status, original) => {
        const found = returned({ report: { status, original }, references: [] })
        expect(found === undefined || /^[245](?:\.\d+){2}$/.test(found.status)).toBe(true)
      }),
    )
  })
})

function nameOf(id: string): string {
  return `${id}.${north}@lysekil.example`
}

describe('a letter that comes back', () => {
  let desk: MailDesk
  beforeEach(async () => {
    desk = await openMailDesk()
  })
  afterEach(() => desk[Symbol.asyncDispose]())

  const maj = { contact: { email: 'maj@hem.example' }, wantsUpdates: true }

  /** Two follow the case: Anna twice, and Maj. */
  async function follow() {
    const { cases } = desk.town
    const mail = { contact: { email: 'Anna@hem.example' }, wantsUpdates: true }
    const first = await cases.report(north, aReport({ ...mail, source: 'phone' }))
    await cases.report(north, aReport(mail))
    await cases.report(north, aReport(maj))
    // Of Anna's too, about something else.
    const other = await cases.report(north, aReport({ ...mail, asset: 'lamp-2' }))
    const letters = await sendAll()
    return { id: first.case, other: other.case, first: letters[0]?.id ?? '' }
  }

  /** As the outbox notes it. Returns what it sent. */
  async function sendAll() {
    const { database, clock } = desk.town
    return await database.write(north, 'normal', ({ query }) =>
      query
        .updateTable('outbox')
        .set({ attempts: 1, delivered_at: clock.now() })
        .where('delivered_at', 'is', null)
        .where('failed_at', 'is', null)
        .returning(['id', 'payload', 'kind'])
        .execute(),
    )
  }

  async function say(id: string) {
    const { cases } = desk.town
    const { version } = await cases.get(north, id, false)
    await cases.say(north, id, { version, by: anna, to: 'public', text: 'Vi kommer.' })
    return (await sendAll()).length
  }

  async function problems(id: string) {
    return await letterProblems(desk.town.database.read(north), { case: id, limit: 10 })
  }

  it('for good ends the letters to that address about that case, and staff see why', async () => {
    const { id, other, first } = await follow()
    const outcome = await desk.take(notice({ about: nameOf(first) }))
    expect(outcome).toEqual({ kind: 'ignored', reason: 'returned_for_good' })
    const error = 'the letter came back (5.1.1); no more are sent there about this case'
    expect(await problems(id)).toMatchObject([{ state: 'failed', tries: 1, error }])
    // Maj alone hears of it; of the other case Anna does.
    expect(await say(id)).toBe(1)
    expect(await say(other)).toBe(1)
  })

  it('for now is noted, and the next letter is written', async () => {
    const { id, first } = await follow()
    const outcome = await desk.take(notice({ about: nameOf(first), status: '4.4.7' }))
    expect(outcome).toEqual({ kind: 'ignored', reason: 'returned' })
    expect(await problems(id)).toMatchObject([{ error: 'the letter came back (4.4.7)' }])
    expect(await say(id)).toBe(3)
  })

  it('from where it was sent on to ends nothing', async () => {
    const { id, first } = await follow()
    const about = { about: nameOf(first), to: 'bo@school.example' }
    expect(await desk.take(notice(about))).toMatchObject({ reason: 'returned' })
    expect(await problems(id)).toMatchObject([
      { error: 'the letter came back (5.1.1) from where it was sent on to' },
    ])
    expect(await say(id)).toBe(3)
  })

  it('is the same when the report comes again, or another one of the same letter', async () => {
    const { id, first } = await follow()
    await desk.take(notice({ about: nameOf(first) }))
    expect(await desk.take(notice({ about: nameOf(first) }))).toBe('known')
    const again = notice({
      about: nameOf(first),
      headers: { 'Message-ID': '<2@mx.example>' },
    })
    expect(await desk.take(again)).toMatchObject({ reason: 'returned_for_good' })
    expect(await problems(id)).toHaveLength(1)
    expect(await say(id)).toBe(1)
  })

  it('ends letters in the whole tree of a merged case', async () => {
    const { id, other, first } = await follow()
    const { cases } = desk.town
    const { version } = await cases.get(north, other, false)
    await cases.merge(north, other, { version, by: anna, into: id })
    await sendAll()
    await desk.take(notice({ about: nameOf(first) }))
    expect(await say(id)).toBe(1)
  })

  const nothing: readonly (readonly [string, (first: string) => Buffer])[] = [
    ['a letter nobody wrote', () => notice({ about: NAME })],
    [
      'a letter of another organisation',
      (first) => notice({ about: `${first}.south@lysekil.example` }),
    ],
    [
      'a letter that is late',
      (first) => notice({ about: nameOf(first), action: 'delayed' }),
    ],
    ['no letter', (first) => notice({ about: nameOf(first), back: 'not' })],
  ]
  it.each(nothing)('changes nothing where the report is about %s', async (_, source) => {
    const { id, first } = await follow()
    await desk.take(source(first))
    expect(await problems(id)).toEqual([])
    expect(await say(id)).toBe(3)
  })

  it('leaves no address behind', async () => {
    const { first } = await follow()
    await desk.take(notice({ about: nameOf(first) }))
    const query = desk.town.database.read(north)
    const rows = [
      await query.selectFrom('outbox').selectAll().execute(),
      await query.selectFrom('letter').selectAll().execute(),
    ]
    expect(JSON.stringify(rows)).not.toMatch(/hem\.example/i)
    expect(JSON.stringify(rows)).not.toContain(OWN)
  })
})
