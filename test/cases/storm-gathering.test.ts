import { expect, it } from 'vitest'
import type { CaseCatalogue } from '../../src/cases/catalogue.ts'
import type { NewReport } from '../../src/cases/cases.ts'
import type { CaseView } from '../../src/cases/views.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { createNotices } from '../../src/notices/notices.ts'
import { createStorms, type StormWorld } from '../../src/notices/storms.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { anna, aReport, catalogue, countedRandom, openTown } from './town.ts'

const word = { sv: 'Snö', nb: 'Snø', en: 'Snow' }
const world: StormWorld = {
  assets: catalogue.assets,
  isIn: (area, { lat }) => (lat > 58.25 ? 'north' : 'south') === area,
  areaOf: ({ lat }) => (lat > 58.25 ? 'north' : 'south'),
  hasLevel: (level) => level === 'storm',
}

/** A town in whose lamps a storm rages. */
async function inStorm(
  scope: { readonly categories: readonly string[]; readonly area?: string },
  known: CaseCatalogue = catalogue,
) {
  const clock = createManualClock()
  const database = await openTestDatabase(clock)
  const notices = createNotices({
    database,
    clock,
    random: countedRandom(),
    world: async () => world,
  })
  const town = await openTown({
    database,
    clock,
    catalogue: known,
    storms: createStorms(() => world),
  })
  const notice = await notices.publish(north, {
    kind: 'storm',
    title: word,
    text: word,
    serviceLevel: 'storm',
    scope: { assets: [], ...scope, categories: [...scope.categories] },
    from: clock.now(),
    to: null,
    by: 'user:anna',
  })
  const place = () =>
    town.cases.placeAccepted({ failed: (error) => expect.fail(String(error)) })
  const open = () => town.cases.list(north, { which: 'open', limit: 500 })
  return {
    ...town,
    place,
    open,
    async storms(): Promise<readonly CaseView[]> {
      return (await open()).filter(({ kind }) => kind === 'storm')
    },
    async end() {
      clock.advance(durationUs(MINUTE))
      await notices.end(north, notice.id)
    },
    [Symbol.asyncDispose]: () => town[Symbol.asyncDispose](),
  }
}

function litter(lat: number): NewReport {
  const { asset: _, ...said } = aReport({ category: 'litter', text: 'Snö' })
  return { ...said, place: { lat, lon: 11.4 } }
}

it('gathers what a storm brings in one case an area, and answers all of them at once', async () => {
  await using town = await inStorm({ categories: ['litter'] })
  const { cases } = town
  const contact = { email: 'asa@example.se' }
  const receipts = []
  for (let count = 0; count < 6; count += 1) {
    const said = { ...litter(count % 2 === 0 ? 58.2 : 58.3), contact, wantsUpdates: true }
    receipts.push(await cases.report(north, said))
  }
  // Not the storm's: it stands for itself.
  await cases.report(north, aReport())
  await town.place()
  const all = await town.open()
  const storms = all.filter(({ kind }) => kind === 'storm')
  expect(all).toHaveLength(3)
  expect(storms.map(({ reports }) => reports.human)).toEqual([3, 3])
  for (const storm of storms) {
    expect(storm).toMatchObject({ state: 'received', unit: 'park', asset: null })
  }
  const row = await town.database
    .read(north)
    .selectFrom('case')
    .select('policy')
    .where('kind', '=', 'storm')
    .execute()
  expect(row).toEqual([{ policy: 'storm' }, { policy: 'storm' }])
  for (const { id, version } of storms) {
    await cases.say(north, id, { version, by: anna, to: 'public', text: 'Nästa runda 18' })
  }
  for (const { token, number } of receipts) {
    const page = await cases.follow(token)
    expect(page).toMatchObject({ number, state: 'received' })
    expect(page.events.at(-1)).toMatchObject({ kind: 'said', text: 'Nästa runda 18' })
  }
  const said = await town.database
    .read(north)
    .selectFrom('outbox')
    .select('kind')
    .where('kind', '=', 'mail.case_news')
    .execute()
  expect(said).toHaveLength(6)
})

it('takes in a call and an alarm of the same fault, and gives back what is still faulty', async () => {
  await using town = await inStorm({ categories: ['lamp-dark'] })
  const { cases } = town
  const called = await cases.report(north, aReport({ source: 'phone' }))
  expect(called.known).toMatchObject({ bySensor: false })
  await town.raise('lamp-1')
  await town.raise('lamp-2')
  const [storm, ...others] = await town.open()
  expect(others).toEqual([])
  expect(storm).toMatchObject({ kind: 'storm', reports: { alarm: 2, human: 1 } })
  // An alarm that comes and goes is one all the time.
  await town.clear('lamp-2', { acknowledged: false })
  await town.raise('lamp-2')
  const flapped = await town.open()
  expect(flapped).toMatchObject([{ reports: { alarm: 2, human: 1 } }])
  await town.clear('lamp-1')
  await town.end()
  // The storm is over: the next one stands for itself, and the lamp that stays dark is found.
  expect((await cases.report(north, aReport())).known).toBeNull()
  const left = await cases.remaining(north, storm?.id ?? '')
  expect(left).toMatchObject([{ asset: { id: 'lamp-2' }, state: 'closed' }])
  for (const { id, version } of left) await cases.unmerge(north, id, { version, by: anna })
  const assets = (await town.open()).map(({ asset }) => asset?.id ?? null)
  expect(new Set(assets)).toEqual(new Set(['lamp-1', 'lamp-2', null]))
  expect(await cases.remaining(north, storm?.id ?? '')).toEqual([])
})

it('never asks to open a storm again: what comes back is another case', async () => {
  await using town = await inStorm({ categories: [] })
  const { cases } = town
  await cases.report(north, aReport({ source: 'phone' }))
  await town.end()
  const [storm] = await town.storms()
  await cases.move(north, storm?.id ?? '', {
    to: 'closed',
    reason: 'fixed',
    version: storm?.version ?? 0,
    by: anna,
  })
  const again = await cases.report(north, aReport())
  expect((await cases.get(north, again.case, false)).state).toBe('received')
  expect(await town.storms()).toEqual([])
})

it('begins another case when the first was closed while the storm goes on', async () => {
  await using town = await inStorm({ categories: [], area: 'south' })
  const { cases } = town
  await cases.report(north, litter(58.2))
  await town.place()
  const [first] = await town.storms()
  await cases.move(north, first?.id ?? '', {
    to: 'closed',
    reason: 'no_fault_found',
    version: first?.version ?? 0,
    by: anna,
  })
  await cases.report(north, litter(58.21))
  await cases.report(north, litter(58.3))
  await town.place()
  const open = await town.open()
  expect(open.map(({ kind }) => kind).toSorted()).toEqual(['single', 'storm'])
})

it('gathers nothing that is urgent', async () => {
  const urgent: CaseCatalogue = {
    ...catalogue,
    routes: [{ order: 1, when: {}, unit: 'park', priority: 'urgent' }],
  }
  await using town = await inStorm({ categories: [] }, urgent)
  await town.cases.report(north, litter(58.2))
  await town.place()
  expect(await town.open()).toMatchObject([{ kind: 'single', priority: 'urgent' }])
})
