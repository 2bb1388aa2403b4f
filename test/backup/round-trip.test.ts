import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { contentsOf } from '../../src/backup/contents.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import { readHold, releaseDeliveries } from '../../src/delivery/hold.ts'
import type { LogEntry } from '../../src/domain/log-record.ts'
import { comparePositions } from '../../src/domain/position.ts'
import { durationUs, later, MINUTE, SECOND, toIso } from '../../src/domain/time.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import { allAlarms, allCases, goDark, journal } from '../scenario/look.ts'
import { darkOnLamp17, report } from '../scenario/people-say.ts'
import { lamp } from '../support/devices-say.ts'
import {
  eventually,
  startService,
  strandkoping,
  type TestService,
} from '../support/service.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import {
  backUp,
  mailsOf,
  openPlace,
  recordsOf,
  restore,
  rowsOf,
  type Place,
} from './desk.ts'

const staffEmail = 'admin@strandkoping.example'

it('restores a service that spoke and was spoken to, and sends nothing before it is released', async () => {
  await using place = await openPlace()
  const clock = new VirtualClock()
  const { manifest, before, people, darkSince } = await livingService(place, clock)

  const restoredManifest = await restore(place, clock)
  expect(restoredManifest).toEqual(manifest)
  expect(statSync(place.restored).mode & 0o777).toBe(0o700)
  // `installation` has the hold; whatever else people and alarms left is row for row the same.
  expect(rowsOf(place.restored, ['installation'])).toEqual(before.rows)
  expect(mailsOf(place.restored)).toEqual(before.mails)
  expect(readFileSync(join(place.restored, 'secret.key'))).toEqual(
    readFileSync(join(place.data, 'secret.key')),
  )
  const heard = await recordsOf(place.restored, clock)
  expect(heard.at(-1)?.position).toEqual(manifest.log.head)
  expect(heard).toEqual((await recordsOf(place.data, clock)).slice(0, heard.length))

  let points: PowerPoints
  {
    await using service = await startService({ folder: place.restored, clock })
    // The device never had its acknowledgement, and says again what the backup has already.
    await service.say('lamp-17', lamp(darkSince, 'dark'))
    await service.settle()
    const staff = await service.logIn(staffEmail)
    expect(await allAlarms(staff)).toEqual(people.alarms)
    expect(await allCases(staff)).toEqual(people.cases)
    expect(await journal(service)).toEqual(people.journal)
    await staysSilentUntilReleased(service, place, Object.keys(before.mails))
    points = await powerPoints(service)
  }
  await historyEquals(place, heard, points)
}, 120_000)

/** A service with alarms, cases, mails and messages that go on while the backup is taken. */
async function livingService(place: Place, clock: VirtualClock) {
  await using service = await startService({ folder: place.data, clock })
  for (let minute = 0; minute < 3; minute += 1) {
    await service.say('lamp-17', lamp(clock.now(), 'lit'))
    await service.say('lamp-18', lamp(clock.now(), 'lit'))
    service.pass(SECOND)
  }
  const darkSince = clock.now()
  await goDark(service)
  await eventually(
    () => journal(service, { rule: 'lamp-dark' }),
    ({ length }) => length === 1,
  )
  const contact = { email: 'anna@example.se' }
  await report(service, { ...darkOnLamp17, contact, wantsUpdates: true })
  service.pass(durationUs(6 * SECOND))
  await eventually(() => Promise.resolve(mailsOf(place.data)), hasOne)
  await queueOneMore(service)
  const staff = await service.logIn(staffEmail)
  await service.settle()
  const people = {
    alarms: await allAlarms(staff),
    cases: await allCases(staff),
    journal: await journal(service),
  }
  expect(people.journal).toMatchObject([{ asset: 'lamp-17', event: 'raised' }])
  expect(people.cases).toMatchObject([{ reports: { alarm: 1, human: 1 } }])
  const before = { rows: rowsOf(place.data, ['installation']), mails: mailsOf(place.data) }

  const [manifest] = await Promise.all([
    backUp(place, clock),
    (async () => {
      for (let n = 0; n < 40; n += 1) {
        await service.say('lamp-18', lamp(clock.now(), 'lit'))
        clock.advance(durationUs(SECOND / 10))
      }
    })(),
  ])
  await service.settle()
  return { manifest, before, people, darkSince }
}

/** A mail that would leave in a minute. */
async function queueOneMore({ app, clock }: TestService): Promise<void> {
  const { kind, payload } = await app.database
    .read(strandkoping)
    .selectFrom('outbox')
    .select(['kind', 'payload'])
    .executeTakeFirstOrThrow()
  await app.database.write(strandkoping, 'normal', (work) =>
    enqueue(work, {
      id: 'one-more',
      kind,
      payload: JSON.parse(payload) as object,
      dueAt: later(clock.now(), MINUTE),
    }),
  )
}

async function staysSilentUntilReleased(
  service: TestService,
  { restored }: Place,
  names: readonly string[],
): Promise<void> {
  const { database } = service.app
  expect(await readHold(database)).toEqual({
    since: expect.any(Number),
    why: expect.stringMatching(/^restored from the backup of 2026-/),
  })
  service.pass(durationUs(2 * MINUTE))
  // A new report makes a mail of its own; neither it nor the old one may leave.
  const contact = { email: 'bo@example.se' }
  await report(service, { ...darkOnLamp17, asset: 'lamp-30', contact, wantsUpdates: true })
  service.pass(durationUs(30 * SECOND))
  await service.settle()
  const undelivered = () =>
    database
      .read(strandkoping)
      .selectFrom('outbox')
      .select(['id', 'attempts'])
      .where('delivered_at', 'is', null)
      .execute()
  // The desk's next step is due meanwhile, and waits as the citizens' letters do.
  const waiting = await undelivered()
  expect(waiting.length).toBeGreaterThanOrEqual(2)
  expect(waiting.filter(({ attempts }) => attempts > 0)).toEqual([])
  expect(Object.keys(mailsOf(restored))).toEqual(names)
  await releaseDeliveries(database)
  service.pass(durationUs(6 * SECOND))
  await eventually(undelivered, ({ length }) => length === 0)
  // More than these two is the desk's: its annunciator waited for the lease of the service that was backed up.
  const mails = await eventually(
    () => Promise.resolve(Object.keys(mailsOf(restored))),
    ({ length }) => length > names.length + 2,
  )
  expect(mails.length).toBeGreaterThan(names.length + 2)
}

type PowerPoints = Awaited<ReturnType<typeof powerPoints>>

/** What measures the power of the two lamps. */
async function powerPoints({ app }: TestService) {
  const configuration = await app.configurations.current(strandkoping)
  return ['lamp-17', 'lamp-18'].map((device) => {
    const known = configuration?.assetPoints.get(device) ?? []
    return { device, point: known.find(({ role }) => role === 'power')?.point }
  })
}

/** Built anew from the restored log: every reading once, to the last digit. */
async function historyEquals(
  { restored }: Place,
  heard: readonly LogEntry[],
  points: PowerPoints,
): Promise<void> {
  await using store = await openDuckdbStore({ file: contentsOf(restored).history })
  for (const { device, point } of points) {
    if (point === undefined) throw new Error(`${device} has no point`)
    const powers = heard.flatMap(({ record }) =>
      record.kind === 'envelope' && record.device === device
        ? [JSON.parse(Buffer.from(record.payload).toString()) as { ts: number; p: number }]
        : [],
    )
    // The same second again is the same sample.
    const samples = new Map(powers.map(({ ts, p }) => [ts, p / 10]))
    const sum = [...samples.values()].reduce((total, power) => total + power, 0)
    const totals = await store.totals(strandkoping, point)
    expect(totals.count).toBe(samples.size)
    expect(totals.sum).toBeCloseTo(sum, 6)
  }
}

const hasOne = (mails: object): boolean => Object.keys(mails).length === 1

it('keeps every message that was acknowledged before it began, and the newest ones too', async () => {
  await using place = await openPlace()
  const clock = new VirtualClock()
  await using service = await startService({ folder: place.data, clock })
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  const first = await backUp(place, clock)
  const head = first.log.head
  if (head === null) throw new Error('something was heard')
  expect(first).toMatchObject({ history: false, created: toIso(clock.now()) })
  expect(first.files.map(({ path }) => path)).toEqual([
    'gatuvakt.sqlite',
    'log.sqlite',
    'secret.key',
  ])
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  const second = await backUp({ ...place, backup: `${place.backup}-2` }, clock)
  if (second.log.head === null) throw new Error('something was heard')
  expect(comparePositions(head, second.log.head)).toBeLessThan(0)
})
