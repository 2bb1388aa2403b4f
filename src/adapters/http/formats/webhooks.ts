import {
  createMessageParser,
  MAX_PAYLOAD_BYTES,
} from '../../../devices/json/parse-message.ts'
import { compilePath, isObject } from '../../../devices/json/path.ts'
import { Problem } from '../../../domain/problem.ts'
import { requireJson, requirePost, type Answer, type Delivery } from '../delivery.ts'
import type { Source } from '../source.ts'
import { counted, messageTooLarge } from './json.ts'

const parse = createMessageParser()
const chirpstackEui = compilePath('$.deviceInfo.devEui')
const ttsEui = compilePath('$.end_device_ids.dev_eui')
const ttsName = compilePath('$.end_device_ids.device_id')

/**
 * HTTP integration of ChirpStack 4: `?event=up` is kept as it came. What says nothing of a value
 * (join, ack, txack, log, status, location) is accepted and let go, or it would come again.
 */
export async function takeChirpstack(delivery: Delivery, source: Source): Promise<Answer> {
  const root = bodyOf(delivery, 'Set the encoding of the HTTP integration to JSON')
  const event = delivery.query.get('event') ?? 'up'
  if (event !== 'up') return letGo(event)
  const eui = chirpstackEui.read(root)
  if (typeof eui !== 'string') throw noDevice('deviceInfo.devEui')
  return keepUplink(delivery, source, { format: 'chirpstack4', identity: eui })
}

/** Webhooks of The Things Stack 3: only a body with `uplink_message` is kept. */
export async function takeTts(delivery: Delivery, source: Source): Promise<Answer> {
  const root = bodyOf(delivery, 'Set the format of the webhook to JSON')
  if (!isObject(root)) throw noDevice('end_device_ids')
  if (!Object.hasOwn(root, 'uplink_message')) {
    return letGo(Object.keys(root).find((name) => !shared.has(name)) ?? 'empty')
  }
  const eui = ttsEui.read(root)
  if (typeof eui === 'string') {
    return keepUplink(delivery, source, { format: 'tts3', identity: eui })
  }
  // A device that was activated by personalisation may have no EUI: somebody has to look at it.
  const name = ttsName.read(root)
  if (typeof name !== 'string') throw noDevice('end_device_ids.dev_eui')
  return keepUplink(delivery, source, { format: 'tts3', identity: name })
}

/** What every message of The Things Stack has. */
const shared: ReadonlySet<string> = new Set([
  'end_device_ids',
  'correlation_ids',
  'received_at',
  'simulated',
])

async function keepUplink(
  { body, ingest }: Delivery,
  source: Source,
  { format, identity }: { readonly format: string; readonly identity: string },
): Promise<Answer> {
  const known = identity.toLowerCase().slice(0, 200)
  const message = { identity: known, topic: `${format}/${known}/up`, payload: body }
  return counted(await source.keep([message], ingest))
}

function letGo(event: string): Answer {
  return { status: 200, body: { stored: 0, ignored: event.slice(0, 60) } }
}

function bodyOf(delivery: Delivery, hint: string): unknown {
  requirePost(delivery)
  requireJson(delivery, hint)
  if (delivery.body.length > MAX_PAYLOAD_BYTES) throw messageTooLarge('body')
  const parsed = parse(delivery.body)
  if (parsed.ok) return parsed.root
  throw new Problem({
    kind: 'invalid',
    what: `The body cannot be read: ${parsed.problem.detail}`,
    where: 'body',
    why: 'Nothing was stored',
    next: hint,
  })
}

function noDevice(where: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'The body does not say which device it is of; nothing was stored',
    where,
    next: 'Check that the format of the connection is that of the network server',
  })
}
