import { describe, expect, it } from 'vitest'
import { wrapUplink } from '../../src/devices/lorawan/wrap.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { expectLoop } from './field/story.ts'
import { sender, startTown, vectorOf } from './field/town.ts'

const type = 'lykta-lw-9'
const devEui = '70b3d57ed0000001'

describe('LoRaWAN: a luminaire that says its lamp has failed', () => {
  it.each([
    ['chirpstack4', '?event=up'],
    ['tts3', '/up'],
  ] as const)('becomes a case by the webhook of %s', async (format, rest) => {
    await using town = await startTown({
      type,
      role: 'lampFailure',
      faultClass: 'light_out',
      connection: { protocol: 'http', format },
      address: { devEui },
      params: { nominalW: 69 },
    })
    const { token, address } = await sender(town)
    const post = async (vector: string): Promise<void> => {
      town.service.pass(MINUTE)
      const { payloadHex = '', fPort } = await vectorOf(type, vector)
      const bytes = Buffer.from(payloadHex.replaceAll(' ', ''), 'hex')
      const answer = await fetch(`${address}${rest}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: ofDevice(wrapUplink(format, { bytes, fPort, at: town.clock.now() })),
      })
      expect(answer.status).toBe(200)
    }
    await expectLoop(town, {
      well: () => post('status'),
      faulty: () => post('totals'),
      // The message has all three fault bits.
      alarms: 3,
    })
  })
})

/** The same uplink from our device. */
function ofDevice(uplink: Uint8Array): string {
  return Buffer.from(uplink)
    .toString()
    .replaceAll(/"(dev_?eui)":"[0-9a-f]{16}"/gi, (_all, name: string) => {
      return `"${name}":"${devEui}"`
    })
}
