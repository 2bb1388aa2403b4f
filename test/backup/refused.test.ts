import { existsSync } from 'node:fs'
import {
  appendFile,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refuseHalfRestored } from '../../src/backup/restore-backup.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'
import { Problem } from '../../src/domain/problem.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { journal } from '../scenario/look.ts'
import { lamp } from '../support/devices-say.ts'
import { demoFolder, eventually, startService, strandkoping } from '../support/service.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { backUp, openPlace, recordsOf, restore, type Place } from './desk.ts'

const clock = new VirtualClock()
/** A backup of before a change of the configuration, and the data folder of after it. */
let made: Place
let place: Place

beforeAll(async () => {
  made = await openPlace()
  await using service = await startService({ folder: made.data, clock })
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  await service.settle()
  await backUp(made, clock)
  const read = await readFolder(demoFolder(strandkoping))
  const files = read.files.map(({ path, text }) => {
    return { path, text: text.replace('onDelay: 20s', 'onDelay: 25s') }
  })
  const parsed = parseConfiguration({ organisation: strandkoping, files })
  if (!parsed.ok) throw new Error('the demo has mistakes')
  const { configuration } = parsed
  const now = clock.now()
  await applyConfiguration(service.app.database, { configuration, author: 'test', now })
  await service.app.activate(strandkoping)
  await service.say('lamp-18', lamp(clock.now(), 'lit'))
  await service.settle()
})
afterAll(() => made[Symbol.asyncDispose]())

beforeEach(async () => {
  place = await openPlace()
  await cp(made.backup, place.backup, { recursive: true })
  return () => place[Symbol.asyncDispose]()
})

async function refusal(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Problem) return error.details
  throw new Error('it was not refused', { cause: error })
}

const manifest = () => join(place.backup, 'manifest.json')

const change = async (edit: (made: Record<string, unknown>) => void) => {
  const content = JSON.parse(await readFile(manifest(), 'utf8')) as Record<string, unknown>
  edit(content)
  await writeFile(manifest(), JSON.stringify(content))
}

describe('a backup is not restored', () => {
  it.each([
    [
      'without its manifest',
      () => rm(manifest()),
      { kind: 'invalid', what: expect.stringContaining('not a backup that was finished') },
    ],
    [
      'with a byte more in the database',
      () => appendFile(join(place.backup, 'gatuvakt.sqlite'), 'x'),
      {
        kind: 'invalid',
        why: expect.stringMatching(/^gatuvakt\.sqlite: \d+ bytes instead/),
      },
    ],
    [
      'with a flipped bit in the log',
      async () => {
        const file = join(place.backup, 'log.sqlite')
        const bytes = await readFile(file)
        bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1
        await writeFile(file, bytes)
      },
      { kind: 'invalid', why: 'log.sqlite: the checksum does not match' },
    ],
    [
      'without its secret',
      () => rm(join(place.backup, 'secret.key')),
      { kind: 'invalid', why: expect.stringMatching(/^secret\.key: ENOENT/) },
    ],
    [
      'of a newer version',
      () => change((content) => Object.assign(content, { version: '99.0.0' })),
      { kind: 'conflict', why: expect.stringContaining('version 99.0.0') },
    ],
    [
      'of a newer format',
      () => change((content) => Object.assign(content, { format: 99, also: 'this' })),
      { kind: 'conflict', why: expect.stringContaining('format 99') },
    ],
    [
      'that leads out of its folder',
      () =>
        change((content) =>
          Object.assign(content, {
            files: [{ path: '../secret.key', bytes: 1, sha256: '0'.repeat(64) }],
          }),
        ),
      { kind: 'invalid', why: expect.stringContaining('a path inside the backup') },
    ],
  ])('%s', async (_, spoil, details) => {
    await spoil()
    expect(await refusal(restore(place, clock))).toMatchObject(details)
    expect(existsSync(place.restored)).toBe(false)
  })

  it('into a folder that holds something, which stays as it is', async () => {
    await mkdir(place.restored)
    await writeFile(join(place.restored, 'mine.txt'), 'mine')
    expect(await refusal(restore(place, clock))).toMatchObject({
      kind: 'conflict',
      why: 'it holds mine.txt',
    })
    expect(await readdir(place.restored)).toEqual(['mine.txt'])
  })
})

it('begins a restore anew that was interrupted, and lets nobody start in between', async () => {
  await mkdir(join(place.restored, 'restoring'), { recursive: true })
  await writeFile(join(place.restored, 'restoring', 'log.sqlite'), 'half of it')
  expect(() => refuseHalfRestored(place.restored)).toThrow('has not finished')
  await restore(place, clock)
  expect((await readdir(place.restored)).toSorted()).toEqual([
    'gatuvakt.sqlite',
    'log.sqlite',
    'secret.key',
  ])
  expect(() => refuseHalfRestored(place.restored)).not.toThrow()
})

describe('a backup is not taken', () => {
  it('of a folder without data', async () => {
    const nowhere = { data: place.restored, backup: `${place.backup}-2` }
    expect(await refusal(backUp(nowhere, clock))).toMatchObject({ kind: 'not_found' })
    expect(existsSync(nowhere.backup)).toBe(false)
  })

  it('into a folder that holds something, which stays as it is', async () => {
    const before = await readdir(place.backup)
    const here = { data: made.data, backup: place.backup }
    expect(await refusal(backUp(here, clock))).toMatchObject({
      kind: 'conflict',
      what: 'the folder for the backup is not empty',
    })
    expect(await readdir(place.backup)).toEqual(before)
  })

  it('into the data folder itself', async () => {
    const here = { data: made.data, backup: join(made.data, 'mail', 'backup') }
    expect(await refusal(backUp(here, clock))).toMatchObject({ kind: 'invalid' })
  })

  it('further than to where somebody stops it, and leaves nothing behind', async () => {
    const stop = new AbortController()
    const here = { data: made.data, backup: join(place.restored, 'deep', 'backup') }
    const work = backUp(here, clock, {
      stop: stop.signal,
      progress: () => stop.abort(),
    })
    await expect(work).rejects.toMatchObject({ name: 'AbortError' })
    expect(existsSync(place.restored)).toBe(false)
  })

  it('of a database that is further than the log', async () => {
    await mkdir(place.data)
    await copyFile(join(made.data, 'gatuvakt.sqlite'), join(place.data, 'gatuvakt.sqlite'))
    await copyFile(join(place.backup, 'log.sqlite'), join(place.data, 'log.sqlite'))
    const here = { data: place.data, backup: `${place.backup}-2` }
    expect(await refusal(backUp(here, clock))).toMatchObject({
      kind: 'conflict',
      where: expect.stringContaining('the detector is in'),
    })
    expect(existsSync(here.backup)).toBe(false)
  })
})

it(
  'ends before a configuration that was applied while it was taken, and starts again',
  { timeout: 120_000 },
  async () => {
    // The moment of the database lies before the change, that of the log behind it.
    await mkdir(place.data)
    await copyFile(
      join(place.backup, 'gatuvakt.sqlite'),
      join(place.data, 'gatuvakt.sqlite'),
    )
    const whole = /^(?:log\.sqlite(?:-wal)?|secret\.key)$/
    // What was written last may still stand beside the file.
    for (const name of (await readdir(made.data)).filter((one) => whole.test(one))) {
      await copyFile(join(made.data, name), join(place.data, name))
    }
    const all = await recordsOf(place.data, clock)
    const second = all.findIndex(
      ({ record }) =>
        record.kind === 'control' &&
        record.control === 'activation' &&
        record.version === 2,
    )
    expect(second).toBeGreaterThan(0)
    // A commit goes whole, and others may have shared the change's.
    const change = all[second]?.position.sequence ?? 0
    const before = all.findLast(({ position }) => position.sequence < change)
    const here = { ...place, backup: `${place.backup}-2` }
    const manifest = await backUp(here, clock)
    expect(manifest.log.head).toEqual(before?.position)

    await restore(here, clock)
    clock.advance(SECOND)
    await using service = await startService({ folder: place.restored, clock })
    await service.say('lamp-18', lamp(clock.now(), 'dark'))
    await service.settle()
    service.pass(durationUs(21 * SECOND))
    await eventually(
      () => journal(service, { rule: 'lamp-dark' }),
      ({ length }) => length === 1,
    )
  },
)

it('takes the history along when the data folder is its own', async () => {
  const here = { ...place, data: made.data, backup: `${place.backup}-2` }
  const manifest = await backUp(here, clock, { withHistory: true })
  expect(manifest.history).toBe(true)
  expect(manifest.files.map(({ path }) => path)).toContain('readings.duckdb')
  await restore(here, clock)
  expect(existsSync(join(place.restored, 'readings.duckdb'))).toBe(true)
  await using store = await openDuckdbStore({
    file: join(place.restored, 'readings.duckdb'),
  })
  expect(await store.cursor()).toMatchObject({ epoch: manifest.log.epoch })
})
