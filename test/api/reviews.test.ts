import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reviewsView, type ReviewsView } from '../../src/api/reviews-view.ts'
import { templatesView } from '../../src/api/letter-views.ts'
import type { ReportReceipt } from '../../src/cases/cases.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { createShown } from '../../src/citizen/shown.ts'
import { addPhoto } from '../../src/photos/rows.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

const MONTH = durationUs(31 * 24 * HOUR)
const text = (en: string) => ({ sv: en, nb: en, en })

let api: TestApi
beforeEach(async () => {
  api = await openTestApi()
  await applyConfiguration(api.database, {
    configuration: {
      organisation: north,
      objects: [
        {
          kind: 'category',
          slug: 'home',
          document: { name: text('At home'), faultClass: 'home', private: true },
        },
        {
          kind: 'template',
          slug: 'mended',
          document: {
            name: 'Mended',
            when: { reason: 'fixed', categories: ['light-out'] },
            text: { sv: 'Lagat {date}.' },
            mail: { sv: 'Hej! Lagat.' },
            automatic: true,
          },
        },
      ],
    },
    author: 'test',
    now: api.clock.now(),
  })
})
afterEach(() => api[Symbol.asyncDispose]())

type Who = Parameters<TestApi['ask']>[0]

function report(said: string, changes: object = {}): Promise<ReportReceipt> {
  return api.cases.report(north, {
    source: 'web',
    category: 'light-out',
    place: { lat: 58.3, lon: 11.4 },
    text: said,
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
    ...changes,
  })
}

async function reviews(
  query = '',
  who: Who = 'customer_service',
  organisation = north,
): Promise<ReviewsView> {
  const answer = await api.ask(who, { url: `/api/v1/reviews${query}`, organisation })
  expect(answer.statusCode).toBe(200)
  return reviewsView.parse(answer.json())
}

const wordsOf = ({ texts }: ReviewsView) => texts?.map((one) => one.original ?? one.text)

const post = (path: string, payload?: object, who: Who = 'customer_service') =>
  api.ask(who, { method: 'POST', url: `/api/v1${path}`, ...(payload && { payload }) })

async function waitingId(): Promise<string> {
  return (await reviews()).texts?.[0]?.id ?? ''
}

/** What the public reads at the case, by its link. */
async function read(caseId: string): Promise<readonly string[]> {
  const photos = { of: async () => [] }
  return (await createShown({ database: api.database, photos })(north, caseId)).texts
}

const readings = () =>
  api.database
    .read(north)
    .selectFrom('audit')
    .select(['actor', 'subject'])
    .where('action', '=', 'case.person.read')
    .execute()

describe('words that wait', () => {
  it('are listed from the oldest on, with a masked copy to begin from', async () => {
    const { case: id, number } = await report('Ring 0523-98 76 54 om lampan')
    api.clock.advance(HOUR)
    await report('Mörkt')
    const { texts } = await reviews()
    expect(texts).toHaveLength(2)
    expect(texts?.[0]).toMatchObject({
      case: { id, number },
      original: 'Ring 0523-98 76 54 om lampan',
      text: 'Ring ••• om lampan',
      masked: [{ kind: 'phone', start: 5, end: 18 }],
    })
    expect(wordsOf(await reviews('?limit=1'))).toEqual(['Ring 0523-98 76 54 om lampan'])
    expect((await reviews('', 'customer_service', south)).texts).toEqual([])
  })

  it('are for those alone who may read them, and each reading is written down', async () => {
    const { case: id } = await report('Mörkt')
    expect((await reviews('', 'operations')).texts).toBeNull()
    expect(await readings()).toEqual([])
    await reviews()
    expect(await readings()).toEqual([{ actor: 'user:customer-service', subject: id }])
  })

  it('are shown as whoever looked at them left them, and kept again', async () => {
    const { case: caseId } = await report('Ring Kim om lampan')
    const id = await waitingId()
    expect(await read(caseId)).toEqual([])
    const shown = await post(`/texts/${id}/release`, { text: ' Ring oss om lampan ' })
    expect(shown.json()).toEqual({})
    expect(await read(caseId)).toEqual(['Ring oss om lampan'])
    expect(await reviews()).toEqual({ photos: [], texts: [] })
    const { texts } = await reviews('?which=shown')
    expect(texts).toMatchObject([{ id, original: null, text: 'Ring oss om lampan' }])
    expect((await post(`/texts/${id}/withdraw`)).statusCode).toBe(200)
    expect(await read(caseId)).toEqual([])
    expect(await reviews('?which=shown')).toEqual({ photos: [], texts: [] })
    // Somebody decided: it does not wait any more.
    expect((await reviews()).texts).toEqual([])
  })

  it('wait no more once somebody said that they stay among staff', async () => {
    await report('Mörkt')
    expect((await post(`/texts/${await waitingId()}/withdraw`)).statusCode).toBe(200)
    expect((await reviews()).texts).toEqual([])
  })

  it('warn of contacts, and are refused with a personal identity number', async () => {
    const { case: caseId } = await report('Mörkt')
    const id = await waitingId()
    const refused = await post(`/texts/${id}/release`, { text: 'Kim är 811218-9876.' })
    expect(refused.statusCode).toBe(400)
    expect(refused.body).not.toContain('9876')
    expect(await read(caseId)).toEqual([])
    const warned = await post(`/texts/${id}/release`, { text: 'Ring 0523-98 76 54' })
    expect(warned.json()).toEqual({ warnings: [{ kind: 'phone', start: 5, end: 18 }] })
  })

  it.each([
    ['nothing', { text: '  ' }, 400],
    ['too much', { text: 'x'.repeat(4_001) }, 400],
    ['no text', {}, 400],
  ])('are not shown as %s', async (_, payload, status) => {
    await report('Mörkt')
    const answer = await post(`/texts/${await waitingId()}/release`, payload)
    expect(answer.statusCode).toBe(status)
  })

  it('are decided on by nobody else, and nobody decides on what is not there', async () => {
    await report('Mörkt')
    const id = await waitingId()
    const payload = { text: 'Mörkt' }
    expect((await post(`/texts/${id}/release`, payload, 'operations')).statusCode).toBe(403)
    expect((await post(`/texts/${id}/withdraw`, undefined, 'auditor')).statusCode).toBe(403)
    const elsewhere = { method: 'POST', organisation: south } as const
    for (const what of ['release', 'withdraw']) {
      const url = `/api/v1/texts/${id}/${what}`
      const sent = what === 'release' ? { payload } : {}
      const answer = await api.ask('customer_service', { ...elsewhere, url, ...sent })
      expect(answer.statusCode).toBe(404)
      expect((await post(`/texts/gone/${what}`, payload)).statusCode).toBe(404)
    }
  })

  it('of cases that the public never sees, or saw long ago, do not wait', async () => {
    await report('Hemma', { category: 'home' })
    const hidden = await report('Dold')
    const closed = await report('Klart')
    const open = await report('Mörkt')
    await move(hidden.case, { to: 'hidden', text: 'Spam' })
    await move(closed.case, { to: 'closed', reason: 'no_fault_found' })
    // Said at the same time, so in any order.
    expect(wordsOf(await reviews())?.toSorted()).toEqual(['Klart', 'Mörkt'])
    api.clock.advance(MONTH)
    expect(wordsOf(await reviews())).toEqual(['Mörkt'])
    await report('Mörkt än')
    const other = await report('Samma')
    const into = { method: 'POST', url: `/api/v1/cases/${other.case}/merge` } as const
    const payload = { version: 1, into: open.case }
    const merged = await api.ask('customer_service', { ...into, payload })
    expect(merged.statusCode).toBe(200)
    // What lies in an open case waits as long as that is open.
    api.clock.advance(MONTH)
    expect(wordsOf(await reviews())?.toSorted()).toEqual(['Mörkt', 'Mörkt än', 'Samma'])
  })
})

async function move(id: string, payload: object): Promise<void> {
  const moved = await post(`/cases/${id}/move`, { version: 1, ...payload })
  expect(moved.statusCode).toBe(200)
}

/** Their rows; nobody looks at the pictures here. */
async function addPhotos(ids: readonly string[]): Promise<void> {
  const facts = { width: 120, height: 80, bytes: 1, at: api.clock.now() }
  await api.database.write(north, 'normal', async (work) => {
    for (const id of ids) await addPhoto(work, { id, ...facts })
  })
}

describe('photos that wait', () => {
  it('are listed until somebody showed them or said no', async () => {
    const [first, second] = ['a'.repeat(32), 'b'.repeat(32)]
    await addPhotos([first, second])
    const { case: id, number } = await report('Mörkt', { photos: [first] })
    const hidden = await report('Dold', { photos: [second] })
    await move(hidden.case, { to: 'hidden', text: 'Spam' })
    const about = { id: first, case: { id, number }, width: 120, height: 80 }
    const waiting = await reviews('', 'operations')
    expect(waiting.photos).toMatchObject([about])
    expect(waiting.photos[0]?.report).not.toBeNull()
    expect((await reviews('', 'operations', south)).photos).toEqual([])

    await post(`/photos/${first}/release`, undefined, 'operations')
    expect((await reviews()).photos).toEqual([])
    expect((await reviews('?which=shown')).photos).toMatchObject([about])
    await post(`/photos/${first}/withdraw`, undefined, 'operations')
    expect((await reviews('?which=shown')).photos).toEqual([])
    expect((await reviews()).photos).toEqual([])
  })
})

it.each(['?which=both', '?limit=0', '?limit=101', '?page=2'])(
  '%s is refused',
  async (query) => {
    const answer = await api.ask('customer_service', { url: `/api/v1/reviews${query}` })
    expect(answer.statusCode).toBe(400)
  },
)

it('the organisation’s own words are shown as they are in force', async () => {
  const answer = await api.ask('operations', { url: '/api/v1/templates' })
  expect(templatesView.parse(answer.json())).toEqual({
    templates: [
      {
        id: 'mended',
        name: 'Mended',
        state: null,
        reason: 'fixed',
        externalStatus: null,
        categories: ['light-out'],
        automatic: true,
        text: { sv: 'Lagat {date}.' },
        mail: { sv: 'Hej! Lagat.' },
      },
    ],
  })
  const other = await api.ask('operations', {
    url: '/api/v1/templates',
    organisation: south,
  })
  expect(other.json()).toEqual({ templates: [] })
})
