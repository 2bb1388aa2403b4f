import { expect, it } from 'vitest'
import { durationUs, later, MINUTE, SECOND } from '../../src/domain/time.ts'
import { lamp, station } from '../support/devices-say.ts'
import { eventually, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import {
  allCases,
  eventAt,
  eventsOf,
  journal,
  openAlarms,
  suppressedAlarms,
} from './look.ts'

const minutes = (count: number) => durationUs(count * MINUTE)
const silentLamp = { rule: 'lamp-silent', asset: 'lamp-1' }
const silentStation = { rule: 'station-silent', asset: 'station-1' }

it('calls a lamp silent when its time is up, though nothing is said, and well when it speaks', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn('drift@strandkoping.example')
  service.pass(MINUTE)
  const heard = clock.now()
  await service.say('lamp-1', lamp(heard, 'lit'))
  await service.settle()

  service.pass(durationUs(10 * MINUTE - SECOND))
  await service.settle()
  expect(await journal(service, silentLamp)).toEqual([])
  service.pass(SECOND)
  const raised = await eventually(
    () => journal(service, silentLamp),
    (lines) => lines.length > 0,
  )
  expect(eventsOf(raised)).toEqual([eventAt('raised', later(heard, minutes(10)))])
  // Its neighbours were never heard of: one alarm of their cabinet tells of them all.
  const cabinet = await eventually(
    async () => (await openAlarms(staff)).filter(({ asset }) => asset.id === 'cabinet-1'),
    ([alarm]) => alarm?.gathered === 16,
  )
  const [gathered] = cabinet
  expect(gathered).toMatchObject({
    rule: { id: 'lamp-silent' },
    state: 'unacknowledged',
    priority: 4,
    gathered: 16,
    case: null,
  })
  const kept = await suppressedAlarms(staff)
  expect(kept.find(({ asset }) => asset.id === 'lamp-1')).toMatchObject({
    suppression: [{ kind: 'topology', ref: gathered?.id }],
  })

  service.pass(MINUTE)
  const back = clock.now()
  await service.say('lamp-1', lamp(back, 'lit'))
  await service.settle()
  expect(eventsOf(await journal(service, silentLamp))).toEqual([
    eventAt('raised', later(heard, minutes(10))),
    eventAt('cleared', back),
  ])
  expect(await allCases(staff)).toEqual([])
})

it('keeps the deadline of a silent lamp through a restart inside it', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  const heard = clock.now()
  {
    await using service = await startService({ folder: folder.path, clock })
    await service.say('lamp-1', lamp(heard, 'lit'))
    service.pass(minutes(3))
    await service.settle()
  }
  clock.advance(MINUTE)
  await using service = await startService({ folder: folder.path, clock })
  service.pass(durationUs(6 * MINUTE - SECOND))
  await service.settle()
  expect(await journal(service, silentLamp)).toEqual([])
  service.pass(SECOND)
  const lines = await eventually(
    () => journal(service, silentLamp),
    ({ length }) => length > 0,
  )
  expect(eventsOf(lines)).toEqual([eventAt('raised', later(heard, minutes(10)))])
})

it('gives devices their grace after a long stop, and then calls the silent ones silent', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  {
    await using service = await startService({ folder: folder.path, clock })
    await service.say('station-1', station(clock.now()))
    await service.settle()
  }
  clock.advance(minutes(60))
  const started = clock.now()
  await using service = await startService({ folder: folder.path, clock })
  service.pass(minutes(1))
  await service.say('station-2', station(clock.now()))
  service.pass(minutes(1))
  const lines = await eventually(
    () => journal(service, silentStation),
    ({ length }) => length > 0,
  )
  expect(eventsOf(lines)).toEqual([eventAt('raised', later(started, minutes(2)))])
  expect(await journal(service, { rule: 'station-silent', asset: 'station-2' })).toEqual([])
})

it('calls nobody silent because the machine slept, and afterwards those who stay silent', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  service.pass(minutes(1))
  for (const one of ['lamp-1', 'lamp-2']) await service.say(one, lamp(clock.now(), 'lit'))
  for (const one of ['station-1', 'station-2']) await service.say(one, station(clock.now()))
  await service.settle()

  clock.suspend(minutes(10))
  const awake = clock.now()
  service.pass(minutes(1))
  await service.say('lamp-2', lamp(clock.now(), 'lit'))
  await service.say('station-2', station(clock.now()))
  await service.settle()
  service.pass(minutes(1))
  await eventually(
    () => journal(service, silentStation),
    ({ length }) => length > 0,
  )
  await service.say('station-2', station(clock.now()))
  service.pass(minutes(3))
  await eventually(
    () => journal(service, silentLamp),
    ({ length }) => length > 0,
  )

  await service.settle()
  expect(eventsOf(await journal(service, silentStation))).toEqual([
    eventAt('raised', later(awake, minutes(2))),
  ])
  expect(eventsOf(await journal(service, silentLamp))).toEqual([
    eventAt('raised', later(awake, minutes(5))),
  ])
  expect(await journal(service, { asset: 'lamp-2' })).toEqual([])
})
