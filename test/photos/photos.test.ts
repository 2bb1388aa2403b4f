import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import {
  createPhotos,
  type PhotoNews,
  type PhotoService,
} from '../../src/photos/create-photos.ts'
import { UPLOAD_BYTES, WAITING_PHOTOS } from '../../src/photos/limits.ts'
import type { MadePicture, PictureRefusal } from '../../src/photos/picture.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { seededRandom } from '../support/random.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts'
import { openCase } from './open-case.ts'

const picture: MadePicture = {
  full: Buffer.from('full picture'),
  small: Buffer.from('small picture'),
  width: 800,
  height: 600,
}
const upload = Buffer.from('upload')

let clock: ManualClock
let database: Database
let folder: TemporaryFolder
let photos: PhotoService
let answer: MadePicture | PictureRefusal
let news: PhotoNews[]

beforeEach(async () => {
  clock = createManualClock()
  database = await openTestDatabase(clock)
  folder = await temporaryFolder()
  answer = picture
  news = []
  photos = createPhotos({
    database,
    folder: folder.path,
    clock,
    realTime: systemClock,
    random: seededRandom(),
    heard: async (_, one) => void news.push(one),
    encoder: { encode: async () => answer, [Symbol.asyncDispose]: async () => undefined },
  })
})
afterEach(async () => {
  await photos[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

describe('taking a photo', () => {
  it('keeps both pictures whole, for the owner alone', async () => {
    const { id, width, height } = await photos.take(north, upload)
    expect([width, height]).toEqual([800, 600])
    expect(await photos.bytes(north, id)).toEqual(picture.full)
    expect(await photos.bytes(north, id, 'small')).toEqual(picture.small)
    expect(await files(north)).toEqual([`${id}.jpg`, `${id}.small.jpg`])
    expect(await photos.bytes(south, id)).toBeUndefined()
    expect(await photos.bytes(north, `../${south}/${id}`)).toBeUndefined()
  })

  it('suggests the place and stores it nowhere', async () => {
    answer = { ...picture, place: { lat: 59.123_456, lon: 18 } }
    expect(await photos.take(north, upload)).toMatchObject({
      place: { lat: 59.123_456, lon: 18 },
    })
    const rows = await database.read(north).selectFrom('photo').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('59.123')
  })

  it.each<[string, Uint8Array, PictureRefusal, string]>([
    ['no bytes', Buffer.alloc(0), { kind: 'damaged' }, 'invalid'],
    ['11 MB', Buffer.alloc(UPLOAD_BYTES + 1), { kind: 'damaged' }, 'too_large'],
    ['a HEIC', upload, { kind: 'heic' }, 'invalid'],
    ['an SVG', upload, { kind: 'unknown', type: 'application/xml' }, 'invalid'],
    ['nothing known', upload, { kind: 'unknown', type: null }, 'invalid'],
    ['a bomb', upload, { kind: 'pixels' }, 'too_large'],
    ['half a photo', upload, { kind: 'damaged' }, 'invalid'],
  ])('says what is wrong with %s, and keeps nothing', async (_, bytes, refusal, kind) => {
    answer = refusal
    await expect(photos.take(north, bytes)).rejects.toMatchObject({
      details: { kind, where: 'photo', why: expect.any(String), next: expect.any(String) },
    })
    expect(await files(north)).toEqual([])
  })

  it('lets only so many wait', async () => {
    const one = {
      organisation: north,
      case: null,
      report: null,
      place: 0,
      width: 1,
      height: 1,
      bytes: 1,
      taken_at: clock.now(),
      public: 0,
      reviewed_by: null,
      reviewed_at: null,
    }
    for (let start = 0; start < WAITING_PHOTOS; start += 1_000) {
      const rows = Array.from({ length: 1_000 }, (_, index) => ({
        ...one,
        id: `waits-${start + index}`,
      }))
      await database.write(north, 'normal', ({ query }) =>
        query.insertInto('photo').values(rows).execute(),
      )
    }
    await expect(photos.take(north, upload)).rejects.toMatchObject({
      details: { kind: 'too_many' },
    })
    expect(await files(north)).toEqual([])
    // Another organisation is not touched by it.
    await expect(photos.take(south, upload)).resolves.toHaveProperty('id')
  })
})

describe('photos of a case', () => {
  it('come in the order they were sent, and to nobody until somebody looked', async () => {
    await openCase(database, north, 'case-1')
    const ids = await takeSome(3)
    const order = ids.toReversed()
    await attach({ ids: order, case: 'case-1', report: null })
    const found = await photos.of(database.read(north), ['case-1', 'case-2'])
    expect(found.map(({ id }) => id)).toEqual(order)
    expect(found.some(({ isPublic }) => isPublic)).toBe(false)
    expect(await photos.of(database.read(south), ['case-1'])).toEqual([])
  })

  it.each([
    ['unknown', (ids: readonly string[]) => [...ids, 'f'.repeat(32)]],
    ['named twice', ([id = '']: readonly string[]) => [id, id]],
    ['six', (ids: readonly string[]) => [...ids, ...ids, ...ids].slice(0, 6)],
    ['an address', () => ['../../secret.key']],
  ])('are refused when one is %s, all of them', async (_, choose) => {
    await openCase(database, north, 'case-1')
    const ids = choose(await takeSome(2))
    await expect(attach({ ids, case: 'case-1', report: null })).rejects.toMatchObject({
      details: { kind: 'invalid', where: 'photos' },
    })
    expect(await photos.of(database.read(north), ['case-1'])).toEqual([])
  })

  it('cannot be given away twice, or by another organisation', async () => {
    await openCase(database, north, 'case-1')
    await openCase(database, south, 'case-1')
    const ids = await takeSome(1)
    const steal = database.write(south, 'normal', (work) =>
      photos.attach(work, { ids, case: 'case-1', report: null }),
    )
    await expect(steal).rejects.toMatchObject({ details: { kind: 'invalid' } })
    await attach({ ids, case: 'case-1', report: null })
    await expect(attach({ ids, case: 'case-1', report: null })).rejects.toThrow(/cannot/)
  })

  it('are shown to the public and taken back, and the case hears of it', async () => {
    await openCase(database, north, 'case-1')
    const [id = ''] = await takeSome(1)
    await attach({ ids: [id], case: 'case-1', report: null })
    const shown = await database.write(north, 'normal', (work) =>
      photos.release(work, id, 'user:anna'),
    )
    expect(shown.isPublic).toBe(true)
    expect(await photos.one(database.read(north), id)).toEqual(shown)
    await database.write(north, 'normal', (work) => photos.withdraw(work, id, 'user:bo'))
    expect(news.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['shown', 'user:anna'],
      ['hidden', 'user:bo'],
    ])
  })

  it('may come from staff, and the case hears of it', async () => {
    await openCase(database, north, 'case-1')
    const ids = await takeSome(2)
    await database.write(north, 'normal', (work) =>
      photos.add(work, { ids, case: 'case-1', actor: 'user:anna' }),
    )
    expect(news).toEqual([
      { kind: 'added', case: 'case-1', photos: ids, actor: 'user:anna', at: clock.now() },
    ])
    expect(await photos.of(database.read(north), ['case-1'])).toHaveLength(2)
  })

  it('are not there for review while they wait, or for others', async () => {
    const [id = ''] = await takeSome(1)
    expect(await photos.one(database.read(north), id)).toBeUndefined()
    for (const organisation of [north, south]) {
      const asked = database.write(organisation, 'normal', (work) =>
        photos.release(work, id, 'user:anna'),
      )
      await expect(asked).rejects.toMatchObject({ details: { kind: 'not_found' } })
    }
  })
})

describe('erasing', () => {
  it('removes rows and files of one, of a report, of a case', async () => {
    await openCase(database, north, 'case-1')
    const [one = '', second = '', third = ''] = await takeSome(3)
    await attach({ ids: [one, second], case: 'case-1', report: null })
    await attach({ ids: [third], case: 'case-1', report: 'report-3' })
    expect(await photos.erase(north, { id: one })).toBe(1)
    expect(await files(north)).toHaveLength(4)
    expect(await photos.erase(north, { report: 'report-3' })).toBe(1)
    expect(await photos.erase(south, { case: 'case-1' })).toBe(0)
    expect(await photos.erase(north, { case: 'case-1' })).toBe(1)
    expect(await files(north)).toEqual([])
    expect(await photos.bytes(north, second)).toBeUndefined()
  })
})

async function takeSome(count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    ids.push((await photos.take(north, upload)).id)
  }
  return ids
}

function attach(to: {
  readonly ids: readonly string[]
  readonly case: string
  readonly report: string | null
}): Promise<void> {
  return database.write(north, 'normal', (work) => photos.attach(work, to))
}

async function files(organisation: OrganisationId): Promise<readonly string[]> {
  const found = await readdir(join(folder.path, 'photos', organisation)).catch(() => [])
  return found.toSorted((a, b) => (a < b ? -1 : 1))
}
