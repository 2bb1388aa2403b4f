import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import type { MqttClient } from 'mqtt'
import { createHttpIntake } from '../../src/adapters/http/intake.ts'
import { createExternalMqttAdapter } from '../../src/adapters/mqtt-external/adapter.ts'
import { externalBroker } from '../../src/adapters/mqtt-external/config.ts'
import { createMqttAdapter } from '../../src/adapters/mqtt/adapter.ts'
import { mqttConfig } from '../../src/adapters/mqtt/config.ts'
import { systemClock } from '../../src/clock.ts'
import { httpConnection } from '../../src/devices/http/connection.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import { systemRandom } from '../../src/random.ts'
import { deviceOf, strandkoping, token } from '../adapters/http/intaking.ts'
import {
  connectTo,
  createMemory,
  lampFilter,
  topicOf,
} from '../adapters/mqtt-external/listening.ts'
import { firstByte, wayTo } from '../adapters/mqtt-external/way.ts'
import { connectDevice } from '../support/mqtt.ts'
import type { Mosquitto } from '../support/mosquitto.ts'
import type { AdapterRig } from './adapter.contract.ts'

/** Envelopes that may wait in these rigs. */
const bound = 8

/** Our own broker, and a lamp. */
export async function embeddedMqttRig(): Promise<AdapterRig> {
  const adapter = createMqttAdapter(
    mqttConfig.parse({ port: 0, limits: { pending: bound, stopWithin: '500ms' } }),
  )
  let lamp: MqttClient | undefined
  return {
    adapter,
    bound,
    numbers: numberOf,
    async say(number) {
      try {
        if (lamp?.connected !== true) lamp = await connectDevice(adapter.address().port)
        return await publish(lamp, 'v1/strandkoping/lamp-17/up', number)
      } catch {
        return false
      }
    },
    async [Symbol.asyncDispose]() {
      await lamp?.endAsync(true)
    },
  }
}

/** True when the broker acknowledged it, false when it hung up instead. */
async function publish(
  client: MqttClient,
  topic: string,
  number: number,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  client.once('close', () => resolve(false))
  client.publish(topic, JSON.stringify({ number }), { qos: 1 }, (error) => resolve(!error))
  return promise
}

function numberOf({ payload }: Envelope): number[] {
  const message: unknown = JSON.parse(Buffer.from(payload).toString())
  const isNumbered = typeof message === 'object' && message !== null && 'number' in message
  return isNumbered ? [Number(message.number)] : []
}

/** Somebody else's broker, and a lamp that speaks there. */
export async function externalMqttRig(broker: Mosquitto): Promise<AdapterRig> {
  const way = await wayTo(broker.port)
  const adapter = createExternalMqttAdapter({
    connection: 'region',
    config: externalBroker.parse({
      url: `mqtt://127.0.0.1:${way.port}`,
      organisation: strandkoping,
      clientId: `gatuvakt-${Math.trunc(performance.now() * 1_000)}`,
      limits: {
        firstRetry: '50ms',
        longestRetry: '400ms',
        stopWithin: '500ms',
        window: bound,
      },
    }),
    filters: async () => [lampFilter],
    remember: createMemory(),
    random: systemRandom,
  })
  return {
    adapter,
    bound,
    numbers: numberOf,
    async say(number) {
      const lamp = await connectTo(broker.port)
      await publish(lamp, topicOf('lamp-17'), number)
      await lamp.endAsync()
      return undefined
    },
    owed: () => way.came(firstByte.publish).length - way.sent(firstByte.puback).length,
    away: { leave: () => broker.stop(), comeBack: () => broker.start() },
    async [Symbol.asyncDispose]() {
      await way[Symbol.asyncDispose]()
      await broker[Symbol.asyncDispose]()
    },
  }
}

/** The door for senders over HTTP, and one who posts JSON. */
export async function httpRig(): Promise<AdapterRig> {
  const messageBytes = 1_000
  const intake = createHttpIntake({
    clock: systemClock,
    login: async (shown) => shown.token === token,
    limits: { pendingBytesEach: bound * messageBytes },
  })
  const server = Fastify({ forceCloseConnections: true })
  await server.register(intake.plugin)
  const devices = [deviceOf('http', 'pump-1'), deviceOf('http', 'pump-2')] as const
  const adapter = intake.connection(strandkoping, {
    name: 'field',
    settings: httpConnection.parse({ protocol: 'http', format: 'json' }),
    devices: [devices[0]],
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  const post = async (device: string, number: number): Promise<boolean> => {
    const address = `http://127.0.0.1:${port}/ingest/v1/${strandkoping}/field/${device}`
    const answer = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ number }).padEnd(messageBytes),
    })
    await answer.text()
    return answer.ok
  }
  return {
    adapter,
    bound,
    numbers: numberOf,
    say: (number) => post('pump-1', number),
    stranger: async (number) => void (await post('pump-3', number)),
    field: {
      adapter,
      devices,
      saySecond: (number) => post('pump-2', number),
      connections: () => 0,
    },
    async [Symbol.asyncDispose]() {
      await server.close()
    },
  }
}
