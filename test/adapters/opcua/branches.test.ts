import type { UAAlarmConditionEx } from 'node-opcua'
import { describe, expect, it } from 'vitest'
import { Standings } from '../../../src/adapters/opcua/standing.ts'
import { systemClock } from '../../../src/clock.ts'
import { timeUs } from '../../../src/domain/time.ts'
import { until } from '../../support/until.ts'
import {
  listenTo,
  startTestServer,
  station,
  stationType,
  type Listening,
  type TestServer,
} from './town.ts'

const name = { sv: 'Fel', nb: 'Feil', en: 'Fault' }
const type = stationType({
  points: {
    fault: {
      condition: 'p:Pump1/Fault',
      kind: 'state',
      alarm: { name, priority: 2, faultClass: 'pump_fault' },
    },
  },
})
const devices = [station(type)]

/** The condition of the point as the server's program has it. */
function alarmOf({ server }: TestServer): UAAlarmConditionEx {
  const space = server.engine.addressSpace
  const index = space?.getNamespaceIndex('urn:pumpwerk:station') ?? 0
  let node: unknown = space?.rootFolder.objects
  for (const step of ['Stations', 'harbour', 'Pump1', 'Fault']) {
    const parent = node as { getChildByName(name: string, index: number): unknown }
    const folder = node as { getFolderElementByName?: typeof parent.getChildByName }
    node =
      folder.getFolderElementByName?.(step, index) ?? parent.getChildByName(step, index)
  }
  return node as UAAlarmConditionEx
}

/** As a server does whose condition changed before somebody took note of what it was. */
function branchOff(alarm: UAAlarmConditionEx) {
  const branch = alarm.createBranch()
  branch.setActiveState(true)
  branch.setAckedState(false)
  branch.setRetain(true)
  alarm.raiseNewBranchState(branch)
  return branch
}

async function raws(listening: Listening, point: string): Promise<readonly unknown[]> {
  return (await listening.said(point)).map(({ raw }) => raw)
}

function branchesIn(listening: Listening) {
  const events = listening.messages().flatMap((message) => message.events ?? [])
  return events.filter(({ branch }) => branch !== undefined)
}

/** Raised, branched off and over. */
async function branched(server: TestServer, listening: Listening) {
  server.space.set('fault', true)
  await until(async () => (await raws(listening, 'fault')).at(-1) === true)
  server.space.set('fault', false)
  await until(async () => (await raws(listening, 'fault')).at(-1) === false)
  const branch = branchOff(alarmOf(server))
  await until(() => branchesIn(listening).length > 0)
  return branch
}

describe('an earlier state of a condition that nobody has taken note of', () => {
  it('is kept, and does not say what the condition is now', async () => {
    await using server = await startTestServer({ type })
    await using listening = await listenTo(server, { devices })
    const before = await branched(server, listening)
    const [told] = branchesIn(listening)
    expect(told).toMatchObject({ active: true, acked: false, retain: true, name: 'Fault' })
    expect(told).not.toHaveProperty('condition')
    expect(before.getBranchId().isEmpty()).toBe(false)
    // The point says what it is, and the branch nothing of it, whatever comes later.
    expect((await raws(listening, 'fault')).at(-1)).toBe(false)
    const said = (await raws(listening, 'fault')).length
    server.space.set('fault.acked', true)
    await until(async () => (await raws(listening, 'fault')).length > said)
    expect((await raws(listening, 'fault')).at(-1)).toBe(false)
  })

  it('is acknowledged with the condition, because here it is one alarm', async () => {
    await using server = await startTestServer({ type })
    await using listening = await listenTo(server, { devices })
    const branch = await branched(server, listening)
    const at = systemClock.now()
    const order = { device: 'device-1', point: 'fault', at, comment: 'on our way' }
    await listening.adapter.acknowledgeAlarm(order)
    expect(server.space.acknowledgement('fault')?.acknowledged).toBe(true)
    expect(branch.getAckedState()).toBe(true)
    // Once more is no mistake, when what was acknowledged is known here.
    await until(async () => (await raws(listening, 'fault.acked')).at(-1) === true)
    await listening.adapter.acknowledgeAlarm(order)
  })

  it('that came after somebody looked is left alone, and so is one that is gone', async () => {
    await using server = await startTestServer({ type })
    await using listening = await listenTo(server, { devices })
    const branch = await branched(server, listening)
    const at = timeUs(systemClock.now() - 60_000_000)
    const order = { device: 'device-1', point: 'fault', at, comment: '' }
    await listening.adapter.acknowledgeAlarm(order)
    expect(branch.getAckedState()).toBe(false)
    await until(async () => (await raws(listening, 'fault.acked')).at(-1) === true)
    const alarm = alarmOf(server)
    alarm.deleteBranch(branch)
    await listening.adapter.acknowledgeAlarm({ ...order, at: systemClock.now() })
  })
})

it('remembers the newest 20 of a condition, until each is acknowledged or no longer kept', () => {
  const standings = new Standings()
  const event = { active: true, acked: false, conditionId: 'c' }
  const told = (branch: string, more = {}) =>
    standings.takeBranch('d', 'f', { ...event, eventId: `e-${branch}`, branch, ...more })
  for (let number = 1; number <= 23; number += 1) told(`b-${number}`)
  const known = () => standings.branches('d', 'f').map(({ eventId }) => eventId)
  expect(known()).toHaveLength(20)
  expect(known()[0]).toBe('e-b-4')
  told('b-10', { acked: true })
  told('b-11', { retain: false })
  expect(known()).toHaveLength(18)
  expect(standings.branches('d', 'other')).toEqual([])
  standings.forget('d', 'f')
  expect(known()).toEqual([])
})
