import { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { parseAnswer } from '../influx/answers.ts'
import { refused } from '../influx/failures.ts'
import type { Answers, InfluxServer, Question } from '../influx/influx-server.ts'
import { withPatience } from '../influx/patience.ts'

export interface Influx2Address {
  /** http://… or https://… */
  readonly url: string
  /** Name or id of the organisation in InfluxDB. */
  readonly organisation: string
  /** Read as the database of the same name, so a DBRP mapping has to lead there. */
  readonly bucket: string
  readonly token: string
}

/**
 * An InfluxDB 2.x through the package `@influxdata/influxdb-client`: written over `/api/v2/write`,
 * asked in InfluxQL over the `/query` of version 1. The client's buffers, retries and time-outs are
 * not used.
 */
export class Influx2Server implements InfluxServer {
  readonly #address: Influx2Address
  readonly #clock: Clock
  /** Apart, so that a write that is given up takes no question with it. */
  readonly #writes: Way
  readonly #questions: Way

  constructor(address: Influx2Address, clock: Clock) {
    this.#address = address
    this.#clock = clock
    this.#writes = wayTo(address, 1)
    this.#questions = wayTo(address, 4)
  }

  async write(lines: readonly string[]): Promise<void> {
    const { organisation, bucket } = this.#address
    await this.#speak(async (signal) => {
      // The client cannot abort a write, so its connection goes.
      signal.addEventListener('abort', () => this.#writes.agent.destroy())
      const api = this.#writes.client.getWriteApi(organisation, bucket, 'us', {
        // A full buffer would be sent by a promise that nobody waits for.
        batchSize: lines.length + 1,
        maxBatchBytes: Number.MAX_SAFE_INTEGER,
        flushInterval: 0,
        maxRetries: 0,
        maxBufferLines: 0,
        gzipThreshold: Number.MAX_SAFE_INTEGER,
        // Otherwise the client writes to the terminal.
        writeFailed: rejectWith,
      })
      try {
        api.writeRecords([...lines])
        await api.flush(true)
      } finally {
        api.dispose()
      }
    })
  }

  async ask({ statements, parameters }: Question): Promise<Answers> {
    const form = new URLSearchParams({
      db: this.#address.bucket,
      epoch: 'u',
      q: statements.join('; '),
      params: JSON.stringify(parameters),
    })
    const body: unknown = await this.#speak((signal) =>
      this.#questions.client.transport.request('/query', form.toString(), {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
        },
        signal,
      }),
    )
    return parseAnswer(body, statements.length)
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const { agent } of [this.#writes, this.#questions]) agent.destroy()
    return Promise.resolve()
  }

  async #speak<T>(say: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await withPatience(this.#clock, say)
    } catch (error) {
      if (error instanceof Problem) throw error
      throw refused(refusalOf(error), error)
    }
  }
}

/** A client with the connections it uses. */
interface Way {
  readonly client: InfluxDB
  readonly agent: Agent
}

function wayTo({ url, token }: Influx2Address, sockets: number): Way {
  const bounds = { keepAlive: true, maxSockets: sockets }
  const agent = url.startsWith('https:') ? new SecureAgent(bounds) : new Agent(bounds)
  const client = new InfluxDB({ url, token, timeout: 0, transportOptions: { agent } })
  return { client, agent }
}

function rejectWith(error: Error): Promise<never> {
  return Promise.reject(error)
}

function refusalOf(error: unknown): Parameters<typeof refused>[0] {
  if (error instanceof HttpError) {
    const retryAfter = error.headers?.['retry-after']
    return {
      status: error.statusCode,
      reason: error.message,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    }
  }
  const reason = error instanceof Error ? error.message : String(error)
  return { status: undefined, reason, retryAfter: undefined }
}
