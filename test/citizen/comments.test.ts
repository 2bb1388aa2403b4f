import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { category } from '../../src/cases/category.ts'
import { template } from '../../src/cases/template.ts'
import { releaseText } from '../../src/privacy/released-texts.ts'
import { aReport, anna, catalogue } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { textOf } from './markup.ts'
import { openSite, type Site } from './site.ts'

const templates = new Map([
  [
    'planned',
    template.parse({
      name: 'Planerad',
      when: { state: 'planned' },
      text: { sv: '{unit} byter lampan den {date}.', en: '{number} waits for a lamp.' },
      mail: { sv: 'Hej! Vi byter lampan.' },
      automatic: true,
    }),
  ],
  [
    'chosen',
    template.parse({
      name: 'Väljs av någon',
      when: { state: 'planned', categories: ['lamp-dark'] },
      text: { sv: 'VÄLJS' },
    }),
  ],
])

const name = { sv: 'Öppen lucka', nb: 'Åpen luke', en: 'Open hatch' }
const categories = new Map([
  ...catalogue.categories,
  ['hatch', category.parse({ name, faultClass: 'hatch', private: true })],
])

let site: Site
beforeEach(async () => {
  site = await openSite({ catalogue: { ...catalogue, categories, templates } })
})
afterEach(() => site[Symbol.asyncDispose]())

const report = (text: string, rest = {}) =>
  site.town.cases.report(north, aReport({ text, ...rest }))
const shownAt = async (url: string) => textOf((await site.get(url)).page)
const lamp = '/north/a/lamp-1?lang=sv'
const follow = (token: string, language = 'sv') => `/f/${token}?lang=${language}`
const followUps = async () =>
  await site.town.database.read(north).selectFrom('follow_up').select('id').execute()
const eventsOf = async (id: string) =>
  (await site.town.cases.get(north, id, false)).events.length

describe('a stranger without a link', () => {
  it('can say nothing of a case, whatever stands in place of the token', async () => {
    const { case: id, number, token } = await report('Mörkt')
    const before = await eventsOf(id)
    const guesses = [id, number, token.slice(1), token.toUpperCase(), 'x'.repeat(43)]
    for (const guess of guesses) {
      for (const what of ['say', 'withdraw', 'judge', 'quiet']) {
        const url = `/f/${encodeURIComponent(guess)}/${what}`
        const { status } = await site.post(url, { text: 'FRÄMMANDE', wish: 'none' })
        expect({ guess, what, status }).toEqual({ guess, what, status: 404 })
      }
    }
    expect(await followUps()).toEqual([])
    expect(await eventsOf(id)).toBe(before)
  })

  it('who follows what is known gets a link, and the words wait for somebody’s look like all others', async () => {
    const first = await report('FÖRSTA')
    const second = await report('ANDRA')
    expect(second.case).toBe(first.case)
    await site.post(`/f/${second.token}/say`, { text: 'TILLÄGG', wish: 'none' })
    expect(await followUps()).toHaveLength(1)
    const pages = ['/north', '/north/a/lamp-1', '/north/report?asset=lamp-1']
    for (const url of [...pages, follow(first.token), follow(second.token)]) {
      expect(await shownAt(url)).not.toMatch(/FÖRSTA|ANDRA|TILLÄGG/)
    }
  })
})

describe('what a follower adds', () => {
  it('is read by everybody when somebody released it, as that one left it', async () => {
    const { token } = await report('Mörkt')
    const other = await report('Mörkt här med')
    const said = { text: 'Vid Kims port, ring 0701-234567.', wish: 'none' }
    await site.post(`/f/${token}/say`, said)
    const [added] = await followUps()
    for (const url of [follow(other.token), lamp]) {
      expect(await shownAt(url)).not.toContain('port')
    }
    await site.town.database.write(north, 'normal', (work) =>
      releaseText(work, {
        id: added?.id ?? '',
        text: 'Vid porten, ring •••.',
        actor: anna.name,
        at: site.town.clock.now(),
      }),
    )
    for (const url of [follow(token), follow(other.token), lamp]) {
      const shown = await shownAt(url)
      expect(shown).toContain('Vid porten, ring •••.')
      expect(shown).not.toMatch(/Kim|0701/)
    }
    // The form is for typing.
    expect(await shownAt('/north/report?asset=lamp-1')).not.toContain('porten')
  })

  it('of a private case that lies in the one at the asset is read with a link alone', async () => {
    const { case: id, token } = await report('Mörkt')
    const { asset: _, ...elsewhere } = aReport({
      category: 'hatch',
      text: 'Kabeln vid Kims port',
    })
    const hatch = await site.town.cases.report(north, {
      ...elsewhere,
      place: { lat: 58.2, lon: 11.4 },
    })
    await site.town.cases.merge(north, hatch.case, { version: 1, by: anna, into: id })
    await site.town.database.write(north, 'normal', async (work) => {
      const { id: said } = await work.query
        .selectFrom('report')
        .select('id')
        .where('case', '=', hatch.case)
        .executeTakeFirstOrThrow()
      const at = site.town.clock.now()
      await releaseText(work, { id: said, text: 'PRIVAT', actor: anna.name, at })
    })
    expect(await shownAt(follow(token))).toContain('PRIVAT')
    const stranger = await shownAt(lamp)
    expect(stranger).toContain('Vi känner redan till')
    expect(stranger).not.toContain('PRIVAT')
  })
})

describe('an automatic template', () => {
  it('is read by everybody with a link while the case is in its state, in the language of the page', async () => {
    const { case: id, token, number } = await report('Mörkt')
    expect(await shownAt(follow(token))).not.toContain('byter lampan')
    const at = later(site.town.clock.now(), durationUs(48 * HOUR))
    await site.town.cases.move(north, id, { to: 'planned', version: 1, by: anna, at })
    const swedish = await shownAt(follow(token))
    expect(swedish).toContain('LEVA belysning byter lampan den 22 november 2026.')
    expect(swedish).not.toMatch(/Hej!|VÄLJS/)
    expect(await shownAt(follow(token, 'en'))).toContain(`${number} waits for a lamp.`)
    expect(await shownAt(follow(token, 'nb'))).not.toMatch(/byter lampan|waits for/)
    await site.town.cases.move(north, id, { to: 'in_progress', version: 2, by: anna })
    expect(await shownAt(follow(token))).not.toContain('byter lampan')
  })
})
