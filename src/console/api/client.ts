import { Refusal, refusalOf } from './refusal.ts'

/** The service has no slower answer than this. */
const PATIENCE_MS = 20_000

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/**
 * Calls the API; `path` begins after /api/v1. The answer is taken as the API's types say: console
 * and service are built from one source and served together. Rejects with Refusal only, or with
 * the reason of `signal` when that ended it.
 */
export async function call<Answer>(
  path: string,
  { method, body, signal }: Call,
): Promise<Answer> {
  const response = await reach(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.any([
      AbortSignal.timeout(PATIENCE_MS),
      ...(signal === undefined ? [] : [signal]),
    ]),
  })
  const answer = await read(response)
  if (!response.ok) throw refusalOf(response.status, answer)
  return answer
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    throw ended(error)
  }
}

/** The body as JSON; undefined for none and for what is not JSON, which only a proxy sends. */
async function read(response: Response) {
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
  if (!isJson || response.status === 204) return undefined
  try {
    return JSON.parse(await response.text())
  } catch (error) {
    throw ended(error)
  }
}

/** Somebody changed the page: then it is not an answer that is missing. */
function ended(error: unknown): unknown {
  if (error instanceof DOMException && error.name === 'AbortError') return error
  return new Refusal({ kind: 'unreachable', what: '' }, { cause: error })
}
