import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { z } from 'zod'
import type { TypeOf } from '../../devices/device-type.ts'
import { wrapUplink } from '../../devices/lorawan/wrap.ts'
import type { Vector } from '../../devices/vector.ts'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import type { Value } from '../../domain/reading.ts'
import { durationUs, SECOND, type TimeUs } from '../../domain/time.ts'
import { jsonMessage, placedIn } from '../../workshop/json-message.ts'
import { lineOf } from '../../workshop/line-text.ts'
import type { SpeakingSimulation } from './simulate-mqtt.ts'

/** Longest wait for an answer. */
const PATIENCE = durationUs(10 * SECOND)

/** Characters of an answer that are read. */
const LONGEST_ANSWER = 500

/** Answers that say: come again. A device does so with its next message. */
const busy: ReadonlySet<number> = new Set([429, 503])

export interface HttpSimulationOrder {
  readonly type: TypeOf<'http'> | TypeOf<'lorawan'>
  /** Messages that are known to be right; what is simulated is put into the first. */
  readonly like: readonly Vector[]
  /** Of the connection. */
  readonly url: string
  readonly token: string
  /** How the connection speaks: `json`, `line`, `chirpstack4`, `tts3`. */
  readonly format: string
  readonly device: string
  /** `id` or `devEui`: what it calls itself. `path`, `header` or `tag`: where it says so. */
  readonly address: Readonly<Record<string, string | number>>
  readonly clock: Clock
}

/** One message on its way. */
interface Sending {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * A device that sends to a connection of ours over HTTP, or a network server that does so for it.
 * Speaking rejects with Problem unavailable when the message is not taken.
 */
export function simulateHttp(order: HttpSimulationOrder): SpeakingSimulation {
  const { type, url, token, clock } = order
  const values = new Map<string, Value>()
  let mute = false
  let count = 0
  return {
    where: url,
    set(point, value) {
      if (type.points[point] !== undefined) values.set(point, value)
    },
    silent: (yes) => void (mute = yes),
    async speak() {
      if (mute) return
      const said = { values, count, at: clock.now() }
      count += 1
      const sending =
        type.protocol === 'lorawan' ? uplink(order, type, said) : message(order, type, said)
      const headers = { authorization: `Bearer ${token}`, ...sending.headers }
      await post({ ...sending, headers }, clock)
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

interface Said {
  readonly values: ReadonlyMap<string, Value>
  /** Messages before this one. */
  readonly count: number
  readonly at: TimeUs
}

/** What a codec on the network server made of the bytes. */
const decoded = z.object({ data: z.unknown() })

/** As a network server sends what a device said: one message that is known to be right after another. */
function uplink(
  { like, url, format, address }: HttpSimulationOrder,
  type: TypeOf<'lorawan'>,
  { values, count, at }: Said,
): Sending {
  const via = format === 'tts3' ? 'tts3' : 'chirpstack4'
  const one = like[count % like.length]
  const hex = one?.payloadHex?.replaceAll(/\s/g, '')
  const made = jsonMessage(type, { like: { data: one?.object }, values, at })
  const body = wrapUplink(via, {
    fPort: one?.fPort ?? 1,
    at,
    devEui: String(address['devEui'] ?? ''),
    fCnt: count + 1,
    ...(hex === undefined
      ? { object: decoded.parse(JSON.parse(Buffer.from(made).toString())).data }
      : { bytes: Uint8Array.from(Buffer.from(hex, 'hex')) }),
  })
  const query = via === 'chirpstack4' ? '?event=up' : ''
  return { url: `${url}${query}`, headers: json, body }
}

const json = { 'content-type': 'application/json' }

/** As the device itself sends it: JSON, or a line of InfluxDB's. */
function message(
  { like: [one], url, device, address }: HttpSimulationOrder,
  type: TypeOf<'http'>,
  { values, at }: Said,
): Sending {
  const made = jsonMessage(type, { like: one?.payload, values, at })
  const id = String(address['id'] ?? device)
  if (type.http.format === 'line') {
    const named = placedIn(made, `$.tags.${String(address['tag'] ?? 'host')}`, id)
    const body = new TextEncoder().encode(lineOf(named, at))
    return { url: `${url}/api/v2/write`, headers: { 'content-type': 'text/plain' }, body }
  }
  const { path, header } = address
  if (path !== undefined)
    return { url, headers: json, body: placedIn(made, String(path), id) }
  if (header !== undefined)
    return { url, headers: { ...json, [String(header)]: id }, body: made }
  return { url: `${url}/${encodeURIComponent(id)}`, headers: json, body: made }
}

/** Rejects with Problem unavailable when nobody answers in time, or the message is not taken. */
async function post(sending: Sending, clock: Clock): Promise<void> {
  const ending = new AbortController()
  const cancel = clock.after(PATIENCE, () => ending.abort())
  const answer = await send(sending, ending.signal)
    .catch((error: unknown) => {
      throw new Problem(
        {
          kind: 'unavailable',
          what: `${new URL(sending.url).host} does not answer`,
          where: '--address',
          next: 'look whether the service runs there',
        },
        { cause: error },
      )
    })
    .finally(cancel)
  const { status, text } = answer
  if ((status >= 200 && status < 300) || busy.has(status)) return
  throw new Problem({
    kind: 'unavailable',
    what: `the service did not take the message: ${status}`,
    why: text.slice(0, LONGEST_ANSWER),
    next: 'look at the token, the connection, and where the device says its name (--at)',
  })
}

interface Answer {
  readonly status: number
  /** Its beginning. */
  readonly text: string
}

/** Redirects are answers like others: a token goes where it was meant to, or nowhere. */
function send({ url, headers, body }: Sending, signal: AbortSignal): Promise<Answer> {
  const start = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = start(url, { method: 'POST', headers, signal }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        if (text.length < LONGEST_ANSWER) text += part
      })
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}
