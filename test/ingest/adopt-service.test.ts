import { glob, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { adoptLog } from '../../src/api/local/log.ts'
import { systemClock } from '../../src/clock.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import { durationUs, HOUR, SECOND } from '../../src/domain/time.ts'
import type { AdoptPlan } from '../../src/ingest/adopt.ts'
import { openSqliteLog } from '../../src/ingest/sqlite-log/open.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { journal, openAlarms } from '../scenario/look.ts'
import { lamp } from '../support/devices-say.ts'
import { refusalOf } from '../support/problems.ts'
import { seededRandom } from '../support/random.ts'
import {
  eventually,
  startService,
  strandkoping,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const seconds = (count: number) => durationUs(count * SECOND)
const dark = { rule: 'lamp-dark', asset: 'lamp-17' }

/** What `gatuvakt log adopt` does, by the clock of the test. */
async function adoptIn(
  folder: string,
  clock: VirtualClock,
  dryRun: boolean,
): Promise<AdoptPlan> {
  await using opened = new AsyncDisposableStack()
  const file = (name: string): string => join(folder, name)
  const database = opened.use(
    await openSqliteDatabase({
      file: file('gatuvakt.sqlite'),
      clock,
      realTime: systemClock,
    }),
  )
  const random = seededRandom('another log')
  const log = opened.use(
    await openSqliteLog({ file: file('log.sqlite'), clock: systemClock, random }),
  )
  const store = opened.use(await openDuckdbStore({ file: file('readings.duckdb') }))
  const configurations = createConfigurations(database)
  return await adoptLog({ database, log, store, configurations, clock }, { dryRun })
}

/** How many readings history holds of the lamp's power. */
async function countOf(service: TestService): Promise<number> {
  const staff = await service.logIn('admin@strandkoping.example')
  const day = 24 * HOUR
  const [from, to] = [service.clock.now() - day, service.clock.now() + day].map((at) =>
    new Date(at / 1_000).toISOString(),
  )
  const path = `/assets/lamp-17/history?role=power&from=${from}&to=${to}`
  const { body } = await staff.get(path)
  return (body as { pieces: { total: number }[] }).pieces.reduce(
    (sum, { total }) => sum + total,
    0,
  )
}

it('goes on with a new log after the old one was lost: an open alarm stays, clears, and nothing is doubled', async () => {
  await using temporary = await temporaryFolder()
  const folder = temporary.path
  const clock = new VirtualClock()
  {
    await using service = await startService({ folder, clock })
    await service.say('lamp-17', lamp(clock.now(), 'dark'))
    await service.settle()
    service.pass(seconds(21))
    const staff = await service.logIn('admin@strandkoping.example')
    await eventually(
      () => openAlarms(staff),
      (open) => open.length === 1,
    )
    await service.settle()
    expect(await countOf(service)).toBe(1)
  }
  const raised = [{ ...dark, event: 'raised' }]
  for await (const file of glob(join(folder, 'log.sqlite*'))) await rm(file)
  clock.advance(seconds(60))

  const refusal = await refusalOf(startService({ folder, clock }))
  expect(refusal).toMatchObject({ kind: 'conflict' })
  expect(refusal.next).toContain('gatuvakt log adopt')

  const plan = await adoptIn(folder, clock, true)
  expect(plan).toMatchObject({
    head: undefined,
    needed: true,
    detector: { state: 'foreign' },
    history: { state: 'foreign' },
    organisations: [{ organisation: strandkoping, current: 1, append: true }],
  })
  expect(await refusalOf(startService({ folder, clock }))).toEqual(refusal)
  expect(await adoptIn(folder, clock, false)).toMatchObject({ needed: true })
  expect(await adoptIn(folder, clock, false)).toMatchObject({
    needed: false,
    detector: { state: 'follows' },
    history: { state: 'new' },
  })

  await using service = await startService({ folder, clock })
  await service.settle()
  const staff = await service.logIn('admin@strandkoping.example')
  expect(await openAlarms(staff)).toMatchObject([{ asset: { id: 'lamp-17' } }])
  expect(await journal(service, dark)).toMatchObject(raised)
  // It is still dark: known already, so nothing new is said.
  await service.say('lamp-17', lamp(clock.now(), 'dark'))
  await service.settle()
  service.pass(seconds(60))
  await service.settle()
  expect(await journal(service, dark)).toMatchObject(raised)
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  await service.settle()
  service.pass(seconds(60))
  await eventually(
    () => journal(service, dark),
    (lines) => lines.length === 2,
  )
  expect(await journal(service, dark)).toMatchObject([
    ...raised,
    { ...dark, event: 'cleared' },
  ])
  // And it can be raised anew.
  service.pass(seconds(60))
  await service.say('lamp-17', lamp(clock.now(), 'dark'))
  await service.settle()
  service.pass(seconds(21))
  await eventually(
    () => journal(service, dark),
    (lines) => lines.length === 3,
  )
  await service.settle()
  expect(await countOf(service)).toBe(4)
  const audit = await service.app.database
    .read(strandkoping)
    .selectFrom('audit')
    .selectAll()
    .where('action', '=', 'log.adopt')
    .execute()
  expect(audit).toMatchObject([
    { actor: 'local', subject: plan.epoch, detail: expect.stringContaining('"foreign ') },
  ])
}, 60_000)
