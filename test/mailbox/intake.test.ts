import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MailboxOf } from '../../src/mailbox/intake.ts'
import { north } from '../support/database.ts'
import { openMailDesk, settings, type MailDesk } from './desk.ts'
import { letter, multipart, OWN } from './letters.ts'

let desk: MailDesk
beforeEach(async () => {
  desk = await openMailDesk()
})
afterEach(async () => {
  await desk[Symbol.asyncDispose]()
})

describe('a letter about something new', () => {
  it('becomes a report of its sender, in the category its subject names', async () => {
    const outcome = await desk.take(letter())
    expect(outcome).toMatchObject({ kind: 'report' })
    const query = desk.town.database.read(north)
    const report = await query.selectFrom('report').selectAll().executeTakeFirstOrThrow()
    expect(report).toMatchObject({
      source: 'email',
      source_detail: OWN,
      category: 'lamp-blinks',
      language: 'sv',
    })
    const person = (await desk.town.personal.read(query, [report.id])).get(report.id)
    expect(person).toEqual({
      name: 'Anna Ek',
      email: 'anna@hem.example',
      phone: null,
      text: 'Trasig lampa\n\nLampan utanför skolan är trasig.',
    })
  })

  it('goes to the category of the mailbox when no rule knows better', async () => {
    await desk.take(letter({ headers: { Subject: 'Skräp i parken' } }))
    expect(await categories()).toEqual(['litter'])
  })

  it('brings its photos, the first five of them; what is no photo is left out', async () => {
    const pictures = Array.from({ length: 7 }, (_, index) => ({
      type: 'image/jpeg',
      body: index === 1 ? 'a broken logo' : `picture ${index}`,
      name: `${index}.jpg`,
    }))
    const parts = [{ type: 'text/plain', body: 'See photos' }, ...pictures]
    const outcome = await desk.take(letter(multipart('mixed', parts)))
    const found = await desk.photos.of(desk.town.database.read(north), [caseOf(outcome)])
    expect(found).toHaveLength(5)
    expect(found.every(({ isPublic, report }) => !isPublic && report !== null)).toBe(true)
  })

  it.each([
    ['nothing in it', letter({ headers: { Subject: '' }, body: '' }), /^–$/],
    ['no text', letter({ headers: { Subject: 'Hål i vägen' }, body: '' }), /^Hål i vägen$/],
    [
      '20,000 characters',
      letter({ headers: { Subject: '' }, body: 'å'.repeat(20_000) }),
      /å …$/,
    ],
  ])('is taken with %s', async (_, source, text) => {
    await desk.take(source)
    const query = desk.town.database.read(north)
    const { id } = await query.selectFrom('report').select('id').executeTakeFirstOrThrow()
    const said = (await desk.town.personal.read(query, [id])).get(id)?.text
    expect(said).toMatch(text)
    expect(said?.length).toBeLessThanOrEqual(2_000)
  })

  it('is the same letter when it comes again, also under another number', async () => {
    expect(await desk.take(letter())).toMatchObject({ kind: 'report' })
    expect(await desk.take(letter())).toBe('known')
    const nameless = letter({ headers: { 'Message-ID': '' } })
    expect(await desk.take(nameless)).toMatchObject({ kind: 'report' })
    expect(await desk.take(nameless)).toBe('known')
    expect(await desk.cases()).toHaveLength(2)
  })

  it('is one report although a crash came before it was noted', async () => {
    const parts = [
      { type: 'text/plain', body: 'See photo' },
      { type: 'image/jpeg', body: 'picture', name: 'a.jpg' },
    ]
    const first = await desk.take(letter(multipart('mixed', parts)))
    await desk.town.database.write(north, 'normal', ({ query }) =>
      query.deleteFrom('letter').execute(),
    )
    expect(await desk.take(letter(multipart('mixed', parts)))).toEqual(first)
    expect(await desk.cases()).toMatchObject([{ reports: 1, followUps: 0 }])
  })

  it.each([
    ['a holiday answer', { 'Auto-Submitted': 'auto-replied' }],
    ['a bounce', { 'Return-Path': '<>' }],
    ['ourselves', { From: OWN }],
    ['a list', { 'List-Id': '<x.example>' }],
  ])('changes nothing when it is of %s', async (_, headers) => {
    expect(await desk.take(letter({ headers }))).toMatchObject({ kind: 'ignored' })
    expect(await desk.cases()).toEqual([])
  })
})

describe('a closed circle of senders', () => {
  it.each(['lena@skolan.example', 'Rektor@HEM.example'])('takes %s', async (From) => {
    const outcome = await desk.take(letter({ headers: { From } }), school(desk))
    expect(outcome).toMatchObject({ kind: 'report' })
    const row = await desk.town.database
      .read(north)
      .selectFrom('report')
      .select(['source', 'category'])
      .executeTakeFirst()
    // Staff may name what citizens cannot see.
    expect(row).toEqual({ source: 'internal', category: 'pump' })
  })

  it.each(['anna@hem.example', 'lena@skolan.example.evil.example', 'x@notskolan.example'])(
    'leaves %s to people',
    async (From) => {
      await expect(desk.take(letter({ headers: { From } }), school(desk))).rejects.toThrow(
        /sender/,
      )
      expect(await desk.cases()).toEqual([])
    },
  )
})

function school(desk: MailDesk): MailboxOf {
  return {
    ...desk.box,
    name: 'school',
    settings: {
      ...settings,
      category: 'pump',
      rules: [],
      senders: ['@skolan.example', 'rektor@hem.example'],
    },
  }
}

function caseOf(outcome: Awaited<ReturnType<MailDesk['take']>>): string {
  if (outcome === 'known' || outcome.kind === 'ignored') throw new Error('no case')
  return outcome.case
}

async function categories(): Promise<readonly string[]> {
  const query = desk.town.database.read(north)
  return (await query.selectFrom('report').select('category').execute()).map(
    (row) => row.category,
  )
}
