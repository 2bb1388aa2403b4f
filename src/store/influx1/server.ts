import { Agent, type IncomingMessage } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { InfluxDB, ResultError } from 'influx'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { MS } from '../../domain/time.ts'
import { parseAnswer } from '../influx/answers.ts'
import { refused, refusedStatement } from '../influx/failures.ts'
import type { Answers, InfluxServer, Question } from '../influx/influx-server.ts'
import { patience, withPatience } from '../influx/patience.ts'
import { refusalOf, Refusals } from './refusals.ts'

export interface Influx1Address {
  /** http://… or https://… */
  readonly url: string
  readonly database: string
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** An InfluxDB 1.x through the package `influx`: its time-outs, retries and escaping are not used. */
export class Influx1Server implements InfluxServer {
  readonly #address: Influx1Address
  readonly #clock: Clock
  /** Apart, so that a write that is given up takes no question with it. */
  readonly #writes: Way
  readonly #questions: Way
  #prepared: Promise<void> | undefined

  constructor(address: Influx1Address, clock: Clock) {
    this.#address = address
    this.#clock = clock
    this.#writes = wayTo(address, 1)
    this.#questions = wayTo(address, 4)
  }

  async write(lines: readonly string[]): Promise<void> {
    await this.#prepare()
    await this.#speak(this.#writes, async (client, signal) => {
      // The client cannot abort a write, so its connection goes.
      signal.addEventListener('abort', () => this.#writes.agent.destroy())
      // It sends a measurement as it is, and so whole lines of ours.
      await client.writePoints([{ measurement: lines.join('\n') }], { precision: 'u' })
    })
  }

  async ask({ statements, parameters }: Question): Promise<Answers> {
    await this.#prepare()
    const body = await this.#speak(this.#questions, (client, signal): Promise<unknown> =>
      client.queryRaw(statements.join('; '), {
        precision: 'u',
        placeholders: { ...parameters },
        method: 'POST',
        signal,
      }),
    )
    return parseAnswer(body, statements.length)
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const { agent, refusals } of [this.#writes, this.#questions]) {
      refusals[Symbol.dispose]()
      agent.destroy()
    }
    return Promise.resolve()
  }

  /** Once: is it an InfluxDB, and does it have our database? Tried again until it is. */
  async #prepare(): Promise<void> {
    this.#prepared ??= this.#firstContact()
    try {
      await this.#prepared
    } catch (error) {
      this.#prepared = undefined
      throw error
    }
  }

  async #firstContact(): Promise<void> {
    await this.#speak(this.#questions, async (client) => {
      const [found] = await client.ping(patience / MS)
      if (found?.version) return
      const { res } = found ?? {}
      throw refused(
        res instanceof Object && 'statusCode' in res
          ? refusalOf(res, 'its answer to /ping is not that of an InfluxDB')
          : { status: undefined, reason: 'no answer to /ping', retryAfter: undefined },
        undefined,
      )
    })
    try {
      await this.#speak(this.#questions, (client) =>
        client.createDatabase(this.#address.database),
      )
    } catch (error) {
      // Whoever may write may still not create: the first write says when it is missing.
      if (!(error instanceof Problem) || error.details.kind !== 'forbidden') throw error
    }
  }

  async #speak<T>(
    { client, refusals }: Way,
    say: (client: InfluxDB, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await withPatience(this.#clock, (signal) => say(client, signal))
    } catch (error) {
      if (error instanceof Problem) throw error
      if (error instanceof ResultError) {
        throw refusedStatement(error.message.replace(/^Error from InfluxDB: /, ''))
      }
      const words = error instanceof Error ? error.message : String(error)
      const heard = hasAnswer(error) ? refusalOf(error.res, words) : refusals.take()
      const silence = { status: undefined, reason: words, retryAfter: undefined }
      // The client's error holds the request, and with it the password.
      throw refused(heard ?? silence, new Error(words))
    }
  }
}

/** A client with the connections it uses. */
interface Way {
  readonly client: InfluxDB
  readonly agent: Agent
  readonly refusals: Refusals
}

/** Never waits before the host is tried again: who calls decides that. */
const noBackoff = {
  getDelay: () => 0,
  next: () => noBackoff,
  reset: () => noBackoff,
}

function wayTo(
  { url, database, username, password }: Influx1Address,
  sockets: number,
): Way {
  const { protocol, hostname, port, pathname } = new URL(url)
  const secure = protocol === 'https:'
  const bounds = { keepAlive: true, maxSockets: sockets }
  const agent = secure ? new SecureAgent(bounds) : new Agent(bounds)
  const client = new InfluxDB({
    protocol: secure ? 'https' : 'http',
    host: hostname,
    port: Number(port) || (secure ? 443 : 80),
    path: pathname.replace(/\/$/, ''),
    options: { agent },
    database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    pool: { maxRetries: 0, requestTimeout: 0, backoff: noBackoff },
  })
  return { client, agent, refusals: new Refusals(agent) }
}

/** The error of a status from 300 to 499, whose class the package keeps to itself. */
function hasAnswer(error: unknown): error is { readonly res: IncomingMessage } {
  return error instanceof Error && 'res' in error && error.res instanceof Object
}
