import { afterEach, beforeEach, expect, it } from 'vitest'
import { mailKinds } from '../../src/cases/mails.ts'
import { createCaseRenderers } from '../../src/cases/renderers.ts'
import type { CaseMove } from '../../src/cases/cases.ts'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { anna, aReport, catalogue, openTown, secret, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

const follower = (language: 'sv' | 'nb' | 'en' = 'sv') =>
  aReport({ language, contact: { email: 'maj@example.se' }, wantsUpdates: true })

/** What waits in the outbox, written as it would be sent. */
async function letters() {
  const render = createCaseRenderers({
    database: town.database,
    baseUrl: 'https://fel.example.se',
    secret,
    catalogue: async () => catalogue,
    personal: town.personal,
  })
  const rows = await town.database
    .read(north)
    .selectFrom('outbox')
    .selectAll()
    .orderBy('due_at')
    .execute()
  return await Promise.all(
    rows.map(async ({ kind, payload }) => {
      const known = mailKinds.find((one) => one === kind)
      if (known === undefined) throw new Error(`nobody writes ${kind}`)
      return { kind, mail: await render[known](north, JSON.parse(payload)) }
    }),
  )
}

it('tells who reported first that it came, with a link that works', async () => {
  const { token, number } = await town.cases.report(north, follower())
  const [letter] = await letters()
  expect(letter?.kind).toBe('mail.case_received')
  expect(letter?.mail?.to).toBe('maj@example.se')
  expect(letter?.mail?.subject).toBe(`Vi har tagit emot din felanmälan (${number})`)
  expect(letter?.mail?.text).toContain(`https://fel.example.se/f/${token}?lang=sv`)
  expect(letter?.mail?.text).toContain('Lampan är släckt, Lyktstolpe 1')
})

it('tells who comes later since when it is known, in local time and their language', async () => {
  await town.raise('lamp-1')
  town.clock.advance(HOUR)
  await town.cases.report(north, follower('nb'))
  const [letter] = await letters()
  expect(letter?.kind).toBe('mail.case_known')
  expect(letter?.mail?.text).toContain(
    'siden 20. november 2026 13:00. En sensor oppdaget den.',
  )
})

it('tells every follower, and nobody else, what became of it', async () => {
  const { case: id } = await town.cases.report(north, follower('en'))
  await town.cases.report(north, aReport({ contact: { email: 'no-thanks@example.se' } }))
  await town.cases.report(north, follower('sv'))
  town.clock.advance(HOUR)
  await town.cases.move(north, id, { to: 'in_progress', version: 1, by: anna })
  const begun = (await letters()).flatMap(({ mail }) => mail?.text ?? [])
  expect(begun.some((text) => text.includes('New status: In progress.'))).toBe(true)
  expect(begun.some((text) => text.includes('Ny status: Pågår.'))).toBe(true)
  await town.cases.move(north, id, {
    to: 'closed',
    reason: 'accepted_no_action',
    text: 'Vi byter hela raden i mars.',
    version: 2,
    by: anna,
  })
  const all = await letters()
  expect(all.map(({ kind }) => kind).toSorted()).toEqual([
    'mail.case_known',
    'mail.case_news',
    'mail.case_news',
    'mail.case_received',
  ])
  const news = all.filter(({ kind }) => kind === 'mail.case_news')
  const [swedish, english] = news.map(({ mail }) => mail?.text ?? '').toSorted()
  expect(english).toContain(
    'The fault is known and accepted without action.\nVi byter hela raden i mars.',
  )
  // Where it stood in between is no news any more.
  expect(english).not.toContain('In progress')
  expect(swedish).toContain('Felet är känt och accepteras utan åtgärd.')
  expect(swedish).toContain('Hur blev det?')
  expect(all.every(({ mail }) => mail?.to === 'maj@example.se')).toBe(true)
})

const endings: readonly [CaseMove['reason'], Partial<CaseMove>, readonly string[]][] = [
  ['fixed', {}, ['Felet är avhjälpt.', 'Hur blev det?']],
  [
    'not_responsible',
    { text: 'Vi har skickat det vidare.', outside: 'Trafikverket' },
    ['Någon annan ansvarar', 'Ansvarig är Trafikverket.', 'Vi har skickat det vidare.'],
  ],
  ['expired', {}, ['Ärendet har blivit för gammalt.']],
]

it.each(endings)('says honestly that it ended as %s', async (reason, how, lines) => {
  const { case: id } = await town.cases.report(north, follower())
  const move = { to: 'closed', version: 1, by: anna, ...how } as const
  await town.cases.move(north, id, { ...move, ...(reason !== undefined && { reason }) })
  const [, letter] = await letters()
  expect(letter?.mail?.subject).toContain('Din felanmälan är avslutad')
  for (const line of lines) expect(letter?.mail?.text).toContain(line)
  const asked = letter?.mail?.text.includes('Hur blev det?')
  expect(asked).toBe(reason !== 'expired')
})

it('names the other case when it was one already, once, and nothing when that was undone', async () => {
  const { case: id } = await town.cases.report(north, follower())
  const other = await town.cases.report(north, aReport({ asset: 'lamp-2' }))
  await town.cases.merge(north, id, { version: 1, by: anna, into: other.case })
  const [, merged, ...more] = await letters()
  expect(more).toEqual([])
  expect(merged?.mail?.subject).toContain('hör ihop med en annan')
  expect(merged?.mail?.text).toContain(other.number)
  await town.cases.unmerge(north, id, { version: 2, by: anna })
  // What happens to the other one is not theirs any more, though their letter is still open.
  await town.cases.say(north, other.case, {
    version: 1,
    by: anna,
    to: 'public',
    text: 'Grannens lampa.',
  })
  const [, undone, ...rest] = await letters()
  expect(rest.filter(({ mail }) => mail !== undefined)).toEqual([])
  expect(undone?.mail?.text).toContain('Ny status: Mottagen.')
  expect(undone?.mail?.text).not.toContain(other.number)
  expect(undone?.mail?.text).not.toContain('Grannens')
})

it('says by when an answer or the work is expected', async () => {
  const { case: id } = await town.cases.report(north, follower())
  const at = later(town.clock.now(), durationUs(48 * HOUR))
  const asked = { to: 'waiting_reporter', version: 1, by: anna, at, text: 'Vilken lampa?' }
  await town.cases.move(north, id, { ...asked, to: 'waiting_reporter' })
  const [, letter] = await letters()
  expect(letter?.mail?.text).toContain(
    'Vilken lampa?\nVi väntar på ditt svar till och med 22 november 2026.\nSvara på ärendets sida',
  )
})

it('tells at most twenty things in one letter, and says that there was more', async () => {
  const { case: id } = await town.cases.report(north, follower())
  for (let at = 1; at <= 25; at += 1) {
    const said = { version: 1, by: anna, to: 'public', text: `Nytt nr ${at}.` } as const
    await town.cases.say(north, id, said)
  }
  const text = (await letters())[1]?.mail?.text ?? ''
  expect(text).not.toContain('nr 5.')
  expect([...text.matchAll(/nr \d+/g)]).toHaveLength(20)
  expect(text).toContain('Det som hände dessförinnan står på ärendets sida.')
})

it('lets its reader say no, and belongs to one conversation', async () => {
  const { case: id, token } = await town.cases.report(north, follower())
  await town.cases.move(north, id, { to: 'in_progress', version: 1, by: anna })
  const rows = town.database.read(north).selectFrom('outbox').select('id')
  const [first] = await rows.orderBy('due_at').execute()
  const all = await letters()
  expect(all.map(({ mail }) => mail?.unsubscribe)).toEqual([
    `https://fel.example.se/f/${token}/letters`,
    `https://fel.example.se/f/${token}/letters`,
  ])
  expect(all.map(({ mail }) => mail?.thread)).toEqual([first?.id, first?.id])
})

it('says nothing more of what was hidden', async () => {
  const { case: id } = await town.cases.report(north, follower())
  await town.cases.move(north, id, { to: 'in_progress', version: 1, by: anna })
  const admin = { role: 'administrator', name: 'user:admin' } as const
  await town.cases.move(north, id, { to: 'hidden', version: 2, by: admin, text: 'Skräp' })
  expect((await letters()).map(({ mail }) => mail)).toEqual([undefined, undefined])
})

it('sends nothing to who was erased meanwhile', async () => {
  const { case: id } = await town.cases.report(north, follower())
  await town.database.write(north, 'normal', async (work) => {
    await town.personal.erase(work, { case: id })
  })
  expect((await letters()).map(({ mail }) => mail)).toEqual([undefined])
})
