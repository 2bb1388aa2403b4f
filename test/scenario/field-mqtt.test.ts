import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { expect, it } from 'vitest'
import { MINUTE } from '../../src/domain/time.ts'
import { eventually } from '../support/service.ts'
import { expectLoop, lastOf } from './field/story.ts'
import { lund, startTown, type Town } from './field/town.ts'

const plan = { type: 'lampa-lc-1', role: 'lampFailure', faultClass: 'light_out' }

it('MQTT: a lamp that tells of its failure becomes a case, and recovers', async () => {
  await using town = await startTown(plan)
  const lamp = await connect(town)
  await expectLoop(town, { well: () => lamp.say(0), faulty: () => lamp.say(1) })
  await lamp.client.endAsync(true)
})

it('MQTT: of a lamp whose connection breaks nothing is known, until it speaks again', async () => {
  await using town = await startTown(plan)
  const payload = Buffer.from('offline')
  const will = { topic: `lamps/${lund}/thing/lwt`, payload, qos: 1 } as const
  const broken = await connect(town, { will })
  await broken.say(0)
  await town.service.settle()
  expect(await lastOf(town)).toMatchObject({ quality: 'good', value: false })

  broken.client.stream.destroy()
  const gone = await eventually(
    () => lastOf(town),
    (last) => last?.quality === 'bad',
  )
  expect(gone).toMatchObject({ value: null, code: 'comm_fault' })

  const back = await connect(town, { will })
  await back.client.publishAsync(will.topic, 'online', { qos: 1 })
  await town.service.settle()
  expect(await lastOf(town)).toMatchObject({ quality: 'bad' })
  await back.say(0)
  await town.service.settle()
  expect(await lastOf(town)).toMatchObject({ quality: 'good', value: false })
  await back.client.endAsync(true)
})

interface Lamp {
  readonly client: MqttClient
  /** One message with these fault bits. */
  say(faults: number): Promise<void>
}

async function connect(
  { service, clock }: Town,
  options: IClientOptions = {},
): Promise<Lamp> {
  const { username, secret, topic } = await service.credential('thing', lund)
  const client = await connectAsync(service.app.addresses.mqtt, {
    username,
    password: secret,
    clientId: 'thing',
    reconnectPeriod: 0,
    ...options,
  })
  client.on('error', () => undefined)
  return {
    client,
    async say(f) {
      service.pass(MINUTE)
      const ts = Math.floor(clock.now() / 1e6)
      const message = { ts, p: f === 0 ? 621 : 4, dim: 100, st: 1, wh: 48_211, f }
      await client.publishAsync(topic, JSON.stringify(message), { qos: 1 })
    },
  }
}
