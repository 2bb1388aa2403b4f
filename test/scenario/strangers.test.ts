import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectPacket, RawDevice } from '../support/mqtt.ts'
import { openBesieged, type Besieged } from './besieged.ts'

let siege: Besieged
beforeAll(async () => {
  siege = await openBesieged()
})
afterAll(async () => {
  await siege[Symbol.asyncDispose]()
})

describe('a stranger at the MQTT port', () => {
  const table: Record<
    string,
    [bytes: () => Uint8Array | Promise<Uint8Array>, reason: string]
  > = {
    'with a wrong secret': [
      () => connectPacket({ username: 'strandkoping/lamp-1', secret: 'guessed' }),
      'bad_credentials',
    ],
    'of a device that is not there': [
      () => connectPacket({ username: 'strandkoping/lamp-4711', secret: 'x' }),
      'bad_credentials',
    ],
    'with a user name that is SQL': [
      () =>
        connectPacket({ username: `strandkoping/'; drop table alarm; --`, secret: 'x' }),
      'bad_credentials',
    ],
    'who speaks MQTT 5': [
      async () => {
        const { username, secret } = await siege.service.credential('lamp-5')
        return connectPacket({ username, secret, level: 5 })
      },
      'protocol_version',
    ],
    'who speaks HTTP': [
      () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      'protocol',
    ],
    'who speaks TLS': [() => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), 'protocol'],
    'who sends garbage': [
      () =>
        Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 131 + 7) % 256)),
      'protocol',
    ],
    'who announces a packet without end': [
      () => Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f, 0x00]),
      'too_large',
    ],
    'who hides the length': [
      () => Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]),
      'protocol',
    ],
  }

  it.each(Object.entries(table))(
    '%s is sent away and counted',
    async (_, [bytes, reason]) => {
      const before = await siege.counted(reason)
      using raw = await RawDevice.open(siege.port)
      raw.send(await bytes())
      await raw.closed
      const accepted = raw.packets.filter(({ type, body }) => type === 2 && body[1] === 0)
      expect(accepted).toEqual([])
      expect(await siege.counted(reason)).toBe(before + 1)
      const said = siege.logged.filter((line) => line.includes(`"reason":"${reason}"`))
      expect(said.length).toBeGreaterThan(0)
      expect(said.join('')).not.toContain('guessed')
      await siege.expectWell()
    },
  )
})

it('of whom the organisations are shown nothing, because nobody proved whose device it is', async () => {
  expect(await siege.problems()).toEqual([])
})
