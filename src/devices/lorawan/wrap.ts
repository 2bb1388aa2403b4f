import { toIso, type TimeUs } from '../../domain/time.ts'
import type { LorawanEnvelope } from './type.ts'

/** What a device sent, before a network server wraps it. */
export interface Sent {
  readonly bytes?: Uint8Array
  /** What a codec on the server would make of it. */
  readonly object?: unknown
  readonly fPort: number
  readonly at: TimeUs
  /** Left out: one for vectors. */
  readonly devEui?: string
  /** Counts frames; left out: 1. */
  readonly fCnt?: number
}

/** A frame as it was heard by one gateway: the same for every wrapped message. */
const radio = {
  rssi: -97,
  snr: 7.5,
  spreadingFactor: 9,
  frequency: 868_100_000,
} as const
const vectorEui = '00000000000000aa'

/** The message that a network server would send of it; for vectors and simulations. */
export function wrapUplink(envelope: LorawanEnvelope, sent: Sent): Uint8Array {
  const message = envelope === 'chirpstack4' ? chirpstack(sent) : tts(sent)
  return new TextEncoder().encode(JSON.stringify(message))
}

function chirpstack({ bytes, object, fPort, at, ...sent }: Sent): unknown {
  const { devEui = vectorEui, fCnt = 1 } = sent
  return {
    deduplicationId: `3ac7e3c4-4401-4b8d-9386-${fCnt.toString(16).padStart(12, '0')}`,
    time: toIso(at),
    deviceInfo: { deviceName: 'device-1', devEui },
    fCnt,
    fPort,
    data: base64(bytes),
    object,
    rxInfo: [{ gatewayId: '00000000000000bb', rssi: radio.rssi, snr: radio.snr }],
    txInfo: {
      frequency: radio.frequency,
      modulation: { lora: { spreadingFactor: radio.spreadingFactor } },
    },
  }
}

function tts({ bytes, object, fPort, at, ...sent }: Sent): unknown {
  const { devEui = vectorEui, fCnt = 1 } = sent
  return {
    end_device_ids: { device_id: 'device-1', dev_eui: devEui.toUpperCase() },
    received_at: toIso(at),
    uplink_message: {
      f_port: fPort,
      f_cnt: fCnt,
      frm_payload: base64(bytes),
      decoded_payload: object,
      rx_metadata: [
        { gateway_ids: { gateway_id: 'gateway-1' }, rssi: radio.rssi, snr: radio.snr },
      ],
      settings: {
        data_rate: { lora: { spreading_factor: radio.spreadingFactor } },
        frequency: String(radio.frequency),
      },
      received_at: toIso(at),
    },
  }
}

function base64(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('base64')
}
