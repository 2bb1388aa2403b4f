import { expect, it } from 'vitest'
import {
  durationUs,
  later,
  MINUTE,
  SECOND,
  toIso,
  type DurationUs,
  type TimeUs,
} from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
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
} from './look.ts'
import { darkOnLamp17, report } from './people-say.ts'

const seconds = (count: number): DurationUs => durationUs(count * SECOND)
const down = seconds(2)
const staffEmail = 'admin@strandkoping.example'
const dark = { rule: 'lamp-dark', asset: 'lamp-17' }

type Moment = 'pending' | 'active' | 'acknowledged' | 'clearing' | 'cleared'

/** One episode of a lamp, with a restart where `at` says; what it left behind. */
async function episode(folder: string, at: readonly Moment[]) {
  const clock = new VirtualClock()
  const began = clock.now()
  let service = await startService({ folder, clock })
  try {
    // Two seconds pass at every moment, whether the service is down in them or not.
    const moment = async (name: Moment): Promise<void> => {
      if (!at.includes(name)) return service.pass(down)
      await service[Symbol.asyncDispose]()
      clock.advance(down)
      service = await startService({ folder, clock })
    }
    await service.say('lamp-17', lamp(clock.now(), 'dark'))
    await service.settle()
    service.pass(seconds(8))
    await moment('pending')
    service.pass(seconds(10))
    await grown(service, 1)
    await moment('active')
    await acknowledge(service)
    await moment('acknowledged')
    await service.say('lamp-17', lamp(clock.now(), 'lit'))
    await service.settle()
    service.pass(seconds(8))
    await moment('clearing')
    service.pass(seconds(10))
    await grown(service, 3)
    await moment('cleared')
    await service.settle()
    return await leftBehind(service, began)
  } finally {
    await service[Symbol.asyncDispose]()
  }
}

async function grown(service: TestService, lines: number): Promise<void> {
  await eventually(
    () => journal(service, dark),
    ({ length }) => length >= lines,
  )
}

async function acknowledge(service: TestService): Promise<void> {
  const staff = await service.logIn(staffEmail)
  const [alarm] = await openAlarms(staff)
  const answer = await staff.post(`/alarms/${alarm?.id}/acknowledge`, { raise: 1 })
  expect(answer).toMatchObject({ status: 200, body: { state: 'acknowledged' } })
}

async function leftBehind(service: TestService, began: TimeUs) {
  const staff = await service.logIn(staffEmail)
  const lines = await journal(service, dark)
  const [one, ...others] = await allCases(staff)
  const { number, state, verify, reports } = one ?? {}
  return {
    began,
    events: eventsOf(lines),
    alarms: (await allAlarms(staff)).map(({ state, raise, acknowledgedAt }) => {
      return { state, raise, acknowledgedAt }
    }),
    case: { number, state, verify, reports },
    otherCases: others.length,
    occurrences: await rowsIn(service, 'occurrence'),
  }
}

const moments = ['pending', 'active', 'acknowledged', 'clearing', 'cleared'] as const

it.each([
  ['without a restart', []],
  ...moments.map(
    (moment) => [`when it is started again while ${moment}`, [moment]] as const,
  ),
  ['when it is started again at every moment', moments],
] as const)('tells the same story of a lamp %s', async (_, at) => {
  await using folder = await temporaryFolder()
  const { began, ...story } = await episode(folder.path, at)
  expect(story).toEqual({
    events: [
      eventAt('raised', later(began, seconds(20))),
      eventAt('acknowledge', later(began, seconds(22))),
      eventAt('cleared', later(began, seconds(44))),
    ],
    alarms: [
      { state: 'normal', raise: 1, acknowledgedAt: toIso(later(began, seconds(22))) },
    ],
    case: {
      number: 'STR-2026-000001',
      state: 'done_reported',
      verify: false,
      reports: { alarm: 1, human: 0 },
    },
    otherCases: 0,
    occurrences: 1,
  })
})

it('does not undo an acknowledgement, and refuses a second one after the restart', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  {
    await using service = await startService({ folder: folder.path, clock })
    await service.say('lamp-17', lamp(clock.now(), 'dark'))
    await service.settle()
    service.pass(seconds(21))
    await grown(service, 1)
    await acknowledge(service)
  }
  clock.advance(down)
  await using service = await startService({ folder: folder.path, clock })
  // The device says again what it said, and time goes on.
  await service.say('lamp-17', lamp(clock.now(), 'dark'))
  service.pass(MINUTE)
  await service.say('lamp-17', lamp(clock.now(), 'dark'))
  await service.settle()
  const staff = await service.logIn(staffEmail)
  const [alarm, ...more] = await openAlarms(staff)
  expect(more).toEqual([])
  expect(alarm).toMatchObject({ state: 'acknowledged', raise: 1 })
  const again = await staff.post(`/alarms/${alarm?.id}/acknowledge`, { raise: 1 })
  expect(again.status).toBe(409)
})

it('finds everything again when it is started a second time', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  let before: Awaited<ReturnType<typeof look>>
  {
    await using service = await startService({ folder: folder.path, clock })
    await service.say('lamp-17', lamp(clock.now(), 'lit'))
    service.pass(MINUTE)
    await service.say('lamp-17', lamp(clock.now(), 'dark'))
    await service.settle()
    service.pass(seconds(21))
    await grown(service, 1)
    await report(service, darkOnLamp17)
    before = await look(service)
  }
  clock.advance(down)
  await using service = await startService({ folder: folder.path, clock })
  await service.settle()
  expect(await look(service)).toEqual(before)
  expect(before.cases).toMatchObject([
    { number: 'STR-2026-000001', reports: { alarm: 1, human: 1 } },
  ])
  expect(before.power).toMatchObject({
    pieces: [{ total: 2, samples: [{ value: 62 }, { value: 0.4 }] }],
  })
  const next = await report(service, { ...darkOnLamp17, asset: 'lamp-30' })
  expect(next.receipt).toMatchObject({ number: 'STR-2026-000002', known: null })
})

/** Everything a person could look at. */
async function look(service: TestService) {
  const staff = await service.logIn(staffEmail)
  const [one] = await allCases(staff)
  const read = async (path: string) => (await staff.get(path)).body
  return {
    alarms: await allAlarms(staff),
    cases: await allCases(staff),
    detail: await read(`/cases/${one?.id}`),
    lamp: await read('/assets/lamp-17'),
    power: await read(
      '/assets/lamp-17/history?role=power&from=2026-11-20T16:00:00Z&to=2026-11-20T18:00:00Z',
    ),
    journal: await journal(service),
  }
}
