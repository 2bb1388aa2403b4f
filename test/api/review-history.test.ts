import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEvents, type StoredEvent } from '../../src/cases/events.ts'
import { HOUR } from '../../src/domain/time.ts'
import { addPhoto } from '../../src/photos/rows.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'

const WORDS = 'Ring Kim om lampan'
const PHOTO = 'a'.repeat(32)

let api: TestApi
let caseId: string
let report: string
beforeEach(async () => {
  api = await openTestApi()
  const facts = { width: 120, height: 80, bytes: 1, at: api.clock.now() }
  await api.database.write(north, 'normal', (work) =>
    addPhoto(work, { id: PHOTO, ...facts }),
  )
  const said = { source: 'web', category: 'light-out', language: 'sv' } as const
  const receipt = await api.cases.report(north, {
    ...said,
    place: { lat: 58.3, lon: 11.4 },
    text: WORDS,
    photos: [PHOTO],
    wantsUpdates: false,
    actor: 'citizen',
  })
  caseId = receipt.case
  const row = api.database.read(north).selectFrom('report').select('id')
  report = (await row.executeTakeFirstOrThrow()).id
})
afterEach(() => api[Symbol.asyncDispose]())

async function decide(path: string, payload?: object): Promise<void> {
  const request = {
    method: 'POST',
    url: `/api/v1${path}`,
    ...(payload && { payload }),
  } as const
  expect((await api.ask('customer_service', request)).statusCode).toBe(200)
  api.clock.advance(HOUR)
}

async function decisions(): Promise<readonly StoredEvent[]> {
  const all = { publicOnly: false, limit: 50 }
  const events = await readEvents(api.database.read(north), caseId, all)
  return events.filter(({ kind }) => kind === 'words' || kind === 'photos')
}

it('says who showed words and took them back, and when, without a word of them', async () => {
  await decide(`/texts/${report}/release`, { text: 'Lampan vid Kims port' })
  await decide(`/texts/${report}/withdraw`)
  const by = { kind: 'words', actor: 'user:customer-service', visibility: 'internal' }
  const decided = await decisions()
  expect(decided).toMatchObject([
    { ...by, data: { report, step: 'shown' } },
    { ...by, data: { report, step: 'hidden' } },
  ])
  expect(JSON.stringify(decided)).not.toContain('Kim')
})

it('says the same of photos; that one is shown, the public hears too', async () => {
  await decide(`/photos/${PHOTO}/release`)
  await decide(`/photos/${PHOTO}/withdraw`)
  const by = { kind: 'photos', actor: 'user:customer-service' }
  expect(await decisions()).toMatchObject([
    { ...by, visibility: 'public', data: { photos: [PHOTO], step: 'shown' } },
    { ...by, visibility: 'internal', data: { photos: [PHOTO], step: 'hidden' } },
  ])
})

it('tells what the tables tell: what is shown now, since when, and who decided', async () => {
  await decide(`/photos/${PHOTO}/release`)
  await decide(`/texts/${report}/release`, { text: 'Lampan' })
  await decide(`/texts/${report}/withdraw`)
  await decide(`/texts/${report}/release`, { text: 'Lampan vid porten' })
  const last: Record<string, unknown> = {}
  for (const { actor, at, data } of await decisions()) {
    const { report: said, photos = [], step } = data
    for (const id of said === undefined ? photos : [said]) {
      last[id] = { actor, at, isShown: step === 'shown' }
    }
  }
  const query = api.database.read(north)
  const texts = await query.selectFrom('released_text').selectAll().execute()
  const photos = await query.selectFrom('photo').selectAll().execute()
  expect(last).toEqual(
    Object.fromEntries([
      ...texts.map(({ id, actor, at, text }) => [
        id,
        { actor, at, isShown: text !== null },
      ]),
      ...photos.map((row) => [
        row.id,
        { actor: row.reviewed_by, at: row.reviewed_at, isShown: row.public === 1 },
      ]),
    ]),
  )
  expect(Object.keys(last)).toHaveLength(2)
})
