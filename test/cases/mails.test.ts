import { afterEach, beforeEach, expect, it } from 'vitest'
import { mailKinds } from '../../src/cases/mails.ts'
import { createCaseRenderers } from '../../src/cases/renderers.ts'
import { HOUR } from '../../src/domain/time.ts'
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
  town.clock.advance(HOUR)
  await town.cases.move(north, id, {
    to: 'closed',
    reason: 'accepted_no_action',
    text: 'Vi byter hela raden i mars.',
    version: 2,
    by: anna,
  })
  const all = await letters()
  expect(all.map(({ kind }) => kind).toSorted()).toEqual([
    'mail.case_changed',
    'mail.case_changed',
    'mail.case_closed',
    'mail.case_closed',
    'mail.case_known',
    'mail.case_received',
  ])
  const texts = all.map(({ mail }) => mail?.text ?? '')
  expect(texts.some((text) => text.includes('New status: In progress.'))).toBe(true)
  expect(texts.some((text) => text.includes('Ny status: Pågår.'))).toBe(true)
  expect(texts.filter((text) => text.includes('Vi byter hela raden i mars.'))).toHaveLength(
    2,
  )
  expect(all.every(({ mail }) => mail?.to === 'maj@example.se')).toBe(true)
})

it('sends nothing to who was erased meanwhile', async () => {
  const { case: id } = await town.cases.report(north, follower())
  await town.database.write(north, 'normal', async (work) => {
    await town.personal.erase(work, { case: id })
  })
  expect((await letters()).map(({ mail }) => mail)).toEqual([undefined])
})
