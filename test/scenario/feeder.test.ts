import { expect, it } from 'vitest'
import { durationUs, later, MINUTE, SECOND, toIso } from '../../src/domain/time.ts'
import { cabinet, lamp, station } from '../support/devices-say.ts'
import { eventually, startService, type TestService } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import {
  allAlarms,
  allCases,
  eventAt,
  eventsOf,
  journal,
  openAlarms,
  rowsIn,
  suppressedAlarms,
} from './look.ts'

/** What cabinet-1 feeds, as the demo has it. */
const fed = Array.from({ length: 16 }, (_, index) => `lamp-${index + 1}`)
const others = Array.from({ length: 32 }, (_, index) => `lamp-${index + 17}`)

const isOfLamp = ({ asset }: { readonly asset: string }) => asset.startsWith('lamp-')

async function speak(
  service: TestService,
  volts: number,
  lamps: readonly string[],
): Promise<void> {
  const now = service.clock.now()
  await service.say('cabinet-1', cabinet(now, volts))
  for (const one of ['station-1', 'station-2']) await service.say(one, station(now))
  for (let from = 0; from < lamps.length; from += 16) {
    const some = lamps.slice(from, from + 16)
    await Promise.all(some.map((one) => service.say(one, lamp(now, 'lit'))))
  }
  await service.settle()
}

it('tells of a feeder that lost its supply, not of the lamps it silenced, and of its return', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn('drift@strandkoping.example')
  await speak(service, 230, [...fed, ...others])
  const lastHeard = clock.now()

  service.pass(MINUTE)
  const lost = clock.now()
  await speak(service, 0, others)
  service.pass(durationUs(10 * SECOND))
  const [first, ...more] = await eventually(
    () => openAlarms(staff),
    ({ length }) => length > 0,
  )
  expect(more).toEqual([])
  expect(first).toMatchObject({
    rule: { id: 'cabinet-supply-lost' },
    asset: { id: 'cabinet-1' },
    priority: 2,
    raisedAt: toIso(later(lost, durationUs(10 * SECOND))),
    because: [{ role: 'voltage', value: 0, limit: 180 }],
  })

  // The cabinet lives on its battery, and the lamps elsewhere go on speaking.
  for (let minute = 0; minute < 9; minute += 1) {
    service.pass(MINUTE)
    await speak(service, 0, minute % 4 === 3 ? others : [])
  }
  const silenced = await eventually(
    () => suppressedAlarms(staff),
    ({ length }) => length >= 16,
  )
  expect(silenced.map(({ asset }) => asset.id).toSorted()).toEqual(fed.toSorted())
  // No lamp says more than the lost supply, so each names it; and nothing is gathered.
  for (const { suppression } of silenced) {
    expect(new Set(suppression.map(({ kind }) => kind))).toEqual(new Set(['topology']))
    expect(suppression.map(({ ref }) => ref)).toContain(first?.id)
  }
  expect(await openAlarms(staff)).toMatchObject([{ id: first?.id }])
  const silent = (await journal(service, { rule: 'lamp-silent' })).filter(isOfLamp)
  expect(silent).toHaveLength(16)
  const due = eventAt('raised', later(lastHeard, durationUs(10 * MINUTE)))
  expect(new Set(eventsOf(silent))).toEqual(new Set([due]))
  // Only the supply opens a case by itself; a silent lamp is information.
  expect(await allCases(staff)).toMatchObject([
    {
      asset: { id: 'cabinet-1' },
      category: { id: 'supply-lost' },
      unit: 'ljus',
      state: 'received',
      reports: { alarm: 1, human: 0 },
    },
  ])

  service.pass(MINUTE)
  const back = clock.now()
  await speak(service, 231, [...fed, ...others])
  service.pass(durationUs(10 * SECOND))
  const after = await eventually(
    () => openAlarms(staff),
    (open) => open.every(({ state }) => state === 'returned_unacknowledged'),
  )
  expect(after).toHaveLength(1)
  expect(await suppressedAlarms(staff)).toEqual([])
  const supply = { asset: 'cabinet-1', rule: 'cabinet-supply-lost' }
  expect(eventsOf(await journal(service, supply))).toEqual([
    eventAt('raised', later(lost, durationUs(10 * SECOND))),
    eventAt('cleared', later(back, durationUs(10 * SECOND))),
  ])
  expect(eventsOf(await journal(service, { asset: 'lamp-9' }))).toEqual([
    due,
    eventAt('cleared', back),
  ])
  // Nobody reported it, so the case is done by itself and waits a day for the alarm to come back.
  expect(await allCases(staff)).toMatchObject([{ state: 'done_reported', closedAt: null }])
  expect(await allAlarms(staff)).toHaveLength(17)
  expect(await rowsIn(service, 'occurrence')).toBe(17)
  expect((await journal(service)).filter(isOfLamp)).toHaveLength(32)
  expect(await rowsIn(service, 'report')).toBe(1)

  for (const one of after) {
    const path = `/alarms/${one.id}/acknowledge`
    expect((await staff.post(path, { raise: one.raise })).status).toBe(200)
  }
  expect(await openAlarms(staff)).toEqual([])
})
