import { afterEach, beforeEach, expect, it } from 'vitest'
import { north } from '../support/database.ts'
import { anna, aReport, openTown, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

const gather = (id: string, ...assets: readonly string[]) => town.gather(id, ...assets)

it('becomes a group when alarms are gathered into its own', async () => {
  const id = await town.raise('lamp-1')
  await gather(id, 'lamp-2', 'lamp-3')
  const view = await town.cases.get(north, id, false)
  expect(view).toMatchObject({ kind: 'group', assets: 2 })
  expect(view.gathered.map((asset) => asset.id)).toEqual(['lamp-2', 'lamp-3'])
  expect(view.events.at(-1)).toMatchObject({
    kind: 'assets_gathered',
    visibility: 'internal',
    data: { assets: 2 },
  })
})

it('lists an asset once, however often it is gathered', async () => {
  const id = await town.raise('lamp-1')
  await gather(id, 'lamp-2')
  await gather(id, 'lamp-2', 'lamp-3')
  await gather(id, 'lamp-3')
  const { assets, events } = await town.cases.get(north, id, false)
  expect(assets).toBe(2)
  const added = events.filter(({ kind }) => kind === 'assets_gathered')
  expect(added.map(({ data }) => data['assets'])).toEqual([1, 1])
})

it('takes five thousand lamps of one feeder, and shows the first of them', async () => {
  const id = await town.raise('lamp-1')
  const lamps = Array.from({ length: 5_000 }, (_, n) => `far-${String(n).padStart(4, '0')}`)
  await gather(id, ...lamps)
  const view = await town.cases.get(north, id, false)
  expect(view.assets).toBe(5_000)
  expect(view.gathered).toHaveLength(500)
  const [listed] = await town.cases.list(north, { which: 'open', limit: 10 })
  expect(listed).toMatchObject({ id, kind: 'group', assets: 5_000 })
})

it('stays a single case when nothing is gathered', async () => {
  const id = await town.raise('lamp-1')
  await gather(id)
  expect(await town.cases.get(north, id, false)).toMatchObject({
    kind: 'single',
    assets: 0,
  })
})

it('takes in earlier cases of its assets, which keep number, reports and followers', async () => {
  const told = aReport({
    asset: 'lamp-2',
    contact: { email: 'maj@example.se' },
    wantsUpdates: true,
  })
  const earlier = await town.cases.report(north, told)
  await town.raise('lamp-3')
  const id = await town.raise('lamp-1')
  await gather(id, 'lamp-2', 'lamp-3')
  const view = await town.cases.get(north, id, true)
  expect(view.merged.map(({ number }) => number)).toContain(earlier.number)
  expect(view.merged).toHaveLength(2)
  expect(view.reports).toEqual({ alarm: 2, human: 1 })
  expect(view.reporters).toMatchObject([{ email: 'maj@example.se' }])
  const seen = await town.cases.follow(earlier.token)
  expect(seen).toMatchObject({ number: earlier.number, state: 'received' })
  expect(seen.events.map(({ kind }) => kind)).toContain('merged')
})

it('takes what people say of one of its assets, alarm or not', async () => {
  const id = await town.raise('lamp-1')
  await gather(id, 'lamp-2')
  expect((await town.cases.report(north, aReport({ asset: 'lamp-2' }))).case).toBe(id)
  expect(await town.raise('lamp-2')).toBe(id)
  const litter = aReport({ asset: 'lamp-2', category: 'litter' })
  expect((await town.cases.report(north, litter)).case).not.toBe(id)
})

it('gives what is still faulty when it closes a case of its own', async () => {
  await town.raise('lamp-2')
  const id = await town.raise('lamp-1')
  await town.raise('lamp-3')
  await gather(id, 'lamp-2', 'lamp-3')
  await town.clear('lamp-1')
  await town.clear('lamp-3')
  const { version } = await town.cases.get(north, id, false)
  const earlier = await town.cases.remaining(north, id)
  expect(earlier).toMatchObject([{ asset: { id: 'lamp-2' }, mergedInto: id }])
  await town.cases.move(north, id, { to: 'closed', reason: 'fixed', version, by: anna })
  const open = await town.cases.list(north, { which: 'open', limit: 10 })
  expect(open).toMatchObject([{ asset: { id: 'lamp-2' }, reports: { alarm: 1, human: 0 } }])
  const own = open[0]?.id ?? ''
  const left = await town.cases.remaining(north, id)
  expect(left).toMatchObject([{ id: own, mergedInto: null }])
  expect((await town.cases.get(north, own, false)).events[0]?.data).toMatchObject({
    recurrenceOf: id,
  })
  // The alarm goes on in it.
  expect(await town.raise('lamp-2')).toBe(own)
  await town.clear('lamp-2')
  expect(await town.cases.remaining(north, id)).toEqual([])
})

it('does not close a group while the alarm of its own asset stands', async () => {
  const id = await town.raise('lamp-1')
  await gather(id, 'lamp-2')
  const { version } = await town.cases.get(north, id, false)
  const close = { to: 'closed', reason: 'fixed', version, by: anna } as const
  await expect(town.cases.move(north, id, close)).rejects.toMatchObject({
    details: { kind: 'conflict', where: 'reason' },
  })
})
