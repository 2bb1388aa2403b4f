import { afterEach, beforeEach, expect, it } from 'vitest'
import { HOUR, durationUs } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import { anna, aReport, openTown, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

const events = async (id: string) =>
  (await town.cases.get(north, id, false)).events.map(({ kind }) => kind)

it('makes one case of a dark lamp whose sensor speaks first', async () => {
  const opened = await town.raise('lamp-1')
  town.clock.advance(HOUR)
  const receipt = await town.cases.report(north, aReport())
  expect(receipt.case).toBe(opened)
  expect(receipt.known).toEqual({ since: '2026-11-20T12:00:00.000Z', bySensor: true })
  const [only, ...others] = await town.cases.list(north, { which: 'open', limit: 10 })
  expect(others).toEqual([])
  expect(only?.reports).toEqual({ alarm: 1, human: 1 })
  expect(await events(opened)).toEqual(['opened', 'routed', 'report_joined'])
})

it('makes one case of a dark lamp that a citizen reports first', async () => {
  const receipt = await town.cases.report(north, aReport())
  expect(receipt.known).toBeNull()
  expect(await town.raise('lamp-1')).toBe(receipt.case)
  expect(await events(receipt.case)).toEqual(['opened', 'routed', 'alarm_joined'])
  expect((await town.cases.follow(receipt.token)).foundBySensor).toBe(true)
})

it('joins by the join class, so a blinking and a dark lamp are one case', async () => {
  const opened = await town.raise('lamp-1')
  const blinks = await town.cases.report(north, aReport({ category: 'lamp-blinks' }))
  expect(blinks.case).toBe(opened)
  const litter = await town.cases.report(north, aReport({ category: 'litter' }))
  expect(litter.case).not.toBe(opened)
})

it('opens a case without a category for an alarm that no category describes', async () => {
  const id = await town.raise('lamp-2', 'door_open')
  const view = await town.cases.get(north, id, false)
  expect(view.category).toEqual({ id: '', name: { sv: 'Fel', nb: 'Feil', en: 'Fault' } })
  expect(view.unit).toBe('light')
  expect(await town.cases.knownAt(north, 'lamp-2')).toEqual([])
})

it('gives every report of a mere place a case of its own', async () => {
  const somewhere = aReport({
    category: 'litter',
    text: 'Glas på stranden',
    place: { lat: 58, lon: 11 },
  })
  const { asset: _, ...placed } = somewhere
  const one = await town.cases.report(north, placed)
  const two = await town.cases.report(north, placed)
  expect(two.case).not.toBe(one.case)
  expect((await town.cases.get(north, one.case, false)).unit).toBe('park')
})

it('counts a repeated raise on its one report', async () => {
  const id = await town.raise('lamp-1')
  await town.clear('lamp-1', { acknowledged: false })
  expect(await town.raise('lamp-1')).toBe(id)
  const reports = await town.database
    .read(north)
    .selectFrom('report')
    .select('count')
    .execute()
  expect(reports).toEqual([{ count: 2 }])
})

it('opens another case when an occurrence outlives its case', async () => {
  const first = await town.raise('lamp-1')
  await town.clear('lamp-1', { acknowledged: false })
  town.clock.advance(durationUs(25 * HOUR))
  expect(await town.cases.closeRecovered(town.clock.now())).toBe(1)
  const second = await town.raise('lamp-1')
  expect(second).not.toBe(first)
  const row = await town.database
    .read(north)
    .selectFrom('case')
    .select('recurrence_of')
    .where('id', '=', second)
    .executeTakeFirst()
  expect(row).toEqual({ recurrence_of: first })
})

it('forgets an earlier case after 14 days', async () => {
  await town.raise('lamp-1')
  await town.clear('lamp-1')
  town.clock.advance(durationUs(25 * HOUR))
  await town.cases.closeRecovered(town.clock.now())
  town.clock.advance(durationUs(15 * 24 * HOUR))
  const again = await town.cases.report(north, aReport())
  const detail = await town.cases.get(north, again.case, false)
  expect(detail.events[0]?.data).toEqual({
    report: expect.stringMatching(/^[0-9a-f]{32}$/),
    source: 'web',
  })
})

it('takes two reports that come at the same moment into one case', async () => {
  const receipts = await Promise.all(
    Array.from({ length: 8 }, () => town.cases.report(north, aReport())),
  )
  expect(new Set(receipts.map((r) => r.case)).size).toBe(1)
  expect(receipts.filter((r) => r.known === null)).toHaveLength(1)
})

it('keeps the cases of two organisations apart', async () => {
  const here = await town.cases.report(north, aReport())
  const there = await town.cases.report(south, aReport())
  expect(there.case).not.toBe(here.case)
  expect([here.number, there.number]).toEqual(['NOR-2026-000001', 'SOU-2026-000001'])
  await expect(town.cases.get(south, here.case, false)).rejects.toMatchObject({
    details: { kind: 'not_found' },
  })
  await expect(
    town.cases.move(south, here.case, { to: 'assigned', version: 1, by: anna }),
  ).rejects.toMatchObject({ details: { kind: 'not_found' } })
})
