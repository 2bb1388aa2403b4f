import { describe, expect, it } from 'vitest'
import { durationUs, MINUTE, SECOND } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { pollUpdates as poll, type Update } from './poll-updates.ts'
import { openSite } from './site.ts'

const of = (told: readonly Update[], id: string): readonly string[] =>
  told.filter((one) => one.service_request_id === id).map(({ status }) => status)

describe('updates for a client', () => {
  it('are an empty root when there are none', async () => {
    await using site = await openSite()
    const answer = await site.get(
      `servicerequestupdates.xml?jurisdiction_id=north.se&api_key=${site.keys['fixamingata']}`,
    )
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\n<service_request_updates/>\n',
    )
  })

  it('tell what became of a report, in the words each client knows', async () => {
    await using site = await openSite()
    const id = await site.report()
    const basic = await site.report({ api_key: site.keys['basic'] ?? '' })
    for (const request of [id, basic]) {
      const about = await site.caseOf(request)
      await site.move(about, { to: 'in_progress' })
      await site.move(about, { to: 'done_reported', text: 'Montör på plats' })
      await site.move(about, {
        to: 'closed',
        reason: 'accepted_no_action',
        text: 'Den byts i vår.',
      })
    }
    const told = await poll(site)
    expect(told.map(({ status }) => status)).toEqual([
      'in_progress',
      'in_progress',
      'no_further_action',
    ])
    expect(told.map(({ update_id }) => update_id)).toEqual([
      `${id}-u1`,
      `${id}-u2`,
      `${id}-u3`,
    ])
    expect(told.at(-1)).toMatchObject({
      service_request_id: id,
      external_status_code: 'accepted_no_action',
      description: expect.stringMatching(/accepteras.*Den byts i vår\./),
    })
    const plain = await poll(site, {}, 'basic')
    expect(plain.map(({ status }) => status)).toEqual(['open', 'open', 'closed'])
    expect(plain.at(-1)?.description).toMatch(/without action.*Den byts i vår\./)
  })

  it('tell a merged report that it is one, and then what becomes of the other', async () => {
    await using site = await openSite()
    const [one, other] = [await site.report(), await site.report()]
    const into = await site.caseOf(other)
    const about = await site.caseOf(one)
    const by = { role: 'handler', name: 'user:anna' } as const
    const { version } = await site.cases.get(north, about, false)
    await site.cases.merge(north, about, { version, by, into })
    const found = await (await site.get(`requests/${one}.json`)).json()
    expect(found).toMatchObject([
      { status: 'closed', status_notes: `Dubblett av ärende ${other}.` },
    ])
    await site.move(into, { to: 'in_progress' })
    await site.move(into, { to: 'done_reported', text: 'Klart' })
    await site.move(into, { to: 'closed', reason: 'fixed' })
    site.clock.advance(MINUTE)
    const told = await poll(site)
    const ofOne = told.filter((update) => update.service_request_id === one)
    expect(ofOne.map(({ status }) => status)).toEqual([
      'duplicate',
      'in_progress',
      'in_progress',
      'fixed',
    ])
    expect(ofOne[0]?.description).toBe(`Dubblett av ärende ${other}.`)
    const ofOther = told.filter((update) => update.service_request_id === other)
    expect(ofOther.map(({ status }) => status)).toEqual([
      'in_progress',
      'in_progress',
      'fixed',
    ])
  })

  it('tell who joins late how far it has come', async () => {
    await using site = await openSite()
    const lamp = { service_code: 'lamp-dark', 'attribute[asset_id]': 'lamp-3' }
    const first = await site.report(lamp)
    await site.move(await site.caseOf(first), { to: 'in_progress' })
    const late = await site.report(lamp)
    const told = await poll(site)
    expect(told.filter((one) => one.service_request_id === late)).toMatchObject([
      { status: 'in_progress', update_id: `${late}-u1` },
    ])
  })

  it('tell nobody who says that it is broken that it was mended', async () => {
    await using site = await openSite()
    const lamp = { service_code: 'lamp-dark', 'attribute[asset_id]': 'lamp-4' }
    const basic = { ...lamp, api_key: site.keys['basic'] ?? '' }
    const [first, plain] = [await site.report(lamp), await site.report(basic)]
    const about = await site.caseOf(first)
    await site.move(about, { to: 'in_progress' })
    await site.move(about, { to: 'done_reported', text: 'Klart' })
    await site.move(about, { to: 'closed', reason: 'fixed' })
    const again = await site.report(lamp)
    expect(await site.caseOf(again)).toBe(about)
    site.clock.advance(MINUTE)
    const told = await poll(site)
    expect(of(told, again)).toEqual(['unchanged'])
    expect(of(told, first)).toEqual(['in_progress', 'in_progress', 'fixed', 'unchanged'])
    expect(of(await poll(site, {}, 'basic'), plain)).toEqual(['open', 'open', 'closed'])
  })

  it('tell once that it is something else, where citizens may choose that too', async () => {
    await using site = await openSite()
    const id = await site.report()
    const about = await site.caseOf(id)
    const by = { role: 'handler', name: 'user:anna' } as const
    const becomes = async (change: { category?: string; priority?: 'urgent' }) => {
      const { version } = await site.cases.get(north, about, false)
      await site.cases.reroute(north, about, { version, by, ...change })
      site.clock.advance(durationUs(SECOND))
    }
    await becomes({ category: 'hole' })
    // Which unit has it and how urgent it is are no news outside.
    await becomes({ priority: 'urgent' })
    await becomes({ category: 'pump' })
    await becomes({ category: 'hole' })
    await becomes({ category: 'litter' })
    const told = await poll(site)
    expect(told).toMatchObject([
      { status: 'open', extras: { category: 'Hål i vägen' } },
      { status: 'open', extras: { category: 'Nedskräpning' } },
    ])
    for (const { description } of told) expect(description).not.toBe('')
  })

  it('carry what was written to the public, and nothing else', async () => {
    await using site = await openSite()
    const about = await site.caseOf(await site.report())
    const by = { role: 'handler', name: 'user:anna' } as const
    for (const to of ['staff', 'followers', 'public'] as const) {
      const { version } = await site.cases.get(north, about, false)
      await site.cases.say(north, about, { version, by, to, text: `för ${to}` })
    }
    expect((await poll(site)).map(({ description }) => description)).toEqual(['för public'])
  })
})
