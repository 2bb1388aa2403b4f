import { expect, it } from 'vitest'
import type { ReportReceipt } from '../../src/cases/cases.ts'
import { createCases } from '../../src/cases/create-cases.ts'
import type { Storms } from '../../src/cases/join/storm.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import {
  anna,
  aReport,
  catalogue,
  countedRandom,
  openTown,
  secret,
  type Town,
  type TownParts,
} from './town.ts'

/** A storm rages and gathers nothing: everything is accepted first. */
const raging: Storms = { runs: async () => true, over: async () => undefined }
const quiet: Storms = { runs: async () => false, over: async () => undefined }

const ignored = { failed: () => undefined }

async function openRaging(given: TownParts = {}): Promise<Town> {
  return await openTown({ storms: raging, ...given })
}

async function waiting({ database }: Pick<Town, 'database'>): Promise<number> {
  return (await database.read(north).selectFrom('intake').select('case').execute()).length
}

const asa = { name: 'Åsa', email: 'asa@example.se' }

it('answers with number and link before anything else is done, and places it afterwards', async () => {
  await using town = await openRaging()
  const { cases, database } = town
  const said = { contact: asa, wantsUpdates: true, text: 'Släckt' }
  const receipt = await cases.report(north, aReport(said))
  expect(receipt).toMatchObject({ number: 'NOR-2026-000001', known: null, waits: true })
  expect(await cases.follow(receipt.token)).toMatchObject({
    number: receipt.number,
    state: 'received',
    events: [],
  })
  const letters = () => database.read(north).selectFrom('outbox').select('kind').execute()
  expect(await letters()).toEqual([])
  expect(await cases.placeAccepted(ignored)).toBe(1)
  expect(await waiting(town)).toBe(0)
  const view = await cases.get(north, receipt.case, true)
  expect(view).toMatchObject({ unit: 'light', asset: { id: 'lamp-1' }, mergedInto: null })
  expect(view.events.map(({ kind }) => kind)).toEqual(['opened', 'routed'])
  expect(view.reporters).toMatchObject([{ name: 'Åsa', text: 'Släckt' }])
  expect(await letters()).toHaveLength(1)
})

it('gives each a number of its own, and one fault one case', async () => {
  await using town = await openRaging()
  const { cases } = town
  await town.raise('lamp-1')
  const receipts: ReportReceipt[] = []
  for (let count = 0; count < 3; count += 1) {
    receipts.push(await cases.report(north, aReport()))
  }
  await cases.placeAccepted(ignored)
  const [own, ...others] = await cases.list(north, { which: 'open', limit: 10 })
  expect(others).toEqual([])
  expect(own).toMatchObject({ number: 'NOR-2026-000001', reports: { alarm: 1, human: 3 } })
  for (const { token, number } of receipts) {
    expect(await cases.follow(token)).toMatchObject({ number, foundBySensor: true })
  }
})

it('keeps in triage what the configuration does not know any more', async () => {
  await using town = await openRaging()
  const receipt = await town.cases.report(north, aReport())
  const known = { ...catalogue, assets: new Map() }
  const parts = { database: town.database, clock: town.clock, random: countedRandom() }
  const later = createCases({
    ...parts,
    secret,
    catalogue: async () => known,
    catalogueNow: () => known,
  })
  expect(await later.placeAccepted(ignored)).toBe(1)
  const view = await later.get(north, receipt.case, false)
  expect(view).toMatchObject({ unit: null, asset: null, state: 'received' })
  expect(view.events.map(({ kind }) => kind)).toEqual(['opened'])
})

it('tries again what fails, lets the others go first, and leaves it in triage in the end', async () => {
  await using town = await openRaging({
    listeners: [
      async (_work, { kind, case: id }) => {
        if (kind === 'routed' && id === poisoned) throw new Error('cannot be routed')
      },
    ],
  })
  let poisoned = 'none'
  const { cases, clock } = town
  const bad = await cases.report(north, aReport())
  poisoned = bad.case
  const good = await cases.report(north, aReport({ asset: 'lamp-2' }))
  const failures: unknown[] = []
  const placing = { failed: (error: unknown) => failures.push(error) }
  expect(await cases.placeAccepted(placing)).toBe(1)
  expect((await cases.get(north, good.case, false)).unit).toBe('light')
  for (let round = 0; round < 6; round += 1) {
    clock.advance(durationUs(MINUTE))
    await cases.placeAccepted(placing)
  }
  expect(failures).toHaveLength(5)
  expect(await waiting(town)).toBe(0)
  expect(await cases.get(north, bad.case, false)).toMatchObject({
    unit: null,
    state: 'received',
  })
})

it('accepts first while some wait, and answers at once what staff takes down', async () => {
  let storm = true
  const storms = { ...quiet, runs: async () => storm }
  await using town = await openTown({ storms })
  const { cases } = town
  await cases.report(north, aReport())
  storm = false
  expect((await cases.report(north, aReport())).waits).toBe(true)
  expect((await cases.report(north, aReport({ source: 'phone' }))).waits).toBeUndefined()
  expect((await cases.report(south, aReport())).waits).toBeUndefined()
  await cases.placeAccepted(ignored)
  expect((await cases.report(north, aReport())).waits).toBeUndefined()
})

it('accepts first when many come at once', async () => {
  await using town = await openTown({ storms: quiet })
  const many = Array.from({ length: 40 }, (_, index) =>
    town.cases.report(north, aReport({ asset: `lamp-${index + 1}` })),
  )
  const receipts = await Promise.all(many)
  expect(receipts.filter(({ waits }) => waits === true).length).toBeGreaterThan(10)
  expect(new Set(receipts.map(({ number }) => number)).size).toBe(40)
  await town.cases.placeAccepted(ignored)
  expect(await town.cases.list(north, { which: 'open', limit: 100 })).toHaveLength(40)
})

it('takes turns: what waits elsewhere does not wait for a storm', async () => {
  const order: string[] = []
  await using town = await openRaging({
    listeners: [
      async (work, { kind }) => {
        if (kind === 'opened') order.push(work.organisation)
      },
    ],
  })
  for (let index = 1; index <= 30; index += 1) {
    await town.cases.report(north, aReport({ asset: `lamp-${index}` }))
  }
  await town.cases.report(south, aReport())
  await town.cases.placeAccepted(ignored)
  expect(order).toHaveLength(31)
  expect(order.indexOf(south)).toBeLessThan(2)
})

it('withdrawn or taken up before its turn, it stays as people left it', async () => {
  await using town = await openRaging()
  const { cases } = town
  const gone = await cases.report(north, aReport())
  const taken = await cases.report(north, aReport({ asset: 'lamp-2' }))
  const by = { role: 'reporter', name: 'citizen' } as const
  await cases.move(north, gone.case, {
    to: 'closed',
    reason: 'withdrawn',
    version: 1,
    by,
  })
  await cases.move(north, taken.case, {
    to: 'assigned',
    version: 1,
    by: { role: 'handler', name: 'user:anna' },
  })
  expect(await cases.placeAccepted(ignored)).toBe(2)
  expect(await cases.get(north, gone.case, false)).toMatchObject({
    state: 'closed',
    closingReason: 'withdrawn',
  })
  expect((await cases.get(north, taken.case, false)).state).toBe('assigned')
})

it('never lies in itself: the case of the same fault was merged into it before its turn', async () => {
  await using town = await openRaging()
  const { cases } = town
  const known = await town.raise('lamp-1')
  const receipt = await cases.report(north, aReport())
  const { version } = await cases.get(north, known, false)
  await cases.merge(north, known, { version, by: anna, into: receipt.case })
  await cases.placeAccepted(ignored)
  const [own, ...others] = await cases.list(north, { which: 'open', limit: 10 })
  expect(others).toEqual([])
  expect(own).toMatchObject({
    id: receipt.case,
    asset: { id: 'lamp-1' },
    unit: 'light',
    reports: { alarm: 1, human: 1 },
  })
})

it('takes along what was merged into it before its turn', async () => {
  await using town = await openRaging()
  const { cases } = town
  const known = await town.raise('lamp-1')
  const other = await cases.report(north, aReport({ source: 'phone', asset: 'lamp-2' }))
  const receipt = await cases.report(north, aReport())
  const { version } = await cases.get(north, other.case, false)
  await cases.merge(north, other.case, { version, by: anna, into: receipt.case })
  await cases.placeAccepted(ignored)
  const open = await cases.list(north, { which: 'open', limit: 10 })
  expect(open).toMatchObject([{ id: known, reports: { alarm: 1, human: 2 } }])
  expect(await cases.follow(other.token)).toMatchObject({ number: other.number })
})
