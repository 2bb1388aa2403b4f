import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { replyAddress } from '../../src/mailbox/reply-token.ts'
import { anna, secret } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { openMailDesk, type MailDesk } from './desk.ts'
import { letter, multipart, OWN } from './letters.ts'

const DAY = durationUs(24 * HOUR)

let desk: MailDesk
beforeEach(async () => {
  desk = await openMailDesk()
})
afterEach(async () => {
  await desk[Symbol.asyncDispose]()
})

describe('an answer', () => {
  it('finds its case by the token of the address it went to', async () => {
    const first = await desk.take(letter())
    const To = replyAddress(secret, {
      address: OWN,
      organisation: north,
      report: await report(),
    })
    const outcome = await desk.take(
      answer({ To: To ?? '', From: 'office@work.example', Subject: 'Re: hello' }),
    )
    expect(outcome).toEqual({ kind: 'follow_up', case: caseOf(first) })
    const row = await desk.town.database
      .read(north)
      .selectFrom('follow_up')
      .selectAll()
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ report: await report(), source: 'email', wish: 'none' })
    const said = await desk.town.personal.read(desk.town.database.read(north), [row.id])
    expect(said.get(row.id)?.text).toBe('Den lyser inte.')
  })

  it('finds its case by our letter that it names', async () => {
    const first = await desk.take(letter())
    const { id } = await desk.town.database
      .read(north)
      .selectFrom('outbox')
      .select('id')
      .executeTakeFirstOrThrow()
    const References = `<someone@else.example> <${id}.${north}@lysekil.example>`
    expect(await desk.take(answer({ References }))).toEqual({
      kind: 'follow_up',
      case: caseOf(first),
    })
    const foreign = `<${id}.south@lysekil.example>`
    const other = await desk.take(
      answer({ References: foreign, 'Message-ID': '<3@hem.example>' }),
    )
    expect(other).toMatchObject({ kind: 'report' })
  })

  it('finds its case by an earlier letter of the conversation', async () => {
    const first = await desk.take(letter())
    const outcome = await desk.take(answer({ 'In-Reply-To': '<one@hem.example>' }))
    expect(outcome).toEqual({ kind: 'follow_up', case: caseOf(first) })
  })

  it('finds its case by the number in its subject, only if its sender reported it', async () => {
    const first = await desk.take(letter())
    const Subject = `SV: Ditt ärende (${await number()})`
    const own = await desk.take(answer({ Subject }))
    expect(own).toEqual({ kind: 'follow_up', case: caseOf(first) })
    const From = 'stranger@evil.example'
    const other = await desk.take(
      answer({ Subject, From, 'Message-ID': '<3@evil.example>' }),
    )
    expect(other).toMatchObject({ kind: 'report' })
  })

  it('of a merged case lands where it lies now', async () => {
    const first = caseOf(await desk.take(letter()))
    const second = caseOf(
      await desk.take(
        letter({ headers: { 'Message-ID': '<b@hem.example>', Subject: 'Skräp' } }),
      ),
    )
    const { cases } = desk.town
    const { version } = await cases.get(north, first, false)
    await cases.merge(north, first, { version, by: anna, into: second })
    const outcome = await desk.take(answer({ 'In-Reply-To': '<one@hem.example>' }))
    expect(outcome).toEqual({ kind: 'follow_up', case: second })
  })

  it('to a closed case asks for it to be opened again; after its time it is a new report', async () => {
    const first = caseOf(await desk.take(letter()))
    await desk.town.database.write(north, 'normal', ({ query }) =>
      query
        .updateTable('case')
        .set({ state: 'closed', closing_reason: 'fixed', closed_at: desk.town.clock.now() })
        .where('id', '=', first)
        .execute(),
    )
    desk.town.clock.advance(durationUs(5 * DAY))
    const early = await desk.take(answer({ 'In-Reply-To': '<one@hem.example>' }))
    expect(early).toEqual({ kind: 'follow_up', case: first })
    expect((await desk.cases()).map(({ state }) => state)).toEqual(['reopen_requested'])
    await desk.town.database.write(north, 'normal', ({ query }) =>
      query.updateTable('case').set({ state: 'closed' }).where('id', '=', first).execute(),
    )
    desk.town.clock.advance(durationUs(60 * DAY))
    const late = await desk.take(
      answer({ 'In-Reply-To': '<one@hem.example>', 'Message-ID': '<late@hem.example>' }),
    )
    expect(late).toMatchObject({ kind: 'report' })
    expect(caseOf(late)).not.toBe(first)
  })

  const machines: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['a holiday answer', { 'Auto-Submitted': 'auto-replied' }],
    ['Exchange on holiday', { 'X-Auto-Response-Suppress': 'All' }],
    ['bulk', { Precedence: 'bulk' }],
    ['a bounce', { 'Return-Path': '<>' }],
  ]
  it.each(machines)(
    'of %s changes nothing, whatever it names and however its case stands',
    async (_, headers) => {
      const first = caseOf(await desk.take(letter()))
      const To = replyAddress(secret, {
        address: OWN,
        organisation: north,
        report: await report(),
      })
      const { cases } = desk.town
      const { version } = await cases.get(north, first, false)
      const closing = { to: 'closed', reason: 'no_fault_found', version, by: anna } as const
      await cases.move(north, first, closing)
      const named = { To: To ?? '', 'In-Reply-To': '<one@hem.example>', ...headers }
      expect(await desk.take(answer(named))).toMatchObject({ kind: 'ignored' })
      expect(await desk.cases()).toMatchObject([{ state: 'closed', followUps: 0 }])
    },
  )

  it('of a merged case lands where it lies now, also by its token, and opens nothing', async () => {
    const first = caseOf(await desk.take(letter()))
    const To = replyAddress(secret, {
      address: OWN,
      organisation: north,
      report: await report(),
    })
    const other = { 'Message-ID': '<b@hem.example>', Subject: 'Skräp' }
    const second = caseOf(await desk.take(letter({ headers: other })))
    const { cases } = desk.town
    const { version } = await cases.get(north, first, false)
    await cases.merge(north, first, { version, by: anna, into: second })
    const outcome = await desk.take(answer({ To: To ?? '', From: 'x@work.example' }))
    expect(outcome).toEqual({ kind: 'follow_up', case: second })
    expect((await cases.get(north, first, false)).state).toBe('closed')
    expect((await cases.get(north, second, false)).state).not.toBe('closed')
  })

  it('brings its photos', async () => {
    const first = await desk.take(letter())
    const { headers, body } = multipart('mixed', [
      { type: 'text/plain', body: 'See photo' },
      { type: 'image/jpeg', body: 'picture', name: 'a.jpg' },
    ])
    await desk.take(
      letter({
        headers: {
          'Message-ID': '<2@hem.example>',
          'In-Reply-To': '<one@hem.example>',
          ...headers,
        },
        ...(body !== undefined && { body }),
      }),
    )
    expect(
      await desk.photos.of(desk.town.database.read(north), [caseOf(first)]),
    ).toHaveLength(1)
  })
})

describe('letters in any order', () => {
  it('make the same cases, however often each comes', async () => {
    // Three conversations; who answers names all that went before, as mail programs do.
    const letters = ['a', 'b', 'c'].flatMap((talk) =>
      [0, 1, 2].map((step) => {
        const before = Array.from({ length: step }, (_, at) => `<${talk}${at}@hem.example>`)
        return letter({
          headers: {
            'Message-ID': `<${talk}${step}@hem.example>`,
            References: before.join(' '),
            'In-Reply-To': before.at(-1) ?? '',
            Subject: 'Skräp',
          },
          body: `${talk} ${step}`,
        })
      }),
    )
    const order = fc.array(fc.nat(letters.length - 1), { maxLength: 12 }).chain((more) =>
      fc.shuffledSubarray(
        [...letters.keys(), ...more].map((index) => ({ index })),
        { minLength: letters.length + more.length },
      ),
    )
    await fc.assert(
      fc.asyncProperty(order, async (all) => {
        await using one = await openMailDesk()
        for (const { index } of all) await one.take(letters[index] ?? Buffer.alloc(0))
        const cases = await one.cases()
        expect(cases).toHaveLength(3)
        for (const { reports, followUps } of cases) {
          expect([reports, followUps]).toEqual([1, 2])
        }
      }),
      { numRuns: 12 },
    )
  }, 120_000)
})

function answer(headers: Readonly<Record<string, string>>): Buffer {
  return letter({
    headers: { 'Message-ID': '<2@hem.example>', Subject: 'SV: Trasig', ...headers },
    body: 'Den lyser inte.\n\nDen tors 19 nov. 2026 kl 14:03 skrev Kommunen <k@k.example>:\n> Lagad.',
  })
}

function caseOf(outcome: Awaited<ReturnType<MailDesk['take']>>): string {
  if (outcome === 'known' || outcome.kind === 'ignored') throw new Error('no case')
  return outcome.case
}

async function report(): Promise<string> {
  const query = desk.town.database.read(north)
  return (await query.selectFrom('report').select('id').executeTakeFirstOrThrow()).id
}

async function number(): Promise<string> {
  const query = desk.town.database.read(north)
  return (await query.selectFrom('case').select('number').executeTakeFirstOrThrow()).number
}
