import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createAddressGuard, type AddressGuard } from '../delivery/addresses.ts'
import { UndeliverableError } from '../delivery/letter.ts'
import type { Clock } from '../domain/clock.ts'
import { durationUs, SECOND, type DurationUs } from '../domain/time.ts'

export interface FetchParts {
  /** Private networks (CIDR) that may be asked all the same. */
  readonly allow?: readonly string[]
  readonly clock: Pick<Clock, 'after'>
  /** From the look-up of the name to the last byte. Left out: 10 s. */
  readonly timeout?: DurationUs
}

export interface Asking {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Form fields, for POST. */
  readonly form?: readonly (readonly [name: string, value: string])[]
  /** Most bytes of an answer. */
  readonly most: number
}

export interface Answered {
  readonly status: number
  readonly body: Buffer
}

/** Asks somebody over HTTP. */
export type Fetch = (asking: Asking) => Promise<Answered>

/**
 * Asks addresses of the public internet only, over http or https, without name and password. No
 * redirect is followed: it is an answer like others. Rejects with UndeliverableError for an
 * address that is refused or an answer that is too long, else with what went wrong.
 */
export function createFetch(parts: FetchParts): Fetch {
  const guard = createAddressGuard(parts.allow ?? [])
  const timeout = parts.timeout ?? durationUs(10 * SECOND)
  return async (asking) => {
    const url = checked(asking.url, guard)
    const ending = new AbortController()
    const cancel = parts.clock.after(timeout, () => ending.abort())
    try {
      return await send(asking, { url, guard, signal: ending.signal })
    } finally {
      cancel()
    }
  }
}

function checked(text: string, guard: AddressGuard): URL {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UndeliverableError('this is no http address')
  }
  if (url.username !== '' || url.password !== '') {
    throw new UndeliverableError('an address with a name or a password is not called')
  }
  guard.check(url.hostname)
  return url
}

interface Sending {
  readonly url: URL
  readonly guard: AddressGuard
  readonly signal: AbortSignal
}

function send(
  { method, form, most }: Asking,
  { url, guard, signal }: Sending,
): Promise<Answered> {
  const body = form === undefined ? undefined : formOf(form)
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(signal.aborted ? new Error('no answer in time', { cause: error }) : error)
    const options = {
      method,
      headers: {
        'user-agent': 'Gatuvakt',
        ...(body !== undefined && {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          'content-length': String(Buffer.byteLength(body)),
        }),
      },
      lookup: guard.lookup,
      agent: false,
      signal,
    } as const
    const asked = start(url, options, (answer) => {
      read(answer, most).then(resolve, failed)
    })
    asked.on('error', failed)
    asked.end(body)
  })
}

function formOf(form: NonNullable<Asking['form']>): string {
  const fields = new URLSearchParams()
  for (const [name, value] of form) fields.append(name, value)
  return fields.toString()
}

async function read(answer: IncomingMessage, most: number): Promise<Answered> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > most) {
      answer.destroy()
      throw new UndeliverableError(`the answer is longer than ${most} bytes`)
    }
    chunks.push(bytes)
  }
  return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }
}
