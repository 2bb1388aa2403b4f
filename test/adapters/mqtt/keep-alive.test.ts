import { expect, it } from 'vitest'
import {
  connectPacket,
  packet,
  publishPacket,
  RawDevice,
  startField,
  topicOf,
} from '../../support/mqtt.ts'

/** In real time, because a device keeps its promise by its own clock: 1 s, so 1.5 s of patience. */
const promise = { keepalive: 1 }
const ping = packet(0xc0, new Uint8Array())

async function loggedIn(port: number, options: Parameters<typeof connectPacket>[0]) {
  const device = await RawDevice.open(port)
  device.send(connectPacket({ ...promise, ...options }))
  await device.until((packets) => packets.length === 1)
  return device
}

it('a device that breaks its promise to say something is given up, and its last will stored', async () => {
  await using field = await startField()
  const will = { topic: 'v1/strandkoping/lamp-17/status', payload: 'offline' }
  using device = await loggedIn(field.port, { will })
  const since = performance.now()
  await device.closed
  expect(performance.now() - since).toBeGreaterThan(1_400)
  expect(field.stored).toMatchObject([{ topic: will.topic, device: 'lamp-17' }])
})

it('messages and pings keep it, and so do messages that wait for our log', async () => {
  await using field = await startField({
    append: async ({ device }) => {
      if (device === 'lamp-18') await new Promise(() => undefined)
    },
    limits: { pendingPerConnection: 1, stopWithin: '1ms' },
  })
  using talking = await loggedIn(field.port, {})
  using pinging = await loggedIn(field.port, { username: 'lamp-16' })
  const signs = setInterval(() => {
    talking.send(publishPacket(topicOf('lamp-17'), 'm'))
    pinging.send(ping)
  }, 200)
  using waiting = await loggedIn(field.port, { username: 'lamp-18' })
  for (const id of [1, 2]) {
    waiting.send(publishPacket(topicOf('lamp-18'), 'm', { qos: 1, id }))
  }
  using unpromised = await loggedIn(field.port, { username: 'lamp-21', keepalive: 0 })
  // Two that are silent, one after the other: far longer than one promise.
  for (const username of ['lamp-19', 'lamp-20']) {
    using silent = await loggedIn(field.port, { username })
    await silent.closed
  }
  clearInterval(signs)
  const open = [talking, pinging, waiting, unpromised]
  expect(open.map(({ socket }) => socket.destroyed)).toEqual([false, false, false, false])
  expect(field.adapter.health().detail).toMatch(/^4 connections/)
})
