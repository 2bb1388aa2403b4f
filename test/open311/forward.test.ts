import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, HOUR, SECOND } from '../../src/domain/time.ts'
import { partner } from '../../src/open311/config.ts'
import { createFetch } from '../../src/open311/fetch.ts'
import { forwardCase } from '../../src/open311/forward.ts'
import { pollPartners } from '../../src/open311/poll.ts'
import { forgetSentWords } from '../../src/open311/sent-words.ts'
import { createPersonalData } from '../../src/privacy/create-personal-data.ts'
import { countedRandom, secret } from '../cases/town.ts'
import { north } from '../support/database.ts'
import { exists, openPeer } from './peer.ts'
import { catalogue, openSite, type Site } from './site.ts'

const fetch = createFetch({ clock: systemClock, allow: ['127.0.0.0/8'] })
const by = { role: 'handler', name: 'user:anna' } as const

const peer = (url: string) => {
  const receives = { url, jurisdiction: 'north.se', secret: 'peer', otherwise: 'litter' }
  const vatten = partner.parse({ name: 'Vattenbolaget', receives })
  return new Map([['vatten', vatten]])
}

function partsOf(here: Site, url: string, key: string) {
  const { database, clock, cases } = here
  const known = { ...catalogue, partners: peer(url) }
  return {
    database,
    clock,
    cases,
    catalogue: async () => known,
    fetch,
    secrets: { peer: key },
    personal: createPersonalData({ secret, clock, random: countedRandom() }),
  }
}

const given = (what: string): string =>
  `<service_requests><request>${what}</request></service_requests>`

/** Somebody whose unit has not got it. */
const checkActs = async (): Promise<void> => {
  throw new Problem({ kind: 'forbidden', what: 'Another unit has it' })
}

describe('a case that another organisation has', () => {
  it('waits there, and comes back when it is closed there', async () => {
    await using here = await openSite()
    await using there = await openSite()
    const parts = partsOf(here, there.endpoint, there.keys['basic'] ?? '')
    const id = await here.caseOf(await here.report({ email: 'asa@example.org' }))
    const { version } = await here.cases.get(north, id, false)
    const asked = { partner: 'vatten', version, by, text: 'Läcka vid bron & mer <här>' }
    await forwardCase(parts, north, id, asked)
    await expect(forwardCase(parts, north, id, asked)).rejects.toThrow('changed')
    const sent = await there.database
      .read(north)
      .selectFrom('open311_request')
      .selectAll()
      .execute()
    expect(sent).toHaveLength(1)
    const row = await here.database
      .read(north)
      .selectFrom('case')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      state: 'waiting_external',
      forwarded_to: 'Vattenbolaget',
      forwarded_reference: sent[0]?.id,
    })
    const { events } = await here.cases.get(north, id, false)
    const told = events.filter(({ kind }) => kind === 'forwarded')
    expect(told.map(({ data: { outside, text } }) => [outside, text])).toEqual([
      ['Vattenbolaget', asked.text],
    ])
    await here.database.write(north, 'normal', (work) =>
      forgetSentWords(work, parts.personal, id),
    )
    const after = (await here.cases.get(north, id, false)).events
    expect(after.map(({ data }) => data['text'])).not.toContain(asked.text)
    const remote = sent[0]?.case ?? ''
    const [reporter] = (await there.cases.get(north, remote, true)).reporters ?? []
    expect(reporter).toMatchObject({ email: null, text: expect.stringContaining('Läcka') })
    const poll = () =>
      pollPartners(parts, north, (_partner, error) => {
        throw error
      })
    await there.move(remote, { to: 'in_progress' })
    await there.move(remote, {
      to: 'closed',
      reason: 'not_responsible',
      outside: 'X',
      text: 'A & <B>',
    })
    here.clock.advance(durationUs(10 * SECOND))
    expect(await poll()).toBe(2)
    expect(await poll()).toBe(0)
    here.clock.advance(durationUs(HOUR))
    there.clock.advance(durationUs(HOUR))
    expect(await poll()).toBe(0)
    const detail = await here.cases.get(north, id, false)
    expect(detail.state).toBe('investigating')
    expect(detail.events.filter(({ kind }) => kind === 'partner_said')).toHaveLength(2)
    // What others wrote stands with the personal data alone.
    expect(JSON.stringify(detail.events)).not.toContain('A & <B>')
  })

  it('is not sent where nobody takes it', async () => {
    await using here = await openSite()
    await using there = await openPeer(() => [403, exists])
    const { url } = there
    const id = await here.caseOf(await here.report())
    const { version } = await here.cases.get(north, id, false)
    const asked = { partner: 'vatten', version, by, text: 'x' }
    await expect(forwardCase(partsOf(here, url, 'k'), north, id, asked)).rejects.toThrow(
      'did not take',
    )
    expect((await here.cases.get(north, id, false)).state).not.toBe('waiting_external')
    const unknown = { ...asked, partner: 'nobody' }
    await expect(forwardCase(partsOf(here, url, 'k'), north, id, unknown)).rejects.toThrow(
      'no such partner',
    )
  })

  it('is known by a token until the partner has an id for it', async () => {
    await using here = await openSite()
    let [id, done] = ['', false]
    await using there = await openPeer((form, path) => {
      if (form.has('description')) return [200, given('<token>a/b</token>')]
      if (path.includes('/tokens/')) {
        return id === ''
          ? [404, exists]
          : [200, given(`<service_request_id>${id}</service_request_id>`)]
      }
      const update =
        '<request_update><update_id>1</update_id><service_request_id>X7</service_request_id>' +
        '<status>closed</status><description>Klart</description></request_update>'
      return [
        200,
        `<service_request_updates>${done ? update : ''}</service_request_updates>`,
      ]
    })
    const { url, received } = there
    const parts = partsOf(here, url, 'k')
    const about = await here.caseOf(await here.report())
    const { version } = await here.cases.get(north, about, false)
    await forwardCase(parts, north, about, { partner: 'vatten', version, by, text: 'x' })
    const reference = async () =>
      await here.database
        .read(north)
        .selectFrom('open311_forward')
        .innerJoin('case', 'case.id', 'open311_forward.case')
        .select(['reference', 'forwarded_reference'])
        .executeTakeFirstOrThrow()
    const poll = () =>
      pollPartners(parts, north, (_partner, error) => {
        throw error
      })
    expect(await poll()).toBe(0)
    const token = 'token:a/b'
    expect(await reference()).toEqual({ reference: token, forwarded_reference: token })
    expect(received.at(-2)?.path).toContain('/tokens/a%2Fb.xml?jurisdiction_id=north.se')
    id = 'X7'
    expect(await poll()).toBe(0)
    expect(await reference()).toEqual({ reference: 'X7', forwarded_reference: 'X7' })
    done = true
    expect(await poll()).toBe(1)
    expect((await here.cases.get(north, about, false)).state).toBe('investigating')
  })

  it('leaves the house only for somebody who may hand it over', async () => {
    await using here = await openSite()
    await using there = await openPeer(() => [500, ''])
    const { url, received } = there
    const parts = partsOf(here, url, 'k')
    const about = await here.caseOf(await here.report())
    const { version } = await here.cases.get(north, about, false)
    const asked = { partner: 'vatten', version, text: 'x' }
    const reporter = { role: 'reporter', name: 'reporter' } as const
    await expect(
      forwardCase(parts, north, about, { ...asked, by: reporter }),
    ).rejects.toThrow('cannot be handed')
    const who = { person: 'anna', roles: ['operations'] } as const
    await expect(
      forwardCase({ ...parts, checkActs }, north, about, { ...asked, by: { ...by, who } }),
    ).rejects.toThrow('Another unit')
    expect(received).toEqual([])
  })

  it('is asked about again when the partner did not answer', async () => {
    await using here = await openSite()
    await using there = await openPeer((form) =>
      form.has('description')
        ? [
            200,
            '<service_requests><request><service_request_id>X1</service_request_id></request></service_requests>',
          ]
        : [500, 'broken'],
    )
    const { url } = there
    const id = await here.caseOf(await here.report())
    const { version } = await here.cases.get(north, id, false)
    const parts = partsOf(here, url, 'k')
    await forwardCase(parts, north, id, { partner: 'vatten', version, by, text: 'x' })
    const failures: string[] = []
    const heard = await pollPartners(parts, north, (name) => failures.push(name))
    expect([heard, failures]).toEqual([0, ['vatten']])
    const polls = await here.database
      .read(north)
      .selectFrom('open311_poll')
      .selectAll()
      .execute()
    expect(polls).toEqual([])
  })
})
