import { assert, property, string } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseState } from '../../src/cases/views.ts'
import { REPORT_TEXT_MAX } from '../../src/cases/report-input.ts'
import { piecesOf, wishOf } from '../../src/open311/take-update.ts'
import { north } from '../support/database.ts'
import { openSite, type Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

let written = 0
function anUpdate(request: string, change: Record<string, string> = {}) {
  written += 1
  return {
    api_key: site.keys['fixamingata'] ?? '',
    jurisdiction_id: 'north.se',
    service_request_id: request,
    update_id: String(written),
    status: 'OPEN',
    updated_datetime: '2026-11-20T12:00:00+01:00',
    description: `Fortfarande skräp ${written}`,
    first_name: 'Åsa',
    last_name: '-',
    ...change,
  }
}

async function send(form: Record<string, string>): Promise<string> {
  const answer = await site.post('servicerequestupdates.xml', form)
  const text = await answer.text()
  const [, id] =
    /^<\?xml.*\?>\n<service_request_updates><request_update><update_id>([\w-]+)<\/update_id>/.exec(
      text,
    ) ?? []
  if (answer.status !== 200 || id === undefined) throw new Error(`${answer.status} ${text}`)
  return id
}

const followUps = async (id: string) =>
  await site.database
    .read(north)
    .selectFrom('follow_up')
    .select(['id', 'wish', 'source'])
    .where('case', '=', id)
    .execute()

describe('what somebody adds at a client', () => {
  it('is one follow-up with one id, however often and however often at once', async () => {
    const request = await site.report()
    const form = anUpdate(request)
    const ids = await Promise.all(Array.from({ length: 20 }, () => send(form)))
    ids.push(await send({ ...form, description: 'Other words' }))
    expect(new Set(ids).size).toBe(1)
    expect(await followUps(await site.caseOf(request))).toHaveLength(1)
    // Another client's update of the same name is another one, and of a report that it has not.
    const other = await site.post('servicerequestupdates.xml', {
      ...form,
      api_key: site.keys['basic'] ?? '',
    })
    expect(other.status).toBe(404)
  })

  it('asks to open a closed case again, and is kept where that is too late', async () => {
    const request = await site.report()
    const about = await site.caseOf(request)
    await site.move(about, { to: 'closed', reason: 'no_fault_found' })
    await send(anUpdate(request, { status: 'NO_FURTHER_ACTION' }))
    expect((await site.cases.get(north, about, false)).state).toBe('closed')
    await send(anUpdate(request, { status: 'open' }))
    expect((await site.cases.get(north, about, false)).state).toBe('reopen_requested')
    await send(anUpdate(request, { status: 'REOPEN' }))
    expect(await followUps(about)).toHaveLength(3)
    const old = await site.report()
    await site.move(await site.caseOf(old), { to: 'closed', reason: 'no_fault_found' })
    site.clock.advance((400 * 86_400_000_000) as never)
    await send(anUpdate(old, { status: 'REOPEN' }))
    expect((await site.cases.get(north, await site.caseOf(old), false)).state).toBe(
      'closed',
    )
  })

  it('lands on the case that it was merged into', async () => {
    const [one, other] = [await site.report(), await site.report()]
    const [about, into] = [await site.caseOf(one), await site.caseOf(other)]
    const by = { role: 'handler', name: 'user:anna' } as const
    const { version } = await site.cases.get(north, about, false)
    await site.cases.merge(north, about, { version, by, into })
    await send(anUpdate(one))
    expect(await followUps(into)).toHaveLength(1)
  })

  it('keeps every word of a long one, once', async () => {
    const request = await site.report()
    const about = await site.caseOf(request)
    const description = 'ö'.repeat(2 * REPORT_TEXT_MAX) + 'slut'
    const form = anUpdate(request, { description })
    const id = await send(form)
    expect(await send(form)).toBe(id)
    expect((await followUps(about)).map((one) => one.id)).toContain(id)
    expect(await followUps(about)).toHaveLength(3)
  })

  it('may be a picture without words', async () => {
    const request = await site.report()
    const media_url = 'https://fixamingata.example/photo/7.jpeg'
    await send(anUpdate(request, { description: '', media_url }))
    expect(await followUps(await site.caseOf(request))).toHaveLength(1)
  })

  it("is found by the customer's reference, which is the number of the case", async () => {
    const lamp = { service_code: 'lamp-dark', 'attribute[asset_id]': 'lamp-7' }
    const one = await site.report({ ...lamp, api_key: site.keys['basic'] ?? '' })
    const other = await site.report(lamp)
    expect(other).toBe(`${one}-2`)
    // The number is the other client's id too; what is said there stays apart.
    await send(anUpdate(one))
    const [said] = await followUps(await site.caseOf(other))
    const { report } = await site.database
      .read(north)
      .selectFrom('open311_request')
      .select('report')
      .where('id', '=', other)
      .executeTakeFirstOrThrow()
    const row = await site.database
      .read(north)
      .selectFrom('follow_up')
      .select('report')
      .where('id', '=', said?.id ?? '')
      .executeTakeFirstOrThrow()
    expect(row.report).toBe(report)
  })

  it('is never kept back by characters that nothing can carry', async () => {
    const request = await site.report()
    const odd = {
      update_id: 'a\u{0}b',
      description: '\u{0}\u{1}Hej\u{FFFF}',
      title: '\u{0}',
    }
    expect(await send(anUpdate(request, odd))).toBe(await send(anUpdate(request, odd)))
  })

  const missing = [
    'api_key',
    'service_request_id',
    'update_id',
    'status',
    'updated_datetime',
  ]
  it.each(missing)('is refused without %s', async (field) => {
    const form = { ...anUpdate(await site.report()), [field]: ' ' }
    const answer = await site.post('servicerequestupdates.xml', form)
    expect(answer.status).toBe(field === 'api_key' ? 403 : 400)
    expect(await answer.text()).toContain(field)
  })

  it('is taken with an empty description, and refused without one', async () => {
    const request = await site.report()
    const { description: _, ...without } = anUpdate(request, { status: 'FIXED' })
    const refused = await site.post('servicerequestupdates.xml', without)
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('description')
    // Staff of a partner change a state without a word; refused, it would come for ever.
    await send({ ...without, description: '' })
    const { reporters } = await site.cases.get(north, await site.caseOf(request), true)
    expect(reporters?.map(({ text }) => text)).toContain('–')
  })

  it('is refused for a hidden case and for one that is not there', async () => {
    const request = await site.report()
    const about = await site.caseOf(request)
    const { version } = await site.cases.get(north, about, false)
    const by = { role: 'administrator', name: 'user:anna' } as const
    await site.cases.move(north, about, { to: 'hidden', version, by, text: 'Skräppost' })
    for (const id of [request, 'NOR-2026-999999']) {
      const answer = await site.post('servicerequestupdates.json', anUpdate(id))
      expect(answer.status).toBe(404)
    }
  })
})

describe('a long text in pieces', () => {
  it('is the same text, no piece too long, no character halved', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 9_000, size: 'max' }), (text) => {
        const pieces = piecesOf(text)
        const short = text.length < REPORT_TEXT_MAX && text.trim() !== ''
        expect(pieces.length === 1 || !short).toBe(true)
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(REPORT_TEXT_MAX)
          expect(piece.isWellFormed()).toBe(true)
        }
        expect(pieces.join('').trim()).toBe(text.trim())
      }),
      { numRuns: 50 },
    )
    expect(piecesOf(`${'a'.repeat(REPORT_TEXT_MAX - 1)}💡`)).toHaveLength(2)
  })
})

describe('what a status wishes', () => {
  const closed = new Set(['closed', 'reopen_requested'])
  it.each(caseState.options)('of a case that is %s', (state) => {
    const done = closed.has(state)
    expect(wishOf('FIXED', state)).toBe(done ? 'none' : 'fixed')
    expect(wishOf('OPEN', state)).toBe(done ? 'reopen' : 'none')
    expect(wishOf('REOPEN', state)).toBe('reopen')
    const states = ['CLOSED', 'IN_PROGRESS', 'INVESTIGATING', 'DUPLICATE', 'PLANNED', 'x']
    for (const status of states) expect(wishOf(status, state)).toBe('none')
  })
})
