import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../../domain/problem.ts'
import type { TimeUs } from '../../domain/time.ts'

/** A request that was let in, read and unpacked. */
export interface Delivery {
  readonly method: string
  /** What stands behind the address of the connection, without the slash. */
  readonly rest: string
  readonly query: ReadonlyMap<string, string>
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
  /** When its last byte was here. */
  readonly ingest: TimeUs
}

export interface Answer {
  readonly status: number
  /** Sent as JSON; left out: nothing. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** The query, every name once. Throws Problem invalid for a name that stands twice. */
export function queryOf(query: unknown): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  if (typeof query !== 'object' || query === null) return values
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string') {
      throw new Problem({
        kind: 'invalid',
        what: `The parameter ${name.slice(0, 60)} stands more than once`,
        where: 'query',
        next: 'Send every parameter once',
      })
    }
    values.set(name, value)
  }
  return values
}

/** The body as text. Throws Problem invalid when it is not UTF-8. */
export function textOf({ body }: Delivery): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new Problem({
      kind: 'invalid',
      what: 'The body is not UTF-8 text; nothing of it was stored',
      where: 'body',
      next: 'Send it in UTF-8, without another encoding or compression than gzip',
    })
  }
}

/** Throws `UnsupportedBody` for a body that says it is something else than JSON. */
export function requireJson(
  { headers }: Delivery,
  hint = 'Send JSON with the content type application/json',
): void {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === undefined || /^application\/(?:[a-z0-9.+-]+\+)?json$/.test(type)) return
  throw new UnsupportedBody(
    `The content type ${JSON.stringify(type.slice(0, 80))} is not JSON`,
    hint,
  )
}

/** A body in a form that is not read here: 415. */
export class UnsupportedBody extends Error {
  override readonly name = 'UnsupportedBody'
  readonly next: string

  constructor(what: string, next: string) {
    super(what)
    this.next = next
  }
}

/** A method that the address does not know: 405. */
export class WrongMethod extends Error {
  override readonly name = 'WrongMethod'
  readonly allow: string

  constructor(method: string, allow: string) {
    super(`${method} is not done here; ${allow} is`)
    this.allow = allow
  }
}

export function requirePost({ method }: Delivery): void {
  if (method !== 'POST') throw new WrongMethod(method, 'POST')
}
