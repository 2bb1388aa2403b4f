import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CaseFilter } from '../../src/cases/cases.ts'
import { MINUTE, timeUs } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { anna, aReport, openTown, type Town } from './town.ts'

let town: Town
const ids: string[] = []
beforeEach(async () => {
  town = await openTown()
  ids.length = 0
  for (let at = 1; at <= 7; at += 1) {
    const category = at % 3 === 0 ? 'litter' : 'lamp-dark'
    const place = { lat: 58 + at / 100, lon: 11 + at / 100 }
    const report = aReport({ asset: `lamp-${at}`, category, place })
    ids.push((await town.cases.report(north, report)).case)
    town.clock.advance(MINUTE)
  }
})
afterEach(() => town[Symbol.asyncDispose]())

async function numbers(filter: Partial<CaseFilter>): Promise<readonly number[]> {
  const cases = await town.cases.list(north, { which: 'open', limit: 50, ...filter })
  return cases.map(({ id }) => ids.indexOf(id) + 1)
}

async function everyPage(filter: Partial<CaseFilter>): Promise<readonly number[]> {
  const seen: number[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Awaited<ReturnType<Town['cases']['page']>> = await town.cases.page(north, {
      which: 'open',
      limit: 2,
      ...filter,
      ...(cursor !== '' && { cursor }),
    })
    expect(page.cases.length).toBeLessThanOrEqual(2)
    seen.push(...page.cases.map(({ id }) => ids.indexOf(id) + 1))
    cursor = page.next
  }
  return seen
}

async function due(at: number, time: number): Promise<void> {
  await town.database.write(north, 'normal', async (work) => {
    await work.query
      .updateTable('case')
      .set({ due_at: timeUs(time) })
      .where('id', '=', ids[at - 1] ?? '')
      .execute()
  })
}

it('shows what changed last first, page by page, each once', async () => {
  expect(await everyPage({})).toEqual([7, 6, 5, 4, 3, 2, 1])
})

it('shows what is due first, and what has no deadline after that', async () => {
  await due(5, 100)
  await due(2, 200)
  await due(7, 100)
  const [first, second, third, ...rest] = await everyPage({ sort: 'due' })
  expect(new Set([first, second])).toEqual(new Set([5, 7]))
  expect(third).toBe(2)
  expect(new Set(rest)).toEqual(new Set([1, 3, 4, 6]))
  expect(rest).toHaveLength(4)
})

it('finds words of number, asset and category in any case, and nothing by signs of patterns', async () => {
  expect(await numbers({ search: 'LYKTSTOLPE 3' })).toEqual([3])
  expect(await numbers({ search: 'nedskräpning' })).toEqual([6, 3])
  expect(await numbers({ search: 'nor-2026-000002' })).toEqual([2])
  expect(await numbers({ search: 'lyktstolpe%3_' })).toEqual([3])
  expect(await numbers({ search: "' or 1=1 --" })).toEqual([])
})

it('narrows by state, unit, category, asset and a box on the map', async () => {
  await town.cases.move(north, ids[0] ?? '', { to: 'in_progress', version: 1, by: anna })
  expect(await numbers({ states: ['in_progress'] })).toEqual([1])
  expect(await numbers({ unit: 'park' })).toEqual([6, 3])
  expect(await numbers({ unit: null })).toEqual([])
  expect(await numbers({ category: 'litter', asset: 'lamp-6' })).toEqual([6])
  const box = { west: 11.035, south: 58.035, east: 11.055, north: 58.06 }
  expect(await numbers({ box })).toEqual([5, 4])
  expect(await numbers({ assignee: 'anna' })).toEqual([])
})

it.each(['', 'x', 'c..', 'd.1.a', 'c.1', `c.${'9'.repeat(17)}.a`])(
  'refuses a cursor that no page gave: %j',
  async (cursor) => {
    await expect(
      town.cases.page(north, { which: 'open', limit: 2, cursor }),
    ).rejects.toMatchObject({ details: { kind: 'invalid', where: 'cursor' } })
  },
)

it('gives at most 500 and at least one', async () => {
  expect(await numbers({ limit: 0 })).toHaveLength(1)
  expect(await numbers({ limit: 9_999 })).toHaveLength(7)
})
