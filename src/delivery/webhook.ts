import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Webhook } from 'standardwebhooks'
import type { Clock } from '../domain/clock.ts'
import { durationUs, HOUR, SECOND, type DurationUs, type TimeUs } from '../domain/time.ts'
import { createAddressGuard, type AddressGuard } from './addresses.ts'
import type { Caller, SentCall } from './call.ts'
import { GoneError, RetryLaterError, UndeliverableError } from './letter.ts'

const LONGEST_BODY = 100_000

/** A receiver may ask for a pause, but not for one that outlives the reason for calling. */
const LONGEST_PAUSE = HOUR

export interface CallerParts {
  /** By name, from the settings of the process. A signing secret is `whsec_` and base64, or any text. */
  readonly secrets: Readonly<Record<string, string>>
  /** Private networks (CIDR) that may be called; `127.0.0.0/8` and `::1/128` for this machine itself. */
  readonly allow?: readonly string[]
  readonly clock: Pick<Clock, 'after'>
  /** Of one try, from the look-up of the name to the answer's head. Left out: 10 s. */
  readonly timeout?: DurationUs
}

/**
 * Calls programs over HTTP, signed as Standard Webhooks 1.0 says (webhook-id, webhook-timestamp,
 * webhook-signature). Follows no redirect and reads no more of an answer than its head.
 */
export function createCaller(parts: CallerParts): Caller {
  const guard = createAddressGuard(parts.allow ?? [])
  const timeout = parts.timeout ?? durationUs(10 * SECOND)
  return {
    async call(call) {
      if (call.body.length > LONGEST_BODY)
        throw new UndeliverableError('the body is too long')
      const headers = headersOf(call, parts.secrets)
      const { clock } = parts
      const { status, retryAfter } = await post(call, { headers, guard, timeout, clock })
      judge(status, retryAfter, call.date)
    },
  }
}

function headersOf(
  call: SentCall,
  secrets: CallerParts['secrets'],
): Readonly<Record<string, string>> {
  const { id, date, body, contentType, secret, authorization } = call
  const seconds = Math.floor(date / SECOND)
  const key = secret === undefined ? undefined : signer(secretOf(secrets, secret))
  return {
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Gatuvakt',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    ...(key !== undefined && {
      'webhook-signature': key.sign(id, new Date(seconds * 1_000), body),
    }),
    ...(authorization !== undefined && {
      authorization: secretOf(secrets, authorization),
    }),
  }
}

function signer(secret: string): Webhook {
  return secret.startsWith('whsec_')
    ? new Webhook(secret)
    : new Webhook(secret, { format: 'raw' })
}

/** Somebody may still set it, so that is tried again. */
function secretOf(secrets: CallerParts['secrets'], name: string): string {
  const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined
  if (secret === undefined)
    throw new Error(`the settings of this process have no secret "${name}"`)
  return secret
}

interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
}

interface Posting {
  readonly headers: Readonly<Record<string, string>>
  readonly guard: AddressGuard
  readonly timeout: DurationUs
  readonly clock: Pick<Clock, 'after'>
}

async function post(
  call: SentCall,
  { headers, guard, timeout, clock }: Posting,
): Promise<Answer> {
  const url = new URL(call.url)
  guard.check(url.hostname)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const ending = new AbortController()
  const { signal } = ending
  const cancel = clock.after(timeout, () => ending.abort())
  const answered = new Promise<Answer>((resolve, reject) => {
    const options = {
      method: 'POST',
      headers,
      lookup: guard.lookup,
      agent: false,
      signal,
    } as const
    const request: ClientRequest = send(url, options, (answer: IncomingMessage) => {
      const after = answer.headers['retry-after']
      resolve({ status: answer.statusCode ?? 0, retryAfter: after })
      answer.destroy()
    })
    request.on('error', (error) =>
      reject(signal.aborted ? new Error('no answer in time', { cause: error }) : error),
    )
    request.end(call.body)
  })
  try {
    return await answered
  } finally {
    cancel()
  }
}

function judge(status: number, retryAfter: string | undefined, now: TimeUs): void {
  if (status >= 200 && status < 300) return
  const words = `the receiver answered ${status}`
  if (status === 410) throw new GoneError(words)
  const passing = status === 408 || status === 429 || status >= 500
  if (!passing) throw new UndeliverableError(words)
  const pause = retryAfter === undefined ? undefined : pauseOf(retryAfter, now)
  throw pause === undefined ? new Error(words) : new RetryLaterError(words, pause)
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); from 1 s to 1 h. Undefined for what is neither. */
function pauseOf(text: string, now: TimeUs): DurationUs | undefined {
  const wait = /^\d{1,9}$/.test(text)
    ? Number(text) * SECOND
    : Date.parse(text) * 1_000 - now
  if (Number.isNaN(wait)) return undefined
  return durationUs(Math.min(Math.max(wait, SECOND), LONGEST_PAUSE))
}
