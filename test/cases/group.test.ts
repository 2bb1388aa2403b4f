import { afterEach, beforeEach, expect, it } from 'vitest'
import { north } from '../support/database.ts'
import { openTown, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

async function gather(id: string, ...assets: readonly string[]): Promise<void> {
  const listed = assets.map((asset) => ({ asset, occurrence: `of-${asset}` }))
  const gathered = { assets: listed, at: town.clock.now() }
  await town.database.write(north, 'alarm', (work) =>
    town.cases.effects.gathered(work, id, gathered),
  )
}

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
