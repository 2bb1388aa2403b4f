import { expect, it } from 'vitest'
import { setImmediate as turn } from 'node:timers/promises'
import { durationUs, HOUR, SECOND } from '../../src/domain/time.ts'
import { startDeadlineTimers } from '../../src/service-levels/start-deadline-timers.ts'
import { north } from '../support/database.ts'
import { catalogueWith, openDeadlineTown } from './town.ts'
import { level, local } from './stories.ts'

it('a timer tells what is due, and works cases out anew for each configuration', async () => {
  const one = level({ clocks: { resolve: '4h' }, escalate: [{ at: 0, tell: 'unit' }] })
  await using town = await openDeadlineTown({ one }, local('2026-11-20 08:00'))
  await town.report('lamp-1')
  town.clock.advance(durationUs(5 * HOUR))
  const workedOut: string[] = []
  const failures: unknown[] = []
  const looks: number[] = []
  await using timers = startDeadlineTimers({
    ...town.parts,
    failed: (error) => failures.push(error),
    timers: {
      runDue: async (failed) => {
        const looked = await town.timers.runDue(failed)
        looks.push(looked)
        return looked
      },
      recompute: async (organisation) => {
        workedOut.push(organisation)
        return await town.timers.recompute(organisation)
      },
    },
  })
  expect(timers).toBeDefined()
  // However often the clock is put on: a job that runs is not begun twice.
  const look = async (upTo: number): Promise<void> => {
    for (let tries = 0; tries < 100_000; tries += 1) {
      if (looks.length >= upTo) return
      town.clock.advance(durationUs(20 * SECOND))
      await turn()
    }
  }
  await look(3)
  expect(failures).toEqual([])
  expect(workedOut).toEqual([north])
  const told = (await town.letters()).map(({ person }) => person)
  expect(new Set(told)).toEqual(new Set(['anna', 'bo']))
  expect(told).toHaveLength(2)
  town.configure(catalogueWith({ one }))
  await look(looks.length + 2)
  expect(workedOut).toEqual([north, north])
  expect(await town.letters()).toHaveLength(2)
})
