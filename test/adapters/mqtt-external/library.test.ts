import { MqttClient, type IClientOptions, type IPublishPacket, type Packet } from 'mqtt'
import { connect } from 'node:net'
import { beforeAll, expect, it } from 'vitest'
import { closed } from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'
import {
  findMosquitto,
  type Mosquitto,
  type StartMosquitto,
} from '../../support/mosquitto.ts'
import { describeWithService } from '../../support/services.ts'

const topic = 'town/lamp-17/up'
const deferred = new Error('not yet')

/** A client as `link.ts` makes it: nothing is sent before the test says `connect`. */
function clientOf(broker: Mosquitto, options: IClientOptions): MqttClient {
  const client = new MqttClient(
    () => connect({ port: broker.port, host: '127.0.0.1', noDelay: true }),
    {
      clientId: 'ear',
      clean: false,
      manualConnect: true,
      reconnectPeriod: 0,
      resubscribe: false,
      ...(options.protocolVersion === 5 && { properties: { sessionExpiryInterval: 600 } }),
      ...options,
    },
  )
  client.on('error', () => undefined)
  return client
}

async function connected(client: MqttClient): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  client.once('connect', () => resolve())
  client.connect()
  await promise
}

/** Says the words with QoS 1; resolves when the broker has all of them. */
async function say(broker: Mosquitto, ...words: readonly string[]): Promise<void> {
  const mouth = clientOf(broker, { clientId: 'mouth', clean: true })
  await connected(mouth)
  for (const word of words) await mouth.publishAsync(topic, word, { qos: 1 })
  await mouth.endAsync()
}

const text = ({ payload }: IPublishPacket): string => payload.toString()

function pubacks(client: MqttClient): Packet[] {
  const sent: Packet[] = []
  client.on('packetsend', (packet) => {
    if (packet.cmd === 'puback') sent.push(packet)
  })
  return sent
}

const service = findMosquitto()

describeWithService(
  'mosquitto: habits of mqtt.js 5.16.0 that link.ts leans on',
  service,
  (start) => {
    let startMosquitto: StartMosquitto
    beforeAll(async () => {
      startMosquitto = await start()
    })

    it('the version is the one that was read', () => {
      expect(MqttClient.VERSION).toBe('5.16.0')
    })

    it.each([4, 5] as const)(
      'v%i: an error from handleMessage sends no PUBACK, is told nobody, and the next packet comes',
      async (protocolVersion) => {
        await using broker = await startMosquitto()
        const heard: IPublishPacket[] = []
        const client = clientOf(broker, { protocolVersion })
        const errors: Error[] = []
        client.on('error', (error) => errors.push(error))
        client.handleMessage = (packet, done) => {
          heard.push(packet)
          done(deferred)
        }
        const sent = pubacks(client)
        await connected(client)
        await client.subscribeAsync(topic, { qos: 1 })
        await say(broker, 'a', 'b', 'c')
        await until(() => heard.length === 3)
        expect(heard.map(text)).toEqual(['a', 'b', 'c'])
        expect(sent).toEqual([])
        expect(errors).toEqual([])
        expect(client.connected).toBe(true)

        client.stream.destroy()
        await closed(client)
        const next = clientOf(broker, { protocolVersion })
        const again: IPublishPacket[] = []
        next.handleMessage = (packet, done) => {
          again.push(packet)
          done()
        }
        await connected(next)
        await until(() => again.length === 3)
        expect(again.map((packet) => [text(packet), packet.dup])).toEqual([
          ['a', true],
          ['b', true],
          ['c', true],
        ])
        await next.endAsync()
      },
    )

    it.each([4, 5] as const)(
      'v%i: packets are handled one after the other',
      async (version) => {
        await using broker = await startMosquitto()
        const heard: string[] = []
        const held: (() => void)[] = []
        const client = clientOf(broker, { protocolVersion: version })
        client.handleMessage = (packet, done) => {
          heard.push(text(packet))
          held.push(() => done(deferred))
        }
        await connected(client)
        await client.subscribeAsync(topic, { qos: 1 })
        let came = ''
        client.stream.on('data', (bytes: Buffer) => (came += bytes.toString('latin1')))
        await say(broker, 'first', 'second')
        await until(() => came.includes('second'))
        await new Promise((resolve) => setImmediate(resolve))
        expect(heard).toEqual(['first'])
        held[0]?.()
        await until(() => heard.length === 2)
        expect(heard).toEqual(['first', 'second'])
        client.stream.destroy()
      },
    )

    it.each([4, 5] as const)(
      'v%i: _sendPacket writes a PUBACK at once, and the broker forgets that message',
      async (protocolVersion) => {
        await using broker = await startMosquitto()
        const heard: IPublishPacket[] = []
        const client = clientOf(broker, { protocolVersion })
        client.handleMessage = (packet, done) => {
          heard.push(packet)
          done(deferred)
        }
        await connected(client)
        await client.subscribeAsync(topic, { qos: 1 })
        await say(broker, 'a', 'b', 'c')
        await until(() => heard.length === 3)
        const messageId = heard[0]?.messageId ?? 0
        const sent = pubacks(client)
        client['_sendPacket']({ cmd: 'puback', messageId, reasonCode: 0 })
        expect(sent).toEqual([{ cmd: 'puback', messageId, reasonCode: 0 }])
        // An answer to something later proves that the broker has read it.
        await client.subscribeAsync('other', { qos: 1 })
        client.stream.destroy()
        await closed(client)

        const again: string[] = []
        const next = clientOf(broker, { protocolVersion })
        next.handleMessage = (packet, done) => {
          again.push(text(packet))
          done()
        }
        await connected(next)
        await until(() => again.length === 2)
        expect(again).toEqual(['b', 'c'])
        await next.endAsync()
      },
    )

    it.each([4, 5] as const)(
      'v%i: a PUBACK that is written offline waits and goes out on the next connection of the client',
      async (protocolVersion) => {
        await using broker = await startMosquitto()
        const client = clientOf(broker, { protocolVersion })
        await connected(client)
        client.stream.destroy()
        await closed(client)
        const sent = pubacks(client)
        client['_sendPacket']({ cmd: 'puback', messageId: 77, reasonCode: 0 })
        expect(sent).toEqual([])
        await connected(client)
        await until(() => sent.length === 1)
        // It may confirm another message by now. That is why every connection has its own client.
        expect(sent).toEqual([{ cmd: 'puback', messageId: 77, reasonCode: 0 }])
        client.stream.destroy()
      },
    )

    it.each([4, 5] as const)(
      'v%i: a handler that is set before connecting hears what the session has kept',
      async (protocolVersion) => {
        await using broker = await startMosquitto()
        const first = clientOf(broker, { protocolVersion })
        await connected(first)
        await first.subscribeAsync(topic, { qos: 1 })
        await first.endAsync()
        await say(broker, 'a', 'b')

        const heard: string[] = []
        const client = clientOf(broker, { protocolVersion })
        client.handleMessage = (packet, done) => {
          heard.push(text(packet))
          done()
        }
        await connected(client)
        await until(() => heard.length === 2)
        expect(heard).toEqual(['a', 'b'])
        await client.endAsync()
      },
    )
  },
)
