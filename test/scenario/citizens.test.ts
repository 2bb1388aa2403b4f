import { expect, it } from 'vitest'
import { caseDetailView } from '../../src/cases/views.ts'
import { durationUs, MINUTE, SECOND, toIso } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { eventually, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases, goDark, openAlarms, rowsIn } from './look.ts'
import { darkOnLamp17, report } from './people-say.ts'

it('lets the alarm join the case that a citizen opened', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn('kundtjanst@strandkoping.example')
  const { status, receipt } = await report(service, darkOnLamp17)
  expect({ status, known: receipt.known }).toEqual({ status: 201, known: null })
  const opened = toIso(clock.now())

  service.pass(MINUTE)
  await goDark(service)
  const [one, ...others] = await eventually(
    () => allCases(staff),
    (cases) => cases.some(({ reports }) => reports.alarm === 1),
  )
  expect(others).toEqual([])
  expect(one).toMatchObject({
    number: receipt.number,
    openedAt: opened,
    unit: 'ljus',
    reports: { alarm: 1, human: 1 },
  })
  const [alarm] = await openAlarms(staff)
  expect(alarm?.case).toEqual({ id: one?.id, number: receipt.number })
  const detail = caseDetailView.parse((await staff.get(`/cases/${one?.id}`)).body)
  expect(detail.events.map(({ kind }) => kind)).toEqual([
    'opened',
    // Which service level a dark lamp has.
    'deadline',
    'routed',
    'alarm_joined',
  ])
})

it('makes one case of three citizens and a sensor who speak at the same time', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn('drift@strandkoping.example')
  await service.say('lamp-17', lamp(clock.now(), 'dark'))
  await service.settle()
  service.pass(durationUs(21 * SECOND))
  const receipts = await Promise.all(
    ['Nere vid skolan', 'Mörkt på Storgatan', 'Lampan'].map((text) =>
      report(service, { ...darkOnLamp17, text }),
    ),
  )
  const [one, ...others] = await eventually(
    () => allCases(staff),
    (cases) => cases.some(({ reports }) => reports.alarm === 1 && reports.human === 3),
  )
  expect(others).toEqual([])
  expect(receipts.map(({ receipt }) => receipt.number)).toEqual(
    Array.from({ length: 3 }, () => one?.number),
  )
  expect(new Set(receipts.map(({ receipt }) => receipt.token)).size).toBe(3)
  expect(await rowsIn(service, 'case')).toBe(1)
  expect(await rowsIn(service, 'occurrence')).toBe(1)
})

it('opens a case of its own for a place that no asset stands at', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn('drift@strandkoping.example')
  await goDark(service)
  await eventually(
    () => allCases(staff),
    ({ length }) => length === 1,
  )
  const place = { lat: 58.3511, lon: 11.4412 }
  const hole = { category: 'street-damage', place, text: 'Hål i vägen', language: 'sv' }
  const first = await report(service, hole)
  const second = await report(service, { ...hole, text: 'Stort hål' })
  expect([first.receipt.known, second.receipt.known]).toEqual([null, null])
  const cases = await allCases(staff)
  expect(cases).toHaveLength(3)
  expect(cases.find(({ number }) => number === first.receipt.number)).toMatchObject({
    asset: null,
    place,
    unit: 'gata',
    reports: { alarm: 0, human: 1 },
  })
  const unknown = await report(service, { ...darkOnLamp17, asset: 'lamp-4711' })
  expect(unknown.status).toBe(404)
  expect(await rowsIn(service, 'report')).toBe(3)
})

it('takes a report that is sent twice with one key once', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const keyed = { ...darkOnLamp17, idempotencyKey: 'from-a-phone-0001' }
  const [first, second] = await Promise.all([
    report(service, keyed),
    report(service, keyed),
  ])
  const third = await report(service, keyed)
  expect(new Set([first, second, third].map(({ receipt }) => receipt.number)).size).toBe(1)
  // The follow link is shown once.
  expect([first, second].filter(({ receipt }) => receipt.token !== '')).toHaveLength(1)
  expect(third).toMatchObject({ status: 201, receipt: { token: '', known: null } })
  expect(await rowsIn(service, 'report')).toBe(1)
  const other = await report(service, { ...keyed, text: 'Något helt annat' })
  expect(other.status).toBe(422)
  expect(await rowsIn(service, 'report')).toBe(1)
})
