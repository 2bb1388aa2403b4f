import { expect, it } from 'vitest'
import { durationUs, HOUR, SECOND } from '../../src/domain/time.ts'
import { startDeadlineTimers } from '../../src/service-levels/start-deadline-timers.ts'
import { north } from '../support/database.ts'
import { catalogueWith, openDeadlineTown } from './town.ts'
import { level, local } from './stories.ts'
import { until } from '../support/until.ts'

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
  // The clock goes on when the job before has ended, which is when it waits for the clock again.
  const look = async (upTo: number): Promise<void> => {
    while (looks.length < upTo) {
      await until(() => town.clock.pending() > 0)
      town.clock.advance(durationUs(20 * SECOND))
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
