import type { CancelTimer, Random } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { elapsed, type DurationUs } from '../../domain/time.ts'
import type { AdapterContext } from '../adapter.ts'
import { retryDelay } from './back-off.ts'
import { clientIdOf, endpointOf, type ExternalBroker } from './config.ts'
import { connectOptions } from './connect-options.ts'
import { prepareDial } from './dial.ts'
import { lostTo, stopped, type Ending, type Introduced } from './ending.ts'
import { subscriptionsOf, TopicTable, type DeviceFilter } from './filters.ts'
import { Health, type ExternalHealth } from './health.ts'
import { Intake } from './intake.ts'
import { Link } from './link.ts'
import { Rivalry } from './rivalry.ts'
import { Subscriptions, ungrantedText, type Remember } from './subscriptions.ts'

export interface ExternalParts {
  /** Name of the connection, as envelopes carry it. */
  readonly connection: string
  readonly config: ExternalBroker
  /** What to listen to, asked before every attempt; `config.topics` stands above it. */
  readonly filters: () => Promise<readonly DeviceFilter[]>
  readonly remember: Remember
  readonly random: Random
}

/** Keeps one connection to the broker alive: dials, waits after a failure, dials again. */
export class Supervisor {
  readonly #parts: ExternalParts
  readonly #context: AdapterContext
  readonly #introduced: Introduced
  readonly #intake: Intake
  readonly #health: Health
  readonly #rivalry: Rivalry
  #filters: readonly DeviceFilter[] | undefined
  #subscriptions: Subscriptions | undefined
  #link: Link | undefined
  #running: Promise<void> | undefined
  #applying: Promise<void> = Promise.resolve()
  #retryUngranted: CancelTimer | undefined
  #failures = 0
  #stopping = false
  #wake: () => void = () => undefined

  constructor(parts: ExternalParts, context: AdapterContext) {
    const { connection, config } = parts
    const { host, port } = endpointOf(config)
    this.#parts = parts
    this.#context = context
    const clientId = clientIdOf(connection, config)
    this.#introduced = { endpoint: `${host}:${port}`, clientId }
    this.#intake = new Intake({ connection, config, context }, new TopicTable([]))
    this.#health = new Health(context.clock, config.limits)
    this.#rivalry = new Rivalry(this.#introduced, config.limits)
  }

  start(): void {
    const { password, url } = this.#parts.config
    const { host, secure } = endpointOf({ url })
    if (password !== undefined && !secure && !/^(?:localhost|127\..*|::1)$/.test(host)) {
      this.#context.log.warn(
        { url },
        'the password goes over the network in the clear; use mqtts://',
      )
    }
    this.#running = this.#run()
  }

  health(): ExternalHealth {
    const { pending, oldest, failing } = this.#intake
    return this.#health.report({ pending, oldest, failing })
  }

  async reload(): Promise<void> {
    this.#follow(await this.#parts.filters())
    const link = this.#link
    if (link !== undefined && (await link.opened) !== undefined) await this.#apply(link)
  }

  /** What is under way is stored and acknowledged, within bounds; the broker keeps our session. */
  async stop(): Promise<void> {
    const { clock } = this.#context
    this.#stopping = true
    this.#wake()
    this.#link?.hush()
    const { promise: late, resolve: giveUp } = Promise.withResolvers<void>()
    const cancel = clock.after(this.#parts.config.limits.stopWithin, giveUp)
    await Promise.race([this.#intake.idle(), late])
    this.#link?.leave()
    await Promise.race([this.#running, late])
    cancel()
    this.#link?.drop(stopped)
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const ending = await this.#attempt()
      if (this.#stopping) break
      this.#tell(ending)
      const { limits } = this.#parts.config
      this.#failures += 1
      const failed = { pace: ending.pace, failures: this.#failures }
      await this.#pause(retryDelay(failed, limits, this.#parts.random))
    }
    this.#tell(stopped)
  }

  /** One connection from the first byte to the last, or why there was none. */
  async #attempt(): Promise<Ending> {
    let link: Link
    try {
      link = await this.#open()
    } catch (error) {
      return this.#notOpened(error)
    }
    this.#link = link
    if (this.#stopping) link.leave()
    void this.#greet(link)
    const ending = await link.ended
    this.#link = undefined
    this.#retryUngranted?.()
    return this.#judge(ending)
  }

  /** How often it failed in a row decides the next wait; a connection that held begins anew. */
  #judge(ending: Ending): Ending {
    const { clock } = this.#context
    const now = clock.now()
    const openedAt = this.#health.openedAt
    const lived = openedAt === undefined ? 0 : elapsed(openedAt, now)
    if (lived >= this.#parts.config.limits.steadyAfter) this.#failures = 0
    return this.#rivalry.judge(ending, openedAt !== undefined, now)
  }

  async #open(): Promise<Link> {
    const { config, remember } = this.#parts
    const { clock, log } = this.#context
    this.#subscriptions ??= await Subscriptions.load(remember, log).catch(cannotRead)
    await this.#refreshFilters()
    const dial = await prepareDial(config)
    return new Link({
      options: connectOptions(config, this.#introduced.clientId),
      dial,
      introduced: this.#introduced,
      intake: this.#intake,
      limits: config.limits,
      clock,
    })
  }

  /** What was right a moment ago is better than silence while the configuration cannot be read. */
  async #refreshFilters(): Promise<void> {
    try {
      this.#follow(await this.#parts.filters())
    } catch (error) {
      if (this.#filters === undefined) cannotRead(error)
      this.#context.log.warn(
        { err: error },
        'device types cannot be read; the old ones stay',
      )
    }
  }

  #follow(filters: readonly DeviceFilter[]): void {
    const { topics } = this.#parts.config
    this.#filters = topics?.map((filter) => ({ filter })) ?? filters
    this.#intake.follow(new TopicTable(this.#filters))
  }

  async #greet(link: Link): Promise<void> {
    const kept = await link.opened
    if (kept === undefined) return
    const expected = this.#subscriptions?.expectSession === true
    this.#health.opened(kept ? 'kept' : expected ? 'lost' : 'new')
    this.#context.log.info(
      { ...this.#introduced, sessionKept: kept },
      'connected to broker',
    )
    if (!kept && expected) {
      this.#note(
        'session_lost',
        `${this.#introduced.endpoint} has lost our session: messages since the last connection may be missing. Does it keep its state over a restart, and sessions long enough?`,
      )
    }
    await this.#apply(link)
  }

  /** One after the other: two diffs at once would undo each other. */
  async #apply(link: Link): Promise<void> {
    this.#applying = this.#applying.then(() => this.#applyNow(link))
    await this.#applying
  }

  async #applyNow(link: Link): Promise<void> {
    const { config } = this.#parts
    if (this.#link !== link || this.#stopping) return
    this.#retryUngranted?.()
    try {
      const wanted = subscriptionsOf(this.#filters ?? [], config.sharedGroup)
      const ungranted = (await this.#subscriptions?.apply(link, wanted)) ?? []
      if (ungranted.length === 0) return this.#health.subscribed(undefined)
      const text = ungrantedText(ungranted, this.#introduced)
      this.#health.subscribed(text)
      this.#note('subscription_refused', text)
      this.#retryUngranted = this.#context.clock.after(config.limits.longestRetry, () => {
        void this.#apply(link)
      })
    } catch (error) {
      // Mostly the connection is gone already, and this changes nothing.
      const why = error instanceof Error ? error.message : String(error)
      link.drop({ kind: 'refused', pace: 'slow', text: `subscribing failed: ${why}` })
    }
  }

  #notOpened(error: unknown): Ending {
    if (!(error instanceof Problem)) return lostTo(this.#introduced, error)
    const { kind, what, why } = error.details
    const text = why === undefined ? what : `${what} (${why})`
    if (kind === 'unavailable') return { kind: 'lost', pace: 'soon', text }
    return { kind: 'refused', pace: 'slow', text }
  }

  #tell(ending: Ending): void {
    const { log } = this.#context
    const before = this.#health.lastText
    const news = this.#health.ended(ending)
    if (ending.kind === 'stopped') return
    // The same again is no news.
    if (ending.text === before) log.debug({ kind: ending.kind }, ending.text)
    else log.warn({ kind: ending.kind }, ending.text)
    if (ending.kind === 'taken_over') this.#note('client_id_in_use', ending.text)
    if (ending.kind === 'refused') this.#note('broker_refused', ending.text)
    if (ending.kind === 'overflowed') this.#note('window_exceeded', ending.text)
    if (news === 'newly unstable') this.#note('broker_unstable', this.health().detail)
  }

  #note(reason: string, detail: string): void {
    const { connection, config } = this.#parts
    const { organisation } = config
    this.#context.refuse({ organisation, source: `broker:${connection}`, reason, detail })
  }

  async #pause(delay: DurationUs): Promise<void> {
    if (this.#stopping) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#context.clock.after(delay, resolve)
    this.#wake = resolve
    await promise
    cancel()
  }
}

/** Our own side is not ready; the broker has nothing to do with it. */
function cannotRead(error: unknown): never {
  if (error instanceof Problem) throw error
  throw new Problem(
    {
      kind: 'unavailable',
      what: 'what to listen to cannot be read',
      why: error instanceof Error ? error.message : String(error),
    },
    { cause: error },
  )
}
