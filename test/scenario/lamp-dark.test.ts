import { expect, it } from 'vitest'
import { z } from 'zod'
import { alarmView } from '../../src/alarms/views.ts'
import { caseDetailView, caseView } from '../../src/cases/views.ts'
import { durationUs, MINUTE, SECOND } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { findPostgres } from '../support/postgres.ts'
import { eventually, startService, strandkoping } from '../support/service.ts'
import { describeWithService } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const alarms = z.object({ alarms: z.array(alarmView) })
const cases = z.object({ cases: z.array(caseView) })

const closed = { status: 200, body: { state: 'closed' } }

it('follows a dark lamp from its message to the answer a citizen gets', async () => {
  expect(await story()).toMatchObject(closed)
})

describeWithService('postgres', await findPostgres(), (start) => {
  it('follows it just the same', async () => {
    await using server = await start()
    expect(await story(await server.createDatabase())).toMatchObject(closed)
  })
})

/** The story; answers with what closing the case answered. */
async function story(databaseUrl?: string): Promise<unknown> {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({
    folder: folder.path,
    clock,
    ...(databaseUrl !== undefined && { databaseUrl }),
  })
  const staff = await service.logIn('admin@strandkoping.example')
  const openAlarms = async () => alarms.parse((await staff.get('/alarms')).body).alarms
  const allCases = async () => cases.parse((await staff.get('/cases?which=all')).body).cases

  const ready = await fetch(`${service.http}/readyz`)
  expect(await ready.json()).toMatchObject({
    ready: true,
    parts: expect.arrayContaining([expect.objectContaining({ name: 'mqtt', ready: true })]),
  })

  await service.say('lamp-17', lamp(clock.now(), 'dark'))
  await service.settle()
  expect(await openAlarms()).toEqual([])

  service.pass(durationUs(21 * SECOND))
  const [alarm] = await eventually(openAlarms, (list) => list.length === 1)
  expect(alarm).toMatchObject({
    state: 'unacknowledged',
    asset: { id: 'lamp-17' },
    priority: 3,
  })
  expect(alarm?.because[0]).toMatchObject({ role: 'missing', value: 61.6, limit: 20 })

  const [opened] = await allCases()
  expect(opened).toMatchObject({ unit: 'ljus', reports: { alarm: 1, human: 0 } })

  const acknowledged = await staff.post(`/alarms/${alarm?.id}/acknowledge`, { raise: 1 })
  expect(acknowledged).toMatchObject({ status: 200, body: { state: 'acknowledged' } })
  const again = await staff.post(`/alarms/${alarm?.id}/acknowledge`, { raise: 1 })
  expect(again.status).toBe(409)

  const reported = await fetch(
    `${service.http}/api/v1/organisations/${strandkoping}/reports`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        category: 'light-out',
        asset: 'lamp-17',
        text: 'Lyktan vid skolan är svart',
        language: 'sv',
        contact: { email: 'kim@example.org' },
        wantsUpdates: true,
      }),
    },
  )
  expect(reported.status).toBe(201)
  expect(await reported.json()).toMatchObject({
    number: opened?.number,
    known: { bySensor: true, since: alarm?.raisedAt },
  })

  service.pass(MINUTE)
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  await service.settle()
  service.pass(durationUs(21 * SECOND))
  await eventually(openAlarms, (list) => list.length === 0)
  const list = await eventually(allCases, ([one]) => one?.verify === true)
  expect(list).toHaveLength(1)
  expect(list[0]).toMatchObject({ reports: { alarm: 1, human: 1 }, closedAt: null })

  const detail = caseDetailView.parse((await staff.get(`/cases/${opened?.id}`)).body)
  expect(detail.reporters?.map(({ email }) => email)).toContain('kim@example.org')
  return await staff.post(`/cases/${opened?.id}/move`, {
    to: 'closed',
    version: detail.version,
    reason: 'fixed',
    text: 'Lampan är bytt',
  })
}
