import {
  connect,
  ErrorCode,
  Events,
  NatsError,
  type ConnectionOptions,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
} from 'nats'
import type { Logger } from 'pino'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, MS, SECOND, type DurationUs } from '../../domain/time.ts'
import { messageOf, NatsAwayError } from './errors.ts'

export interface ConnectionParts {
  /** `nats://host:port` or `tls://host:port`; several, with a comma between them, for a cluster. */
  readonly url: string
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** What the server's monitor calls us. */
  readonly name: string
  readonly clock: Clock
  readonly logger: Logger
}

const firstPause = durationUs(500 * MS)
const longestPause = durationUs(10 * SECOND)
const checkPause = durationUs(200 * MS)
/** One question to JetStream; the client library's own timer, in real time. */
const questionMs = 5_000

/** Somebody who waits until JetStream can be spoken to. */
interface Waiter {
  readonly done: () => void
  readonly failed: (error: Error) => void
}

/**
 * One connection to NATS. It comes back for ever; after each return `check` must hold before
 * anybody else speaks. What is under way when it breaks is rejected at once.
 */
export class Connection implements AsyncDisposable {
  readonly nats: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  /** Resolves when the connection is over for good. By itself it should never be. */
  readonly ended: Promise<'by itself' | 'on purpose'>
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #waiters = new Set<Waiter>()
  readonly #interrupts = new Set<(error: Error) => void>()
  #check: () => Promise<void> = () => Promise.resolve()
  #up = true
  #closed = false
  /** Counts the times the connection broke, so that a late check knows that it is late. */
  #breaks = 0
  #maxPayload: number

  private constructor(nats: NatsConnection, jsm: JetStreamManager, parts: ConnectionParts) {
    this.nats = nats
    this.js = nats.jetstream({ timeout: questionMs })
    this.jsm = jsm
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#maxPayload = nats.info?.max_payload ?? 0
    this.ended = nats.closed().then(() => (this.#closed ? 'on purpose' : 'by itself'))
    void this.#follow()
  }

  /** Tries until NATS answers; rejects with Problem unauthenticated when it refuses the log-in. */
  static async open(parts: ConnectionParts): Promise<Connection> {
    const { clock, logger } = parts
    let wait = firstPause
    for (;;) {
      try {
        const nats = await connect(connectionOptions(parts))
        const jsm = await nats.jetstreamManager({ timeout: questionMs, checkAPI: false })
        return new Connection(nats, jsm, parts)
      } catch (error) {
        if (isRefusal(error)) throw refusedLogIn(parts, error)
        logger.warn({ err: error }, 'NATS cannot be reached; it is tried again')
      }
      await pause(clock, wait)
      wait = durationUs(Math.min(2 * wait, longestPause))
    }
  }

  /** What must hold after every return of the connection; a rejection is tried again. */
  checkWith(check: () => Promise<void>): void {
    this.#check = check
  }

  /** Largest message, headers included, that the server takes, in bytes. */
  get maxPayload(): number {
    this.#maxPayload = this.nats.info?.max_payload ?? this.#maxPayload
    return this.#maxPayload
  }

  /** Which server this is: its id changes with every start. */
  get serverId(): string {
    return this.nats.info?.server_id ?? ''
  }

  /** Resolves when JetStream can be spoken to; rejects when the signal aborts or we are closed. */
  ready(signal: AbortSignal): Promise<void> {
    if (this.#closed) return Promise.reject(closedError())
    if (signal.aborted) return Promise.reject(new NatsAwayError('waited long enough'))
    if (this.#up) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        this.#waiters.delete(waiter)
        signal.removeEventListener('abort', gaveUp)
        then()
      }
      const gaveUp = (): void =>
        settle(() => reject(new NatsAwayError('waited long enough')))
      const waiter: Waiter = {
        done: () => settle(resolve),
        failed: (error) => settle(() => reject(error)),
      }
      this.#waiters.add(waiter)
      signal.addEventListener('abort', gaveUp)
    })
  }

  /**
   * Asks something; rejects with NatsAwayError the moment the connection breaks instead of after
   * the client library's time-out.
   */
  async during<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.#up) throw new NatsAwayError('there is no connection')
    const broken = Promise.withResolvers<never>()
    this.#interrupts.add(broken.reject)
    try {
      return await Promise.race([ask(), broken.promise])
    } finally {
      this.#interrupts.delete(broken.reject)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#down(closedError())
    for (const waiter of this.#waiters) waiter.failed(closedError())
    await this.nats.close()
  }

  async #follow(): Promise<void> {
    for await (const { type, data } of this.nats.status()) {
      if (type === Events.Disconnect) {
        this.#logger.warn({ server: data }, 'the connection to NATS broke')
        this.#down(new NatsAwayError('the connection broke'))
      } else if (type === Events.Reconnect) {
        void this.#recover(data)
      } else if (type === Events.Error) {
        this.#logger.warn({ reason: data }, 'NATS reports an error')
      }
    }
  }

  #down(error: Error): void {
    this.#breaks++
    this.#up = false
    for (const interrupt of this.#interrupts) interrupt(error)
  }

  async #recover(server: unknown): Promise<void> {
    const session = this.#breaks
    while (session === this.#breaks) {
      try {
        await this.#check()
        break
      } catch (error) {
        const why = messageOf(error)
        this.#logger.warn({ why }, 'NATS is back, JetStream is not yet')
      }
      await pause(this.#clock, checkPause)
    }
    if (session !== this.#breaks) return
    this.#up = true
    this.#logger.info({ server }, 'the connection to NATS is back')
    for (const waiter of this.#waiters) waiter.done()
  }
}

/** Lets time pass; the signal ends it early. */
export function pause(
  clock: Clock,
  length: DurationUs,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const end = (): void => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(length, end)
    return signal?.addEventListener('abort', end)
  })
}

function connectionOptions(parts: ConnectionParts): ConnectionOptions {
  const { url, user, password, name } = parts
  return {
    servers: url.split(','),
    name,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    // Without this the client would go on in plain text when the server offers no TLS.
    ...(url.startsWith('tls://') && { tls: {} }),
    // Left alone it gives up after ten tries, about 20 s.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    // Otherwise two refused log-ins in a row, for instance while a password is changed, end it.
    ignoreAuthErrorAbort: true,
    // A peer that vanished without a word is noticed after 15 s instead of 6 min.
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 5_000,
    noAsyncTraces: true,
  }
}

function isRefusal(error: unknown): boolean {
  const { AuthorizationViolation, BadAuthentication, BadCreds } = ErrorCode
  const refusals: readonly string[] = [AuthorizationViolation, BadAuthentication, BadCreds]
  return error instanceof NatsError && refusals.includes(error.code)
}

function refusedLogIn({ user }: ConnectionParts, cause: unknown): Problem {
  const details = {
    kind: 'unauthenticated',
    what: 'NATS refuses the log-in',
    where: user === undefined ? 'without a user name' : `as ${user}`,
    why: messageOf(cause),
    next: 'Correct nats.user and nats.password',
  } as const
  return new Problem(details, { cause })
}

function closedError(): NatsAwayError {
  return new NatsAwayError('the reading log is closed')
}
