import { afterEach, beforeEach, expect, it } from 'vitest'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { anna, aReport } from '../cases/town.ts'
import { all, byId, textOf, valueOf, type Element } from './markup.ts'
import { openSite, type Site } from './site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site[Symbol.asyncDispose]())

const kim = { contact: { email: 'kim@example.se' }, wantsUpdates: true }
const keyOf = (page: Element) =>
  all(page, 'input')
    .find(({ attributes }) => attributes.get('name') === 'key')
    ?.attributes.get('value') ?? ''
const get = (id: string) => site.town.cases.get(north, id, true)
const buttons = (page: Element) => all(page, 'button').map(textOf)

it('takes what somebody adds, once however often it is sent, and leads back', async () => {
  const { case: id, token } = await site.town.cases.report(north, aReport())
  const { page } = await site.get(`/f/${token}?lang=en`)
  const fields = { key: keyOf(page), text: 'By the gate.', wish: 'none' }
  const first = await site.post(`/f/${token}/say?lang=en`, fields)
  const again = await site.post(`/f/${token}/say?lang=en`, fields)
  for (const { status, headers } of [first, again]) {
    expect([status, headers['location']]).toEqual([303, `/f/${token}?lang=en&done=said`])
  }
  const { reporters } = await get(id)
  expect(reporters?.map(({ text }) => text)).toEqual(['', 'By the gate.'])
  const thanks = await site.get(`/f/${token}?lang=en&done=said`)
  expect(textOf(thanks.page)).toContain('Thank you, we have received it.')
})

it('does not lose what somebody writes over what was sent, and takes it with the next press', async () => {
  const { case: id, token } = await site.town.cases.report(north, aReport())
  const { page } = await site.get(`/f/${token}?lang=en`)
  const fields = { key: keyOf(page), text: 'By the gate.', wish: 'none' }
  await site.post(`/f/${token}/say?lang=en`, fields)
  const other = { ...fields, text: 'No, by the well.' }
  const refused = await site.post(`/f/${token}/say?lang=en`, other)
  expect(refused.status).toBe(422)
  expect(valueOf(byId(refused.page, 'text'))).toBe(other.text)
  await site.post(`/f/${token}/say?lang=en`, { ...other, key: keyOf(refused.page) })
  const { reporters } = await get(id)
  const said = new Set(reporters?.map(({ text }) => text))
  expect(said).toEqual(new Set(['', 'By the gate.', other.text]))
})

it('answers a question, and the case goes on', async () => {
  const { case: id, token } = await site.town.cases.report(north, aReport(kim))
  await site.town.cases.move(north, id, {
    to: 'waiting_reporter',
    text: 'Vilken stolpe?',
    at: later(site.town.clock.now(), durationUs(48 * HOUR)),
    version: 1,
    by: anna,
  })
  const { page } = await site.get(`/f/${token}?lang=sv`)
  expect(textOf(page)).toContain('Vilken stolpe?')
  expect(buttons(page)).toContain('Skicka svaret')
  await site.post(`/f/${token}/say?lang=sv`, { text: 'Den vid porten.', key: keyOf(page) })
  expect(await get(id)).toMatchObject({ state: 'received' })
})

it('asks for a closed case to be opened again, until that is too late', async () => {
  const { case: id, token } = await site.town.cases.report(north, aReport())
  await site.town.cases.move(north, id, {
    to: 'closed',
    reason: 'fixed',
    version: 1,
    by: anna,
  })
  const { page } = await site.get(`/f/${token}?lang=en`)
  expect(buttons(page)).toContain('Send: it is still broken')
  const wish = { text: '', wish: 'reopen', key: keyOf(page) }
  expect((await site.post(`/f/${token}/say`, wish)).status).toBe(303)
  expect(await get(id)).toMatchObject({ state: 'reopen_requested' })
  await site.town.cases.move(north, id, {
    to: 'closed',
    reason: 'fixed',
    text: 'Den är bytt.',
    version: 3,
    by: anna,
  })
  site.town.clock.advance(durationUs(31 * 24 * HOUR))
  const late = await site.get(`/f/${token}?lang=en`)
  expect(buttons(late.page)).toEqual([])
  expect(textOf(late.page)).toContain('Report the fault anew')
  expect((await site.post(`/f/${token}/say`, { ...wish, key: 'another-key' })).status).toBe(
    422,
  )
})

it('takes a report back that nobody worked on, and says why it cannot otherwise', async () => {
  const alone = await site.town.cases.report(north, aReport())
  const withdrawn = await site.post(`/f/${alone.token}/withdraw?lang=en`, {})
  expect(withdrawn.status).toBe(303)
  expect(await get(alone.case)).toMatchObject({ closingReason: 'withdrawn' })
  const shared = await site.town.cases.report(north, aReport({ asset: 'lamp-2' }))
  await site.town.raise('lamp-2')
  const refused = await site.post(`/f/${shared.token}/withdraw?lang=en`, {})
  expect(refused.status).toBe(422)
  expect(textOf(refused.page)).toContain('cannot be taken back')
  expect(await get(shared.case)).toMatchObject({ state: 'received' })
})

it('asks once how it ended, and makes a request of "still there"', async () => {
  const { case: id, token } = await site.town.cases.report(north, aReport(kim))
  const open = await site.get(`/f/${token}?lang=en`)
  expect(textOf(open.page)).not.toContain('Are you satisfied')
  await site.town.cases.move(north, id, {
    to: 'closed',
    reason: 'fixed',
    version: 1,
    by: anna,
  })
  const { page } = await site.get(`/f/${token}?lang=en`)
  expect(textOf(page)).toContain('Are you satisfied with how the case ended?')
  const unchosen = await site.post(`/f/${token}/judge?lang=en`, { text: 'Well' })
  expect(unchosen.status).toBe(422)
  const fields = { satisfied: 'no', reopen: 'yes', text: 'Dark again.' }
  const answered = await site.post(`/f/${token}/judge?lang=en`, fields)
  expect(answered.headers['location']).toBe(`/f/${token}?lang=en&done=judged`)
  expect(await get(id)).toMatchObject({ state: 'reopen_requested' })
  const thanks = await site.get(`/f/${token}?lang=en&done=judged`)
  expect(textOf(thanks.page)).toContain('Thank you for your answer.')
  expect(textOf(thanks.page)).not.toContain('Are you satisfied')
})

it('lets those who get letters say no to more', async () => {
  const { token } = await site.town.cases.report(north, aReport(kim))
  const { page } = await site.get(`/f/${token}?lang=nb`)
  expect(buttons(page)).toContain('Ingen mer e-post')
  expect((await site.post(`/f/${token}/quiet?lang=nb`, {})).status).toBe(303)
  const after = await site.get(`/f/${token}?lang=nb&done=quiet`)
  expect(buttons(after.page)).not.toContain('Ingen mer e-post')
  const silent = await site.town.cases.report(north, aReport({ asset: 'lamp-2' }))
  const theirs = await site.get(`/f/${silent.token}?lang=nb`)
  expect(buttons(theirs.page)).not.toContain('Ingen mer e-post')
})

it('keeps what was typed when it is not taken', async () => {
  const { token } = await site.town.cases.report(north, aReport())
  const text = `</textarea><b>${'x'.repeat(2_000)}`
  const { status, page } = await site.post(`/f/${token}/say?lang=en`, { text })
  expect(status).toBe(422)
  expect(all(page, 'b')).toEqual([])
  const area = byId(page, 'text')
  expect(area === undefined ? '' : textOf(area)).toContain('</textarea><b>')
})

it.each(['say', 'withdraw', 'judge', 'quiet'])(
  'changes nothing when %s is only looked at',
  async (what) => {
    const { case: id, token } = await site.town.cases.report(north, aReport())
    const before = await get(id)
    for (let times = 0; times < 3; times += 1) {
      expect((await site.get(`/f/${token}/${what}`)).status).toBe(404)
      await site.get(`/f/${token}?done=withdrawn`)
    }
    expect(await get(id)).toEqual(before)
  },
)

it.each(['say', 'withdraw', 'judge', 'quiet'])(
  'answers %s of a made-up link as it answers the link',
  async (what) => {
    const made = 'A'.repeat(43)
    expect((await site.post(`/f/${made}/${what}`, { text: 'x' })).status).toBe(404)
    expect((await site.get(`/f/${made}`)).status).toBe(404)
  },
)
