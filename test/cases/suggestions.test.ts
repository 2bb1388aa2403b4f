import { expect, it } from 'vitest'
import type { CaseCatalogue } from '../../src/cases/catalogue.ts'
import type { NewReport } from '../../src/cases/cases.ts'
import { category } from '../../src/cases/category.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import { anna, aReport, catalogue, openTown } from './town.ts'

const name = { sv: 'Hål', nb: 'Hull', en: 'Hole' }
const holes: CaseCatalogue = {
  ...catalogue,
  categories: new Map([
    ...catalogue.categories,
    [
      'hole',
      category.parse({ name, faultClass: 'hole', group: 'Gata', expiresAfterDays: 20 }),
    ],
    ['edge', category.parse({ name, faultClass: 'edge', group: 'Gata', radius: 50 })],
    ['home', category.parse({ name, faultClass: 'home', group: 'Gata', private: true })],
  ]),
}

/** So many metres north of the square. */
function at(metres: number): { readonly lat: number; readonly lon: number } {
  return { lat: 58.27 + metres / 111_195, lon: 11.43 }
}

function hole(metres: number, said: Partial<NewReport> = {}): NewReport {
  const { asset: _, ...rest } = aReport({ category: 'hole', text: 'Hål' })
  return { ...rest, place: at(metres), ...said }
}

const day = durationUs(24 * HOUR)

it('suggests what is open nearby, the nearest first, and never more than five', async () => {
  await using town = await openTown({ catalogue: holes })
  const { cases } = town
  for (const metres of [240, 30, 100, 260, 10, 60, 200]) {
    await cases.report(north, hole(metres))
  }
  const about = { category: 'hole', place: at(0) }
  const found = await cases.suggestions(north, about)
  expect(found.map(({ metres }) => metres)).toEqual([10, 30, 60, 100, 200])
  expect(found[0]).toMatchObject({ state: 'received', photo: null, number: /^NOR-2026-/ })
  // A category of the same heading, with a radius of its own.
  const edges = await cases.suggestions(north, { category: 'edge', place: at(0) })
  expect(edges.map(({ metres }) => metres)).toEqual([10, 30])
  expect(await cases.suggestions(north, { category: 'litter', place: at(0) })).toEqual([])
  expect(await cases.suggestions(south, about)).toEqual([])
  expect(await cases.suggestions(north, { category: 'hole' })).toEqual([])
  town.clock.advance(durationUs(31 * day))
  expect(await cases.suggestions(north, about)).toEqual([])
})

it('suggests nothing that the public may not know', async () => {
  await using town = await openTown({ catalogue: holes })
  const { cases } = town
  const phone = { source: 'phone' } as const
  const secret = await cases.report(north, hole(5, { category: 'home' }))
  await cases.report(north, hole(5, { ...phone, asset: 'pump-1' }))
  const closed = await cases.report(north, hole(5))
  await cases.move(north, closed.case, {
    to: 'closed',
    reason: 'no_fault_found',
    version: 1,
    by: anna,
  })
  expect(await cases.suggestions(north, { category: 'hole', place: at(0) })).toEqual([])
  expect(await cases.suggestions(north, { category: 'pump', place: at(0) })).toEqual([])
  // And nobody follows it by guessing its id.
  const own = await cases.report(north, hole(0, { follows: secret.case }))
  expect(own.known).toBeNull()
})

it('joins what somebody says is the same', async () => {
  await using town = await openTown({ catalogue: holes })
  const { cases } = town
  const first = await cases.report(north, hole(100))
  const [one] = await cases.suggestions(north, { category: 'hole', place: at(0) })
  const contact = { email: 'bo@example.se' }
  const same = await cases.report(
    north,
    hole(0, { follows: one?.id ?? '', text: '', contact, wantsUpdates: true }),
  )
  expect(same).toMatchObject({ case: first.case, number: first.number })
  expect(same.known).not.toBeNull()
  // Closed meanwhile, it is a report of its own.
  await cases.move(north, first.case, {
    to: 'closed',
    reason: 'no_fault_found',
    version: 1,
    by: anna,
  })
  const late = await cases.report(north, hole(0, { follows: first.case }))
  expect(late.case).not.toBe(first.case)
})

it('shows staff what may be the same, further away', async () => {
  await using town = await openTown({ catalogue: holes })
  const { cases } = town
  const own = await cases.report(north, hole(0))
  for (const metres of [900, 1_100, 40]) await cases.report(north, hole(metres))
  await cases.report(north, hole(3, { category: 'home' }))
  const found = await cases.duplicates(north, own.case)
  expect(found.map(({ metres }) => metres)).toEqual([3, 40, 900])
  await expect(cases.duplicates(south, own.case)).rejects.toMatchObject({
    details: { kind: 'not_found' },
  })
})

it('closes what nobody worked on and nothing joined for as long as its category says', async () => {
  await using town = await openTown({ catalogue: holes })
  const { cases, clock } = town
  const old = await cases.report(north, hole(0))
  const kept = await cases.report(north, hole(0, { category: 'edge' }))
  const worked = await cases.report(north, hole(0))
  await cases.move(north, worked.case, { to: 'in_progress', version: 1, by: anna })
  clock.advance(durationUs(19 * day))
  expect(await cases.closeExpired(clock.now())).toBe(0)
  clock.advance(day)
  expect(await cases.closeExpired(clock.now())).toBe(1)
  expect(await cases.get(north, old.case, false)).toMatchObject({
    state: 'closed',
    closingReason: 'expired',
  })
  expect((await cases.get(north, kept.case, false)).state).toBe('received')
  expect((await cases.get(north, worked.case, false)).state).toBe('in_progress')
})
