import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { createPhotos, type PhotoService } from '../../src/photos/create-photos.ts'
import { WAIT } from '../../src/photos/limits.ts'
import { startPhotoSweep, sweepPhotos, type SweepFinding } from '../../src/photos/sweep.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { seededRandom } from '../support/random.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts'
import { openCase } from './open-case.ts'

const picture = { full: Buffer.from('f'), small: Buffer.from('s'), width: 8, height: 6 }

let clock: ManualClock
let database: Database
let folder: TemporaryFolder
let photos: PhotoService

beforeEach(async () => {
  clock = createManualClock()
  database = await openTestDatabase(clock)
  folder = await temporaryFolder()
  photos = createPhotos({
    database,
    folder: folder.path,
    clock,
    realTime: systemClock,
    random: seededRandom(),
    encoder: { encode: async () => picture, [Symbol.asyncDispose]: async () => undefined },
  })
})
afterEach(async () => {
  await photos[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

describe('the sweep', () => {
  it('drops photos whose report never came, after 24 h', async () => {
    await openCase(database, north, 'case-1')
    const [kept = '', late = ''] = await takeSome(2)
    await attach({ ids: [kept], case: 'case-1', report: null })
    clock.advance(WAIT)
    expect(await sweep()).toEqual([])
    clock.advance(HOUR)
    expect(await sweep()).toEqual([{ organisation: north, waiting: 1, files: 0, lost: 0 }])
    expect(await photos.bytes(north, late)).toBeUndefined()
    expect(await files(north)).toEqual([`${kept}.jpg`, `${kept}.small.jpg`])
  })

  it('drops files that no row knows: forgotten ones and what a crash left', async () => {
    await openCase(database, north, 'case-1')
    const [id = '', young = ''] = await takeSome(2)
    await attach({ ids: [id, young], case: 'case-1', report: null })
    await database.write(north, 'normal', (work) => photos.forget(work, { case: 'case-1' }))
    expect(await photos.bytes(north, id)).toBeUndefined()
    await age(`${id}.jpg`)
    await age(`${id}.small.jpg`)
    expect(await sweep()).toEqual([{ organisation: north, waiting: 0, files: 1, lost: 0 }])
    // One that was written just now may be about to get its row.
    expect(await files(north)).toEqual([`${young}.jpg`, `${young}.small.jpg`])
  })

  it('runs at the start, in the background', async () => {
    await takeSome(1)
    clock.advance(durationUs(WAIT + HOUR))
    const found = Promise.withResolvers<SweepFinding>()
    await using _ = startPhotoSweep({
      database,
      files: photos.files,
      clock,
      realTime: systemClock,
      organisations: async () => [north],
      failed: found.reject,
      found: found.resolve,
    })
    expect(await found.promise).toMatchObject({ waiting: 1 })
  })

  it('reports rows whose file is gone, and keeps them', async () => {
    await openCase(database, north, 'case-1')
    const ids = await takeSome(2)
    await attach({ ids, case: 'case-1', report: null })
    await photos.files.remove(north, ids.slice(0, 1))
    clock.advance(durationUs(2 * HOUR))
    expect(await sweep()).toEqual([{ organisation: north, waiting: 0, files: 0, lost: 1 }])
    expect(await photos.of(database.read(north), ['case-1'])).toHaveLength(2)
  })
})

async function takeSome(count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    ids.push((await photos.take(north, Buffer.from('upload'))).id)
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

async function files(organisation: string): Promise<readonly string[]> {
  const found = await readdir(join(folder.path, 'photos', organisation))
  return found.toSorted((a, b) => (a < b ? -1 : 1))
}

async function age(file: string): Promise<void> {
  const old = new Date(Date.now() - 3 * 3_600_000)
  await utimes(join(folder.path, 'photos', north, file), old, old)
}

async function sweep(): Promise<readonly SweepFinding[]> {
  const findings: SweepFinding[] = []
  await sweepPhotos({
    database,
    files: photos.files,
    clock,
    realTime: systemClock,
    organisations: async () => [north, south],
    failed: (error) => {
      throw error
    },
    found: (finding) => findings.push(finding),
  })
  return findings
}
