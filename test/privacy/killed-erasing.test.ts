import fc from 'fast-check'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ScopedQueries } from '../../src/database/database.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary.ts'
import {
  copyTown,
  databaseOf,
  openErasingTown,
  people,
  seedErasingTown,
  type ErasingTown,
  type Life,
  type Seeded,
} from './erasing-town.ts'
import { dumpSqlite, filesWith } from './look-everywhere.ts'

const desk = 'user:desk'
const DAY = 24 * HOUR

/** What is done, and how long after the beginning. */
const jobs = {
  person: {
    after: HOUR,
    run: ({ privacy }, { reports }) => privacy.erase(north, { id: reports.anna }, desk),
  },
  case: {
    after: HOUR,
    run: ({ privacy }, { lamp }) => privacy.erase(north, { case: lamp }, desk),
  },
  contacts: {
    after: 60 * DAY,
    run: ({ privacy }) => privacy.runRetention(north, 'system'),
  },
  everything: {
    after: 500 * DAY,
    run: ({ privacy }) => privacy.runRetention(north, 'system'),
  },
} as const satisfies Record<
  string,
  {
    readonly after: number
    readonly run: (town: ErasingTown, seeded: Seeded) => Promise<unknown>
  }
>
type Job = keyof typeof jobs
const jobNames = [
  'person',
  'case',
  'contacts',
  'everything',
] as const satisfies readonly Job[]

let home: TemporaryFolder
let seeded: Seeded
beforeAll(async () => {
  home = await temporaryFolder()
  seeded = await seedErasingTown(home.path)
})
afterAll(() => home[Symbol.asyncDispose]())

/** Erases, then lets the files go; stops where the life ends. */
async function erase(folder: string, job: Job, life: Life): Promise<void> {
  const { after, run } = jobs[job]
  await using town = await openErasingTown(folder, life, durationUs(after))
  await run(town, seeded)
  await town.sweep()
}

it.each(jobNames)('is done whole and once wherever it is killed: %s', async (job) => {
  // Uninterrupted, and how many steps that is.
  await using whole = await begun()
  const life = { left: 1_000_000 }
  await erase(whole.path, job, life)
  const steps = 1_000_000 - life.left
  const expected = await whatIsLeft(whole.path, job)
  expect(steps).toBeGreaterThan(10)
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: steps - 1 }), async (left) => {
      await using folder = await begun()
      await expect(erase(folder.path, job, { left })).rejects.toThrow('killed')
      await erase(folder.path, job, { left: Infinity })
      expect(await whatIsLeft(folder.path, job)).toEqual(expected)
    }),
    { numRuns: 8 },
  )
})

it('an export that is killed leaves nothing behind, and one of what was erased has nothing of it', async () => {
  await using folder = await begun()
  const { path } = folder
  const file = databaseOf(path)
  const before = dumpSqlite(file)
  const how = { case: seeded.lamp, masked: false }
  const life = { left: 1_000_000 }
  {
    await using copy = await begun()
    await using town = await openErasingTown(copy.path, life)
    const taken = JSON.stringify(await town.privacy.exportCase(north, how, desk))
    expect(taken).toContain(people.anna.email)
  }
  const steps = 1_000_000 - life.left
  for (let left = 0; left < steps - 1; left += 1) {
    await using town = await openErasingTown(path, { left })
    await expect(town.privacy.exportCase(north, how, desk)).rejects.toThrow('killed')
  }
  expect(dumpSqlite(file)).toBe(before)
  expect(await filesWith([people.anna.email, 'words of anna'], path)).toEqual([])
  await using town = await openErasingTown(path)
  await town.privacy.erase(north, { case: seeded.lamp }, desk)
  const after = JSON.stringify(await town.privacy.exportCase(north, how, desk))
  expect(after).not.toMatch(/anna@|bo@|words of/)
})

async function begun(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder()
  await copyTown(seeded, folder.path)
  return folder
}

/** Everything that tells whether it was done, and how often. */
async function whatIsLeft(folder: string, job: Job) {
  const { after } = jobs[job]
  await using reopened = await openErasingTown(
    folder,
    { left: Infinity },
    durationUs(after + HOUR),
  )
  const { database, personal } = reopened.town
  const query = database.read(north)
  const said = await query.selectFrom('personal').select('id').orderBy('id').execute()
  const read = await personal.read(
    query,
    said.map(({ id }) => id),
  )
  const found: string[] = []
  for (const [name, { email }] of Object.entries(people)) {
    const rows = await personal.find(query, { email })
    found.push(...rows.map(() => name))
  }
  return {
    read: Object.fromEntries(read),
    found: found.toSorted(),
    events: await query
      .selectFrom('case_event')
      .select(['case', 'sequence', 'kind', 'data'])
      .orderBy('case')
      .orderBy('sequence')
      .execute(),
    cases: await query.selectFrom('case').selectAll().orderBy('id').execute(),
    reports: await query.selectFrom('report').selectAll().orderBy('id').execute(),
    followUps: await query.selectFrom('follow_up').selectAll().execute(),
    subscribers: await query
      .selectFrom('subscriber')
      .select(['id', 'wants_updates', 'ended_at'])
      .orderBy('id')
      .execute(),
    photos: await query.selectFrom('photo').select('id').orderBy('id').execute(),
    files: (await readdir(join(folder, 'photos', north))).toSorted(),
    ledger: await query
      .selectFrom('erasure')
      .select(['rule', 'step', 'count', 'actor'])
      .orderBy('rule')
      .orderBy('step')
      .execute(),
    audit: await auditedOnce(query),
    letters: await reopened.post(),
  }
}

/** What was noted of requests; of nights each batch of the ledger is noted once. */
async function auditedOnce(query: ScopedQueries) {
  const entries = await query
    .selectFrom('audit')
    .select(['action', 'subject', 'detail'])
    .orderBy('number')
    .execute()
  const ledger = await query.selectFrom('erasure').select(['batch', 'rule']).execute()
  const batches = ledger.filter(({ rule }) => rule !== 'request').map(({ batch }) => batch)
  const nights = entries.filter(({ action }) => action === 'retention.run')
  expect(nights.map(({ subject }) => subject).toSorted()).toEqual(
    [...new Set(batches)].toSorted(),
  )
  // Who asks again after the answer was lost is told that there was nothing more, and that is noted too.
  return entries.filter(
    ({ action, detail }) => action !== 'retention.run' && detail !== '{"erased":0}',
  )
}
