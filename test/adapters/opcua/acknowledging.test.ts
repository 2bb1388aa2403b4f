import { describe, expect, it } from 'vitest'
import type { AlarmTaken } from '../../../src/adapters/adapter.ts'
import { systemClock } from '../../../src/clock.ts'
import { timeUs } from '../../../src/domain/time.ts'
import { startNetwork } from './proxy.ts'
import { listenTo, startTestServer, station, stationType, type Listening } from './town.ts'
import { until } from '../../support/until.ts'

const alarm = {
  name: { sv: 'Fel', nb: 'Feil', en: 'Fault' },
  priority: 2,
  faultClass: 'pump_fault',
}
const type = stationType({
  points: { fault: { condition: 'p:Pump1/Fault', kind: 'state', alarm } },
})
const devices = [station(type)]

function taken(changes: Partial<AlarmTaken> = {}): AlarmTaken {
  const at = systemClock.now()
  return { device: 'device-1', point: 'fault', at, comment: 'on our way', ...changes }
}

async function lastOf(listening: Listening, point: string): Promise<unknown> {
  return (await listening.said(point)).at(-1)?.raw
}

describe('an alarm of an OPC UA server', () => {
  it('is acknowledged there, with the comment, and says so', async () => {
    await using server = await startTestServer({ type })
    await using listening = await listenTo(server, { devices })
    server.space.set('fault', true)
    await until(async () => (await lastOf(listening, 'fault')) === true)
    expect(await lastOf(listening, 'fault.acked')).toBe(false)
    await listening.adapter.acknowledgeAlarm(taken())
    expect(server.space.acknowledgement('fault')).toEqual({
      acknowledged: true,
      comment: 'on our way',
    })
    await until(async () => (await lastOf(listening, 'fault.acked')) === true)
    expect(await lastOf(listening, 'fault')).toBe(true)
    // Once more is no mistake.
    await listening.adapter.acknowledgeAlarm(taken())
  })

  it('that was acknowledged at the station says so here', async () => {
    await using server = await startTestServer({ type })
    await using listening = await listenTo(server, { devices })
    server.space.set('fault', true)
    await until(async () => (await lastOf(listening, 'fault.acked')) === false)
    expect(server.space.set('fault.acked', true)).toBeUndefined()
    await until(async () => (await lastOf(listening, 'fault.acked')) === true)
  })

  it('is not acknowledged when it was raised anew since', async () => {
    await using server = await startTestServer({ type })
    await using listening = await listenTo(server, { devices })
    server.space.set('fault', true)
    await until(async () => (await lastOf(listening, 'fault')) === true)
    const at = timeUs(systemClock.now() - 60_000_000)
    await expect(listening.adapter.acknowledgeAlarm(taken({ at }))).rejects.toMatchObject({
      details: { kind: 'conflict' },
    })
    expect(server.space.acknowledgement('fault')?.acknowledged).toBe(false)
  })

  it('can be acknowledged after it is over, until it was', async () => {
    await using server = await startTestServer({ type })
    await using listening = await listenTo(server, { devices })
    server.space.set('fault', true)
    // It was over when we came, too.
    await until(async () => (await lastOf(listening, 'fault')) === true)
    server.space.set('fault', false)
    await until(async () => (await lastOf(listening, 'fault')) === false)
    await listening.adapter.acknowledgeAlarm(taken())
    expect(server.space.acknowledgement('fault')?.acknowledged).toBe(true)
  })

  it('cannot be acknowledged before the server has listed it', async () => {
    await using server = await startTestServer({ type })
    await using listening = await listenTo(server, { devices })
    await expect(
      listening.adapter.acknowledgeAlarm(taken({ point: 'level' })),
    ).rejects.toMatchObject({ details: { kind: 'invalid' } })
    await expect(listening.adapter.acknowledgeAlarm(taken())).rejects.toMatchObject({
      details: { kind: 'unavailable' },
    })
  })

  it('that ended while we were away is over when we are back, because it is not listed', async () => {
    await using server = await startTestServer({ type })
    await using network = await startNetwork(server.port)
    const { fingerprint } = server
    await using listening = await listenTo({ port: network.port, fingerprint }, { devices })
    server.space.set('fault', true)
    await until(async () => (await lastOf(listening, 'fault')) === true)
    server.space.set('fault.acked', true)
    await until(async () => (await lastOf(listening, 'fault.acked')) === true)
    network.fault('stall')
    server.space.set('fault', false)
    network.cut()
    network.fault('none')
    await until(async () => (await lastOf(listening, 'fault')) === false)
    const events = listening.messages().flatMap((message) => message.events ?? [])
    expect(events.at(-1)).toMatchObject({ active: false, absent: true })
  })

  it('that still stands when we are back is known again, with what acknowledges it', async () => {
    await using server = await startTestServer({ type })
    await using network = await startNetwork(server.port)
    const { fingerprint } = server
    await using listening = await listenTo({ port: network.port, fingerprint }, { devices })
    server.space.set('fault', true)
    await until(async () => (await lastOf(listening, 'fault')) === true)
    const at = systemClock.now()
    network.cut()
    await until(() => network.count() > 1)
    await until(async () => {
      const events = listening.messages().flatMap((message) => message.events ?? [])
      return events.some(({ refreshed, active }) => refreshed === true && active)
    })
    await listening.adapter.acknowledgeAlarm(taken({ at }))
    expect(server.space.acknowledgement('fault')?.acknowledged).toBe(true)
  })
})
