import { expect, it } from 'vitest'
import { createCases } from '../../src/cases/create-cases.ts'
import type { Storms } from '../../src/cases/join/storm.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import { aReport, catalogue, countedRandom, openTown, secret, type Town } from './town.ts'

/** A storm rages and gathers nothing: everything is accepted first. */
const storms: Storms = { runs: async () => true, over: async () => undefined }

const ignored = { failed: () => undefined }

const full = {
  details: { kind: 'unavailable', facts: { retryAfterSeconds: 30 } },
}

it('turns away whom it cannot keep, takes in what staff says, and goes on when some are placed', async () => {
  await using town = await openTown({ storms, waitingMax: 3 })
  const { cases } = town
  for (let lamp = 1; lamp <= 3; lamp += 1) {
    const idempotencyKey = `key-of-lamp-${lamp}`
    await cases.report(north, aReport({ asset: `lamp-${lamp}`, idempotencyKey }))
  }
  await expect(cases.report(north, aReport({ asset: 'lamp-4' }))).rejects.toMatchObject(
    full,
  )
  // What came before, others, and the telephone are not turned away.
  const again = aReport({ asset: 'lamp-2', idempotencyKey: 'key-of-lamp-2' })
  expect(await cases.report(north, again)).toMatchObject({ waits: true })
  expect((await cases.report(south, aReport())).waits).toBe(true)
  const call = aReport({ asset: 'lamp-4', source: 'phone' })
  expect((await cases.report(north, call)).waits).toBeUndefined()
  await cases.placeAccepted(ignored)
  expect((await cases.report(north, aReport({ asset: 'lamp-5' }))).waits).toBe(true)
  // Whoever was turned away left nothing behind.
  expect(await cases.list(north, { which: 'all', limit: 10 })).toHaveLength(5)
})

it('keeps 20,000 when nobody says otherwise', async () => {
  await using town = await openTown({ storms })
  const first = await town.cases.report(north, aReport())
  await fill(town, { like: first.case, count: 19_998 })
  expect((await town.cases.report(north, aReport({ asset: 'lamp-2' }))).waits).toBe(true)
  await expect(
    town.cases.report(north, aReport({ asset: 'lamp-3' })),
  ).rejects.toMatchObject(full)
})

it('places what waits elsewhere although one organisation cannot be looked at', async () => {
  await using town = await openTown({ storms })
  const { database, clock } = town
  await town.cases.report(north, aReport())
  await town.cases.report(south, aReport())
  const cases = createCases({
    database,
    clock,
    random: countedRandom(),
    secret,
    catalogue: async (organisation) => {
      if (organisation === north) throw new Error('its configuration cannot be read')
      return catalogue
    },
    catalogueNow: () => catalogue,
  })
  const failures: unknown[] = []
  expect(await cases.placeAccepted({ failed: (error) => failures.push(error) })).toBe(1)
  expect(failures.length).toBeGreaterThan(0)
  const still = await database.read(north).selectFrom('intake').select('attempts').execute()
  expect(still).toEqual([{ attempts: 0 }])
})

it('answers at once again although a report that fails stays behind', async () => {
  let isStorm = true
  await using town = await openTown({
    storms: { ...storms, runs: async () => isStorm },
    listeners: [
      async (_work, { kind, case: id }) => {
        if (kind === 'routed' && id === poisoned) throw new Error('cannot be routed')
      },
    ],
  })
  const { case: poisoned } = await town.cases.report(north, aReport())
  isStorm = false
  expect((await town.cases.report(north, aReport({ asset: 'lamp-2' }))).waits).toBe(true)
  await town.cases.placeAccepted(ignored)
  expect(
    (await town.cases.report(north, aReport({ asset: 'lamp-3' }))).waits,
  ).toBeUndefined()
  town.clock.advance(durationUs(SECOND))
  await town.cases.placeAccepted(ignored)
  expect((await town.cases.get(north, poisoned, false)).unit).toBeNull()
})

/** So many more rows wait. Each has a case and a report of its own, as the tables want it. */
async function fill(
  { database }: Town,
  { like, count }: { readonly like: string; readonly count: number },
): Promise<void> {
  const query = database.read(north)
  const one = await query
    .selectFrom('case')
    .selectAll()
    .where('id', '=', like)
    .executeTakeFirstOrThrow()
  const said = await query
    .selectFrom('report')
    .selectAll()
    .where('case', '=', like)
    .executeTakeFirstOrThrow()
  const row = await query.selectFrom('intake').selectAll().executeTakeFirstOrThrow()
  for (let from = 0; from < count; from += 500) {
    const ids = Array.from({ length: Math.min(500, count - from) }, (_, at) => from + at)
    await database.write(north, 'normal', async (work) => {
      const cases = ids.map((id) => ({ id: `copy-${id}`, number: `N-${id}` }))
      await work.query
        .insertInto('case')
        .values(cases.map((copy) => changed(one, { ...copy, root: copy.id })))
        .execute()
      await work.query
        .insertInto('report')
        .values(cases.map(({ id }) => changed(said, { id, case: id })))
        .execute()
      const rows = ids.map((id) => ({ id: `copy-${id}`, sequence: id + 10 }))
      await work.query
        .insertInto('intake')
        .values(
          rows.map(({ id, sequence }) => changed(row, { case: id, report: id, sequence })),
        )
        .execute()
    })
  }
}

function changed<T extends object>(row: T, changes: Partial<T>): T {
  return { ...row, ...changes }
}
