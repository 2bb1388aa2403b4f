import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filledTemplates } from '../../src/cases/filled-templates.ts'
import { letterProblems } from '../../src/cases/letter-problems.ts'
import type { CaseCatalogue } from '../../src/cases/catalogue.ts'
import { createCaseRenderers } from '../../src/cases/renderers.ts'
import { template } from '../../src/cases/template.ts'
import { createSmtpTransport } from '../../src/delivery/mail.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
import { evenRandom } from '../delivery/fixture.ts'
import { north } from '../support/database.ts'
import { startSmtpSink, type SmtpSink } from '../support/smtp.ts'
import { anna, aReport, catalogue, openTown, secret, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

const follower = (email: string, language: 'sv' | 'nb' = 'sv') =>
  aReport({ language, contact: { email }, wantsUpdates: true })

const templates = new Map([
  [
    'planned',
    template.parse({
      name: 'Planerat',
      when: { state: 'planned', categories: ['lamp-dark'] },
      text: {
        sv: '{unit} byter lampan vid {place} den {date}.',
        nb: '{unit} bytter lampen ved {place} den {date}.',
      },
      mail: { sv: 'Hej! {unit} kommer den {date}.' },
      automatic: true,
    }),
  ],
  [
    'waiting',
    template.parse({
      name: 'Hos andra',
      when: { state: 'waiting_external' },
      text: { sv: '{outside} har det som {reference}.' },
    }),
  ],
  [
    'thanks',
    template.parse({
      name: 'Tack',
      when: { state: 'received' },
      text: { sv: 'Tack! {organisation} tittar på {number}.' },
      automatic: true,
    }),
  ],
])
const known: CaseCatalogue = { ...catalogue, templates }

/** Sends everything that is due to a mail server; each letter as it came. */
async function send(sink: SmtpSink): Promise<readonly string[]> {
  await using outbox = createOutbox({
    database: town.database,
    clock: town.clock,
    random: evenRandom,
    log: pino({ level: 'silent' }),
    renderers: createCaseRenderers({
      database: town.database,
      baseUrl: 'https://fel.example.se',
      secret,
      catalogue: async () => known,
      personal: town.personal,
    }),
    transport: createSmtpTransport({ url: sink.url, from: 'fel@kommun.example' }),
  })
  const before = sink.received.length
  await outbox.drain()
  return sink.received.slice(before).map(({ source }) => decoded(source))
}

/** Quoted-printable, as far as these letters have it. */
function decoded(source: string): string {
  return decodeURIComponent(
    source
      .replaceAll(/=\r\n/g, '')
      .replaceAll('%', '%25')
      .replaceAll(/=([0-9A-F]{2})/g, '%$1'),
  )
}

async function plan(id: string): Promise<void> {
  const at = later(town.clock.now(), durationUs(48 * HOUR))
  await town.cases.move(north, id, { to: 'planned', version: 1, by: anna, at })
}

describe('a template of the organisation', () => {
  it('stands in letters by itself, in the language of the reader, beside the bare facts', async () => {
    await using sink = await startSmtpSink()
    const { case: id, number } = await town.cases.report(north, follower('maj@example.se'))
    await town.cases.report(north, follower('kari@example.no', 'nb'))
    const [thanks, norwegian] = await send(sink)
    expect(thanks).toContain(`Tack! north tittar på ${number}.`)
    expect(norwegian).not.toContain('Tack!')
    await plan(id)
    town.clock.advance(HOUR)
    const sent = await send(sink)
    expect(sent).toHaveLength(2)
    const [swedish, other] = sent.toSorted((a, b) => (a.includes('maj@') ? -1 : b.length))
    expect(swedish).toContain('Ny status: Planerad.')
    expect(swedish).toContain('Hej! LEVA belysning kommer den 22 november 2026.')
    expect(other).toContain(
      'LEVA belysning bytter lampen ved Lyktstolpe 1 den 22. november 2026.',
    )
  })

  it('is offered to staff with the facts of the case, and says what the case lacks', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    const query = town.database.read(north)
    const offered = (moment: { state?: 'planned' | 'waiting_external' }) =>
      filledTemplates(query, known, { id, moment })
    expect(await offered({ state: 'waiting_external' })).toEqual([
      {
        id: 'waiting',
        name: 'Hos andra',
        automatic: false,
        texts: { sv: '… har det som ….' },
        missing: ['outside', 'reference'],
      },
    ])
    await plan(id)
    expect(await offered({})).toMatchObject([
      {
        id: 'planned',
        texts: { sv: 'LEVA belysning byter lampan vid Lyktstolpe 1 den 22 november 2026.' },
        missing: [],
      },
    ])
    await expect(
      filledTemplates(query, known, { id: 'nothing', moment: {} }),
    ).rejects.toMatchObject({ details: { kind: 'not_found' } })
  })
})

describe('a letter that does not arrive', () => {
  it('is seen on its case: at once when the address is wrong, while it is tried again when it is not', async () => {
    await using sink = await startSmtpSink((address) => {
      if (address.startsWith('wrong')) return '550 no such user <wrong@example.se>'
      return address.startsWith('full') ? '452 the box is full' : undefined
    })
    const wrong = await town.cases.report(north, follower('wrong@example.se'))
    const full = await town.cases.report(north, {
      ...follower('full@example.se'),
      asset: 'lamp-2',
    })
    await town.cases.report(north, { ...follower('maj@example.se'), asset: 'lamp-3' })
    expect(await send(sink)).toHaveLength(1)
    const query = town.database.read(north)
    expect(await letterProblems(query, { limit: 10 })).toMatchObject([
      { case: { id: wrong.case, number: wrong.number }, state: 'failed', tries: 1 },
      { case: { id: full.case, number: full.number }, state: 'retrying', tries: 1 },
    ])
    const [one, ...more] = await letterProblems(query, { case: wrong.case, limit: 10 })
    expect(more).toEqual([])
    expect(one?.error).toBe('the mail server takes no letters for the address (550)')
    expect(JSON.stringify(one)).not.toContain('@')
  })

  it('is no problem any more once it has arrived', async () => {
    let busy = true
    await using sink = await startSmtpSink(() => (busy ? '450 later' : undefined))
    await town.cases.report(north, follower('maj@example.se'))
    await send(sink)
    busy = false
    town.clock.advance(HOUR)
    expect(await send(sink)).toHaveLength(1)
    expect(await letterProblems(town.database.read(north), { limit: 10 })).toEqual([])
  })
})
