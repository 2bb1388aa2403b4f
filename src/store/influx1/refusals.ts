import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Agent, IncomingMessage } from 'node:http'
import type { Refusal } from '../influx/failures.ts'

/** Every answer to a request of this process: https://nodejs.org/api/diagnostics_channel.html#http */
const channel = 'http.client.response.finish'

/** The first status that the client passes on without what the server said about it. */
const hiddenStatus = 500

/**
 * Hears what a server says when it fails. The client keeps only the name of a status of 500 and
 * more; the reason and the time to wait stand in the headers of the answer.
 */
export class Refusals implements Disposable {
  readonly #agent: Agent
  readonly #listener = (message: unknown): void => this.#hear(message as Answered)
  #newest: Refusal | undefined

  /** Listens to the answers that come over this agent. */
  constructor(agent: Agent) {
    this.#agent = agent
    subscribe(channel, this.#listener)
  }

  /** The newest refusal, once. */
  take(): Refusal | undefined {
    const newest = this.#newest
    this.#newest = undefined
    return newest
  }

  [Symbol.dispose](): void {
    unsubscribe(channel, this.#listener)
  }

  #hear({ request, response }: Answered): void {
    const { statusCode: status = 0 } = response
    if (request.agent !== this.#agent || status < hiddenStatus) return
    this.#newest = refusalOf(response, response.statusMessage ?? '')
  }
}

interface Answered {
  readonly request: { readonly agent: unknown }
  readonly response: IncomingMessage
}

/** `X-Influxdb-Error` has the words of an InfluxDB; whoever stands before it only has `words`. */
export function refusalOf(response: IncomingMessage, words: string): Refusal {
  const said = response.headers['x-influxdb-error']
  return {
    status: response.statusCode,
    reason: typeof said === 'string' ? said : words,
    retryAfter: response.headers['retry-after'],
  }
}
