import { fromIso, type TimeUs } from '../../domain/time.ts'
import type { DecodeProblem } from '../decoder.ts'
import { isObject } from '../json/path.ts'
import type { LorawanEnvelope } from './type.ts'

/** What a network server says that a device sent, whichever server it was. */
export interface Uplink {
  readonly server: LorawanEnvelope
  /** Undefined when the frame carried no data or the server kept it. */
  readonly bytes?: Uint8Array
  /** What a codec on the server made of it. */
  readonly object?: unknown
  /** 0: the device spoke to the network, not to us. */
  readonly fPort: number
  /** When the server or a gateway heard it. */
  readonly heard?: TimeUs
  /** `$envelope`: rssi, snr, gateway, gateways, fCnt, fPort, spreadingFactor, frequency. */
  readonly envelope: Readonly<Record<string, unknown>>
}

export type UplinkResult =
  | { readonly kind: 'uplink'; readonly uplink: Uplink }
  /** A join, a receipt, a status: nothing that was measured. */
  | { readonly kind: 'other' }
  | { readonly kind: 'problem'; readonly problem: DecodeProblem }

/** LoRaWAN frames carry 242 bytes at most. */
const MAX_BYTES = 512

/** Finds the uplink in a message of ChirpStack 4 or The Things Stack 3. Never throws. */
export function uplinkOf(
  message: unknown,
  envelopes: readonly LorawanEnvelope[],
): UplinkResult {
  const server = serverOf(message)
  if (server === undefined || !isObject(message)) {
    const detail =
      'neither a message of ChirpStack 4 nor one of The Things Stack 3; send its JSON unchanged'
    return { kind: 'problem', problem: { reason: 'unknown_envelope', detail } }
  }
  if (!envelopes.includes(server)) {
    const detail = `a message of ${server}, which the type does not take; add it to lorawan.envelopes`
    return { kind: 'problem', problem: { reason: 'unknown_envelope', detail } }
  }
  return server === 'chirpstack4' ? chirpstackUplink(message) : ttsUplink(message)
}

function serverOf(message: unknown): LorawanEnvelope | undefined {
  if (!isObject(message)) return undefined
  if (isObject(message['deviceInfo'])) return 'chirpstack4'
  return isObject(message['end_device_ids']) ? 'tts3' : undefined
}

type Fields = Readonly<Record<string, unknown>>

function chirpstackUplink(message: Fields): UplinkResult {
  const { rxInfo, txInfo } = message
  // Receipts, joins and statuses name the device too; only an uplink was received by gateways.
  if (
    !Array.isArray(rxInfo) &&
    message['data'] === undefined &&
    message['object'] === undefined
  ) {
    return { kind: 'other' }
  }
  const best = strongest(rxInfo)
  const gateway = text(best['gatewayId'])
  const lora = fieldsOf(fieldsOf(fieldsOf(txInfo)['modulation'])['lora'])
  return uplink('chirpstack4', {
    data: message['data'],
    object: message['object'],
    time: message['time'],
    fPort: whole(message['fPort']),
    envelope: {
      ...radio(best, rxInfo),
      gateway,
      fCnt: whole(message['fCnt']),
      spreadingFactor: lora['spreadingFactor'],
      frequency: fieldsOf(txInfo)['frequency'],
    },
  })
}

function ttsUplink(message: Fields): UplinkResult {
  const up = message['uplink_message']
  if (!isObject(up)) return { kind: 'other' }
  const best = strongest(up['rx_metadata'])
  const settings = fieldsOf(up['settings'])
  const lora = fieldsOf(fieldsOf(settings['data_rate'])['lora'])
  return uplink('tts3', {
    data: up['frm_payload'],
    object: up['decoded_payload'],
    time: up['received_at'] ?? message['received_at'],
    // It leaves out what is 0.
    fPort: whole(up['f_port']),
    envelope: {
      ...radio(best, up['rx_metadata']),
      gateway: text(fieldsOf(best['gateway_ids'])['gateway_id']),
      fCnt: whole(up['f_cnt']),
      spreadingFactor: lora['spreading_factor'],
      frequency: Number(settings['frequency']) || undefined,
    },
  })
}

interface Parts {
  readonly data: unknown
  readonly object: unknown
  readonly time: unknown
  readonly fPort: number
  readonly envelope: Fields
}

function uplink(server: LorawanEnvelope, parts: Parts): UplinkResult {
  const { data, object, time, fPort, envelope } = parts
  const bytes =
    data === undefined || data === null || data === '' ? undefined : bytesOf(data)
  if (bytes === 'not base64') {
    const detail = 'the payload of the device is not base64 of at most 512 bytes'
    return { kind: 'problem', problem: { reason: 'bad_payload', detail } }
  }
  const heard = typeof time === 'string' ? fromIso(time) : undefined
  return {
    kind: 'uplink',
    uplink: {
      server,
      fPort,
      envelope: { ...envelope, fPort },
      ...(bytes !== undefined && { bytes }),
      ...(object !== undefined && object !== null && { object }),
      ...(heard !== undefined && { heard }),
    },
  }
}

function bytesOf(data: unknown): Uint8Array | 'not base64' {
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return 'not base64'
  const bytes = Buffer.from(data, 'base64')
  return bytes.length > MAX_BYTES || data.length % 4 !== 0 ? 'not base64' : bytes
}

function radio(best: Fields, heardBy: unknown): Fields {
  return {
    rssi: best['rssi'],
    snr: best['snr'],
    gateways: Array.isArray(heardBy) ? heardBy.length : 0,
  }
}

/** Of the gateways that heard it the one that heard it loudest. */
function strongest(heardBy: unknown): Fields {
  if (!Array.isArray(heardBy)) return {}
  const all: unknown[] = heardBy
  return all
    .filter(isObject)
    .reduce<Fields>((best, one) => (loudness(one) > loudness(best) ? one : best), {})
}

function loudness({ rssi }: Fields): number {
  return typeof rssi === 'number' ? rssi : Number.NEGATIVE_INFINITY
}

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function whole(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0
}
