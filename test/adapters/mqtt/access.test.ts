import { describe, expect, it } from 'vitest'
import { durationUs, MINUTE } from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import {
  closed,
  connectDevice,
  connectPacket,
  RawDevice,
  startField,
  topicOf,
} from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'

const up = topicOf('lamp-17')
const codeOf = (device: RawDevice) => device.packets[0]?.body[1]

describe('who may connect', () => {
  it('a device library is told that its credentials are wrong', async () => {
    await using field = await startField()
    const attempt = connectDevice(field.port, 'lamp-17', { password: 'wrong' })
    await expect(attempt).rejects.toMatchObject({ code: 4 })
  })

  it('nobody, for now, while credentials cannot be checked', async () => {
    await using field = await startField({
      login: async () => {
        throw new Error('database is away')
      },
    })
    await expect(connectDevice(field.port)).rejects.toMatchObject({ code: 3 })
    expect(field.refusals).toEqual([])
  })

  it('an address with 20 failures in a minute is dropped at once for a minute', async () => {
    const clock = createManualClock()
    await using field = await startField({ clock })
    for (let attempt = 0; attempt < 20; attempt += 1) {
      using device = await RawDevice.open(field.port)
      device.send(connectPacket({ secret: 'wrong' }))
      await device.closed
      expect(codeOf(device)).toBe(4)
    }
    expect(field.refusals.map(({ reason }) => reason)).toEqual([
      ...Array.from({ length: 20 }, () => 'bad_credentials'),
      'too_many_failures',
    ])
    using shut = await RawDevice.open(field.port)
    await shut.closed
    expect(shut.packets).toEqual([])
    clock.advance(MINUTE)
    using later = await RawDevice.loggedIn(field.port)
    expect(codeOf(later)).toBe(0)
  })

  it('50 connections of one address that have not logged in, and all that have', async () => {
    await using field = await startField({ limits: { unauthenticatedPerAddress: 3 } })
    const members = [
      await RawDevice.loggedIn(field.port),
      await RawDevice.loggedIn(field.port),
    ]
    const strangers = []
    for (let i = 0; i < 3; i += 1) strangers.push(await RawDevice.open(field.port))
    using fourth = await RawDevice.open(field.port)
    await fourth.closed
    expect(field.refusals).toMatchObject([{ reason: 'too_many_connections' }])
    strangers[0]?.socket.destroy()
    await until(() => field.adapter.health().detail.startsWith('4 connections'))
    using fifth = await RawDevice.loggedIn(field.port)
    expect(codeOf(fifth)).toBe(0)
    for (const device of [...members, ...strangers]) device.socket.destroy()
  })

  it('no more connections than fit, which shows in the health', async () => {
    await using field = await startField({ limits: { connections: 1 } })
    using first = await RawDevice.loggedIn(field.port)
    using second = await RawDevice.open(field.port)
    await second.closed
    expect(field.adapter.health().state).toBe('degraded')
    expect(codeOf(first)).toBe(0)
  })

  it('no more connections of one user name than one device needs', async () => {
    await using field = await startField({ limits: { connectionsPerLogin: 1 } })
    using first = await RawDevice.loggedIn(field.port)
    await expect(connectDevice(field.port)).rejects.toMatchObject({ code: 3 })
    first.socket.destroy()
    await until(() => field.adapter.health().detail.startsWith('0 connections'))
    const second = await connectDevice(field.port)
    await second.endAsync()
    expect(field.refusals).toMatchObject([
      { reason: 'too_many_connections', organisation: 'strandkoping' },
    ])
  })

  it('nobody whose secret was replaced, from that moment on', async () => {
    await using field = await startField()
    const old = await connectDevice(field.port, 'lamp-17')
    const other = await connectDevice(field.port, 'lamp-18')
    field.adapter.expel('lamp-17')
    await closed(old)
    await other.publishAsync(topicOf('lamp-18'), 'm', { qos: 1 })
    expect(field.stored).toHaveLength(1)
    await other.endAsync()
  })

  it('a second connection with the same client id takes over from the first', async () => {
    await using field = await startField()
    const first = await connectDevice(field.port, 'lamp-17', { clientId: 'x' })
    const second = await connectDevice(field.port, 'lamp-17', { clientId: 'x' })
    await closed(first)
    await second.publishAsync(up, 'm', { qos: 1 })
    expect(field.stored).toHaveLength(1)
    await second.endAsync()
  })

  it('but not from another user name', async () => {
    await using field = await startField()
    const lamp = await connectDevice(field.port, 'lamp-17', { clientId: 'x' })
    const other = await connectDevice(field.port, 'lamp-18', { clientId: 'x' })
    await other.publishAsync(topicOf('lamp-18'), 'm', { qos: 1 })
    await lamp.publishAsync(up, 'm', { qos: 1 })
    expect(field.stored.map(({ device }) => device)).toEqual(['lamp-18', 'lamp-17'])
    await Promise.all([lamp.endAsync(), other.endAsync()])
  })
})

describe('which protocols are spoken', () => {
  it('MQTT 3.1', async () => {
    await using field = await startField()
    const client = await connectDevice(field.port, 'lamp-17', {
      protocolId: 'MQIsdp',
      protocolVersion: 3,
      clientId: 'old-lamp',
    })
    await client.publishAsync(up, 'm', { qos: 1 })
    expect(field.stored).toHaveLength(1)
    await client.endAsync()
  })

  it('not MQTT 5, which is answered with code 1 and said to the integrator', async () => {
    await using field = await startField()
    await expect(
      connectDevice(field.port, 'lamp-17', { protocolVersion: 5 }),
    ).rejects.toThrow('Connection refused: Unacceptable protocol version')
    expect(field.refusals.map(({ reason }) => reason)).toEqual(['protocol_version'])
  })
})

describe('where a login may publish', () => {
  it('a gateway speaks for the device that its topic names, and for itself', async () => {
    await using field = await startField()
    const gateway = await connectDevice(field.port, 'gateway-1')
    await gateway.publishAsync(topicOf('lamp-9'), 'm', { qos: 1 })
    await gateway.publishAsync('v1/strandkoping/gateway-1/status', 'm', { qos: 1 })
    expect(field.stored.map(({ device }) => device)).toEqual(['lamp-9', 'gateway-1'])
    await gateway.endAsync()
  })

  it('nobody may subscribe to anything, but the connection stays', async () => {
    await using field = await startField()
    const client = await connectDevice(field.port)
    for (const topic of ['#', up, '$SYS/#']) {
      await expect(client.subscribeAsync(topic)).rejects.toThrow('Unspecified error')
    }
    await client.publishAsync(up, 'm', { qos: 1 })
    expect(field.stored).toHaveLength(1)
    await client.endAsync()
  })
})

it('a login that takes too long is ended', async () => {
  const clock = createManualClock()
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<undefined>()
  await using field = await startField({
    clock,
    login: async () => {
      asked.resolve()
      return await answer.promise
    },
  })
  using device = await RawDevice.open(field.port)
  device.send(connectPacket())
  await asked.promise
  clock.advance(durationUs(15_000_000))
  await device.closed
  answer.resolve(undefined)
  expect(field.refusals).toMatchObject([{ reason: 'too_slow' }])
})
