import { expect, it } from 'vitest'
import type { LogRecord } from '../../src/domain/log-record.ts'
import { durationUs, earlier, MINUTE, SECOND } from '../../src/domain/time.ts'
import { startBlindness } from '../../src/ingest/blindness.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { north, south } from '../support/database.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { openLogIn, wholeLog } from './field.ts'
import { until } from '../support/until.ts'

const seconds = (count: number) => durationUs(count * SECOND)

async function watched() {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const log = opening.use(await openLogIn(folder.path))
  const clock = new VirtualClock()
  const failures: unknown[] = []
  const town = { organisations: [north, south], away: false }
  const blindness = opening.use(
    startBlindness({
      log,
      clock,
      organisations: () =>
        town.away
          ? Promise.reject(new Error('the database is away'))
          : Promise.resolve(town.organisations),
      failed: (error) => failures.push(error),
    }),
  )
  const all = opening.move()
  return {
    log,
    clock,
    failures,
    town,
    blindness,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function records(log: ReadingLog): Promise<readonly LogRecord[]> {
  return (await wholeLog(log)).map(({ record }) => record)
}

it('tells every organisation for how long the service was down', async () => {
  await using field = await watched()
  const to = field.clock.now()
  const from = earlier(to, MINUTE)
  await field.blindness.booted(from)
  const blind = { kind: 'control', control: 'blind', why: 'boot', from, to, ingest: to }
  expect(await records(field.log)).toEqual([
    { ...blind, organisation: north },
    { ...blind, organisation: south },
  ])
})

it('writes nothing while the beats come as they should', async () => {
  await using field = await watched()
  field.clock.advance(durationUs(10 * MINUTE))
  field.clock.suspend(seconds(25))
  await field.blindness.check()
  expect(await records(field.log)).toEqual([])
})

it('writes one suspend for each organisation when the machine slept for more than 30 s', async () => {
  await using field = await watched()
  field.clock.advance(seconds(12))
  const from = earlier(field.clock.now(), seconds(2))
  field.clock.suspend(durationUs(10 * MINUTE))
  const to = field.clock.now()
  await field.blindness.check()
  field.clock.advance(durationUs(10 * MINUTE))
  await field.blindness.check()
  const blind = { kind: 'control', control: 'blind', why: 'suspend', from, to, ingest: to }
  expect(await records(field.log)).toEqual([
    { ...blind, organisation: north },
    { ...blind, organisation: south },
  ])
})

it('lets nobody who asks overtake a suspend that is still being written', async () => {
  await using field = await watched()
  field.clock.suspend(durationUs(10 * MINUTE))
  await Promise.all([field.blindness.check(), field.blindness.check()])
  expect(await records(field.log)).toHaveLength(2)
})

it('writes later what it could not write at once, from the beginning of the first suspend', async () => {
  await using field = await watched()
  const from = field.clock.now()
  field.town.away = true
  field.clock.suspend(MINUTE)
  await expect(field.blindness.check()).rejects.toThrow('away')
  field.clock.suspend(MINUTE)
  const to = field.clock.now()
  await until(() => field.failures.length > 0)
  expect(await records(field.log)).toEqual([])
  field.town.away = false
  await field.blindness.check()
  await field.blindness.check()
  expect(await records(field.log)).toMatchObject([
    { organisation: north, why: 'suspend', from, to },
    { organisation: south, why: 'suspend', from, to },
  ])
})

it('beats no more once it is stopped', async () => {
  await using field = await watched()
  field.blindness[Symbol.dispose]()
  field.clock.suspend(durationUs(10 * MINUTE))
  expect(await records(field.log)).toEqual([])
  expect(field.failures).toEqual([])
})
