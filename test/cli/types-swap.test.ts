import { expect, it } from 'vitest'
import { z } from 'zod'
import { alarmView } from '../../src/alarms/views.ts'
import { historyView } from '../../src/api/views.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { openAppliedDemo } from '../scenario/apply-demo.ts'
import { lamp } from '../support/devices-say.ts'
import { eventually } from '../support/service.ts'

const alarms = z.object({ alarms: z.array(alarmView) })

it('a device that takes the place of another carries on the history, the rules and the alarm', async () => {
  await using town = await openAppliedDemo()
  const { service } = town
  const { clock } = service
  const staff = await service.logIn('admin@strandkoping.example')
  const open = async () => alarms.parse((await staff.get('/alarms')).body).alarms

  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  await service.settle()
  service.pass(durationUs(10 * SECOND))
  await service.say('lamp-17', lamp(clock.now(), 'dark'))
  await service.settle()
  service.pass(durationUs(21 * SECOND))
  const [before] = await eventually(open, (list) => list.length === 1)

  const swapped = town.demoWith(
    'devices.yaml',
    '  lamp-17: { type: nordlys/slc-4@1.0.0, asset: lamp-17 }',
    '  lamp-17-new: { type: nordlys/slc-4@1.0.0, asset: lamp-17 }',
  )
  await town.apply(swapped, { prune: true })
  await service.settle()
  service.pass(durationUs(10 * SECOND))
  await service.say('lamp-17-new', lamp(clock.now(), 'dark'))
  await service.settle()

  const after = await open()
  expect(after).toHaveLength(1)
  expect(after[0]?.id).toBe(before?.id)

  service.pass(durationUs(10 * SECOND))
  await service.say('lamp-17-new', lamp(clock.now(), 'lit'))
  await service.settle()
  service.pass(durationUs(25 * SECOND))
  // The rule watches the new device: what it says ends the alarm that the old one began.
  await eventually(open, (list) => list.every(({ state }) => state !== 'unacknowledged'))

  const history = historyView.parse(
    (await staff.get('/assets/lamp-17/history?role=power')).body,
  )
  expect(history.pieces.map(({ device, total }) => [device, total])).toEqual([
    ['lamp-17', 2],
    ['lamp-17-new', 2],
  ])
})
