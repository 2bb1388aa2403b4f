import { expect, it } from 'vitest'
import { MINUTE } from '../../src/domain/time.ts'
import { compileRoutes } from '../../src/routing/compile.ts'
import { watchRoutes } from '../../src/routing/watch-routes.ts'
import { north } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { calendar, catalogueOf } from './town.ts'

it('tells of broken routes once for each configuration, and goes on after an error', async () => {
  const broken = compileRoutes(catalogueOf([{ order: 1, unit: 'gone' }]), calendar)
  const sound = compileRoutes(catalogueOf([{ order: 1, unit: 'a' }]), calendar)
  let now = broken
  let failing = false
  const clock = createManualClock()
  const told: string[] = []
  const failed: string[] = []
  const looked = Promise.withResolvers<void>()
  {
    await using watching = watchRoutes({
      organisations: async () => [north],
      routesOf: async () => {
        looked.resolve()
        if (failing) throw new Error('away')
        return now
      },
      clock,
      broken: (organisation, routes) =>
        void told.push(`${organisation} ${routes.map(({ unit }) => unit).join()}`),
      failed: (error) => void failed.push(String(error)),
    })
    expect(watching).toBeDefined()
    await looked.promise
    await pass()
    failing = true
    await pass()
    failing = false
    now = sound
    await pass()
    now = compileRoutes(catalogueOf([{ order: 1, unit: 'lost' }]), calendar)
    await pass()
  }
  expect(told).toEqual([`${north} gone`, `${north} lost`])
  expect(failed).toEqual(['Error: away'])

  /** A look has some awaits in it, and the next timer is set behind them. */
  async function pass(): Promise<void> {
    clock.advance(MINUTE)
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
})
