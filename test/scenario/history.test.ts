import { expect, it } from 'vitest'
import { historyView } from '../../src/api/views.ts'
import {
  durationUs,
  earlier,
  HOUR,
  later,
  MINUTE,
  SECOND,
  timeUs,
  toIso,
  type TimeUs,
} from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import {
  eventually,
  startService,
  strandkoping,
  type Person,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases, eventAt, eventsOf, journal, openAlarms, rowsIn } from './look.ts'

const seconds = (count: number) => durationUs(count * SECOND)
const minutes = (count: number) => durationUs(count * MINUTE)
const dark = { rule: 'lamp-dark', asset: 'lamp-17' }
const engineer = 'regler@strandkoping.example'

/** What history holds of the missing power of lamp-17 in the hour before and after `around`. */
async function history(staff: Person, around: TimeUs) {
  const from = toIso(earlier(around, durationUs(HOUR)))
  const to = toIso(later(around, durationUs(HOUR)))
  const path = `/assets/lamp-17/history?role=missing&from=${from}&to=${to}`
  const { pieces } = historyView.parse((await staff.get(path)).body)
  return pieces.flatMap(({ samples }) => samples)
}

async function annunciated({ app }: TestService): Promise<readonly (string | null)[]> {
  const rows = await app.database
    .read(strandkoping)
    .selectFrom('occurrence')
    .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
    .select('occurrence.annunciated_at')
    .where('alarm.rule', '=', dark.rule)
    .execute()
  return rows.map(({ annunciated_at: at }) => (at === null ? null : toIso(at)))
}

it('keeps what is years old without disturbing anyone, until fresh readings say it still stands', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn(engineer)
  const longAgo = timeUs(Date.UTC(2023, 1, 3, 4) * 1_000)
  for (let minute = 0; minute < 4; minute += 1) {
    await service.say('lamp-17', lamp(later(longAgo, minutes(minute)), 'dark'))
  }
  await service.settle()
  service.pass(MINUTE)
  await service.settle()

  expect(await history(staff, longAgo)).toMatchObject(
    [0, 1, 2, 3].map((minute) => ({
      at: toIso(later(longAgo, minutes(minute))),
      value: 61.6,
      quality: 'good',
    })),
  )
  const raised = eventAt('raised', later(longAgo, seconds(20)))
  const old = await journal(service, dark)
  expect(eventsOf(old)).toEqual([raised])
  expect(old).toMatchObject([{ historical: true }])
  expect(await annunciated(service)).toEqual([null])
  expect(await allCases(staff)).toEqual([])

  const fresh = clock.now()
  await service.say('lamp-17', lamp(fresh, 'dark'))
  await service.settle()
  const lines = await eventually(
    () => journal(service, dark),
    ({ length }) => length > 1,
  )
  expect(lines).toMatchObject([
    { historical: true },
    { event: 'announced', historical: false },
  ])
  expect(eventsOf(lines)).toEqual([raised, eventAt('announced', fresh)])
  expect(await annunciated(service)).toEqual([toIso(fresh)])
  expect(await openAlarms(staff)).toMatchObject([
    { asset: { id: 'lamp-17' }, state: 'unacknowledged' },
  ])
  expect(await allCases(staff)).toMatchObject([
    { asset: { id: 'lamp-17' }, reports: { alarm: 1 } },
  ])
  expect(await rowsIn(service, 'occurrence')).toBe(1)
})

it('lets an alarm of old times end in old times without a word to anybody', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn(engineer)
  const longAgo = timeUs(Date.UTC(2019, 6, 1, 22) * 1_000)
  const story = ['dark', 'dark', 'lit', 'lit'] as const
  for (const [minute, state] of story.entries()) {
    await service.say('lamp-17', lamp(later(longAgo, minutes(minute)), state))
  }
  await service.settle()
  const lines = await journal(service, dark)
  expect(lines).toMatchObject([
    { event: 'raised', historical: true },
    { event: 'cleared', historical: true },
  ])
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  await service.settle()
  expect(await journal(service, dark)).toEqual(lines)
  expect(await annunciated(service)).toEqual([null])
  expect(await openAlarms(staff)).toEqual([])
  expect(await allCases(staff)).toEqual([])
})

it.each([
  ['an hour ahead', (now: TimeUs) => later(now, durationUs(HOUR))],
  ['in 1970', () => timeUs(5 * SECOND)],
] as const)(
  'does not believe a clock that is %s, and loses nothing by it',
  async (_, wrong) => {
    await using folder = await temporaryFolder()
    const clock = new VirtualClock()
    await using service = await startService({ folder: folder.path, clock })
    const staff = await service.logIn(engineer)
    const heard = clock.now()
    await service.say('lamp-17', lamp(wrong(heard), 'dark'))
    await service.settle()
    expect(await history(staff, heard)).toMatchObject([
      { at: toIso(heard), value: 61.6, quality: 'uncertain' },
    ])
    expect((await staff.get('/assets/lamp-17')).body).toMatchObject({
      points: expect.arrayContaining([
        expect.objectContaining({
          role: 'missing',
          last: {
            value: 61.6,
            quality: 'uncertain',
            code: 'clock_suspect',
            at: toIso(heard),
          },
        }),
      ]) as unknown,
    })

    // The lamp is mended and its clock too: what it says now counts.
    service.pass(seconds(15))
    const mended = clock.now()
    await service.say('lamp-17', lamp(mended, 'lit'))
    await service.settle()
    service.pass(MINUTE)
    await service.settle()
    expect(await history(staff, heard)).toMatchObject([
      { at: toIso(heard) },
      { at: toIso(mended), value: 0, quality: 'good' },
    ])
    expect(await journal(service, dark)).toEqual([])

    const again = clock.now()
    await service.say('lamp-17', lamp(again, 'dark'))
    await service.settle()
    service.pass(seconds(20))
    const lines = await eventually(
      () => journal(service, dark),
      ({ length }) => length > 0,
    )
    expect(eventsOf(lines)).toEqual([eventAt('raised', later(again, seconds(20)))])
  },
)

it('puts readings that come in the wrong order where they belong, and says what that changes', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn(engineer)
  service.pass(minutes(10))
  const began = clock.now()
  await service.say('lamp-17', lamp(began, 'dark'))
  // Older ones, delayed on the way: lit ones that would end it, one dark that would begin it sooner.
  for (const [ago, state] of [
    [10, 'lit'],
    [40, 'dark'],
    [30, 'lit'],
  ] as const) {
    await service.say('lamp-17', lamp(earlier(began, seconds(ago)), state))
  }
  await service.settle()
  service.pass(seconds(21))
  await eventually(
    () => journal(service, dark),
    (lines) => lines.filter(({ event }) => event === 'raised').length > 1,
  )
  const [lit, early] = [clock.now(), earlier(began, seconds(20))]
  await service.say('lamp-17', lamp(lit, 'lit'))
  await service.say('lamp-17', lamp(earlier(lit, seconds(5)), 'dark'))
  await service.settle()
  service.pass(seconds(20))
  const lines = await eventually(
    () => journal(service, dark),
    (all) => all.at(-1)?.event === 'cleared' && all.length > 4,
  )
  expect(eventsOf(lines)).toEqual([
    eventAt('raised', early),
    eventAt('corrected', early),
    eventAt('cleared', early),
    eventAt('raised', later(began, seconds(20))),
    eventAt('cleared', later(lit, seconds(20))),
  ])
  expect((await history(staff, began)).map(({ at, value }) => `${at} ${value}`)).toEqual(
    [
      [earlier(began, seconds(40)), 61.6],
      [earlier(began, seconds(30)), 0],
      [earlier(began, seconds(10)), 0],
      [began, 61.6],
      [earlier(lit, seconds(5)), 61.6],
      [lit, 0],
    ].map(([at, value]) => `${toIso(timeUs(at ?? 0))} ${value}`),
  )
})

it('is unmoved by a message that comes three times', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn(engineer)
  const thrice = async (message: Record<string, unknown>): Promise<void> => {
    for (let time = 0; time < 3; time += 1) {
      await service.say('lamp-17', message)
      await service.settle()
      service.pass(seconds(5))
    }
  }
  const began = clock.now()
  await thrice(lamp(began, 'dark'))
  service.pass(seconds(10))
  await eventually(
    () => journal(service, dark),
    ({ length }) => length > 0,
  )
  const lit = clock.now()
  await thrice(lamp(lit, 'lit'))
  // A late copy of the first message, and then the end of the delay.
  await service.say('lamp-17', lamp(began, 'dark'))
  await service.settle()
  service.pass(seconds(10))
  await eventually(
    () => journal(service, dark),
    ({ length }) => length > 1,
  )
  expect(eventsOf(await journal(service, dark))).toEqual([
    eventAt('raised', later(began, seconds(20))),
    eventAt('cleared', later(lit, seconds(20))),
  ])
  expect(await history(staff, began)).toHaveLength(2)
  expect(await rowsIn(service, 'occurrence')).toBe(1)
  expect(await rowsIn(service, 'case')).toBe(1)
  expect(await rowsIn(service, 'report')).toBe(1)
})
