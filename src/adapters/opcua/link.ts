import type { OpcuaConnection } from '../../devices/opcua/connection.ts'
import type { FieldDevice } from '../../devices/field-device.ts'
import { durationUs, elapsed, SECOND, type TimeUs } from '../../domain/time.ts'
import type { AdapterContext } from '../adapter.ts'
import { backfillAll } from './backfill.ts'
import { Conditions } from './conditions.ts'
import { within } from './deadline.ts'
import { hangUp, textOf, type Dialled } from './dial.ts'
import { createEncoder } from './encode.ts'
import type { Intake } from './intake.ts'
import type { Opcua } from './library.ts'
import { operationLimits, type OperationLimits } from './limits.ts'
import type { Memory } from './memory.ts'
import { confirm, Notifications } from './notifications.ts'
import { Publisher } from './publisher.ts'
import type { Space } from './resolve.ts'
import { Roster } from './roster.ts'
import type { Branch, Standing } from './standing.ts'
import type { Watched } from './watched.ts'

export interface LinkParts {
  readonly opcua: Opcua
  readonly dialled: Dialled
  readonly settings: OpcuaConnection
  readonly intake: Intake
  readonly context: AdapterContext
  readonly memory: Memory
  /** Why the time before this link is unknown, for gaps. */
  readonly gapWhy: string
}

/** One session from its first request to its end. A new session is a new link: nothing is taken over. */
export class Link {
  /** Resolves with why, when nothing will come any more. */
  readonly ended: Promise<string>
  readonly #parts: LinkParts
  readonly #end: (why: string) => void
  readonly #roster: Roster
  readonly #publisher: Publisher
  readonly #notifications: Notifications
  readonly #conditions: Conditions
  readonly #encode: ReturnType<typeof createEncoder>
  readonly #budget: { values: number }
  #space: Space | undefined
  #limits: OperationLimits | undefined
  #over = false
  #repaired: TimeUs
  #applying: Promise<void> = Promise.resolve()
  #background: Promise<void> = Promise.resolve()
  #cancelTick: () => void = () => undefined

  constructor(parts: LinkParts) {
    const { opcua, dialled, settings, intake, context } = parts
    const { client, session } = dialled
    const { clock } = context
    this.#parts = parts
    const ended = Promise.withResolvers<string>()
    this.ended = ended.promise
    this.#end = (why) => {
      if (this.#over) return
      this.#remember()
      this.#over = true
      this.#publisher.stop()
      this.#cancelTick()
      ended.resolve(why)
    }
    this.#budget = { values: settings.limits.backfillValues }
    this.#repaired = clock.now()
    this.#encode = createEncoder(opcua)
    this.#conditions = new Conditions({ opcua, intake, clock })
    this.#roster = new Roster({
      dialled,
      settings,
      clock,
      conditions: this.#conditions,
      subscribed: () => this.#publisher.start(),
    })
    this.#notifications = new Notifications({
      opcua,
      intake,
      clock,
      encode: this.#encode,
      items: this.#roster.items,
      conditions: this.#conditions,
      watchedOn: (id) => this.#roster.on(id),
      failed: (why) => this.#end(why),
    })
    this.#publisher = new Publisher({
      opcua,
      session,
      intake,
      clock,
      pendingValues: settings.limits.pendingValues,
      silence: () => this.#roster.silence(),
      take: (id, message, sent) => this.#notifications.take(id, message, sent),
      failed: (why) => this.#end(why),
    })
    const lost = (): void => this.#end('the connection to the server was lost')
    client.on('close', lost)
    client.on('connection_lost', lost)
    session.on('session_closed', () => this.#end('the server closed the session'))
  }

  /** Sets up everything; rejects when the session fails on the way. */
  async open(devices: readonly FieldDevice[]): Promise<void> {
    const { opcua, dialled } = this.#parts
    const { session } = dialled
    const uris = await this.#answer(session.readNamespaceArray(), 'the list of namespaces')
    this.#limits = await this.#answer(operationLimits(opcua, session), 'the list of limits')
    this.#space = { opcua, session, uris, translateAtOnce: this.#limits.translate }
    await this.follow(devices)
    if (!this.#over) this.#tick()
  }

  /**
   * From now on these devices; the session stays. One change after the other. Rejects when the session
   * fails, which then ends.
   */
  async follow(devices: readonly FieldDevice[]): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#over) return
      const fresh = await this.#roster.follow(this.#ready(), this.#limitsOf(), devices)
      this.#background = this.#background.then(() => this.#fill(fresh))
    })
  }

  /** Device → how it is on this session. */
  get watched(): ReadonlyMap<string, Watched> {
    return this.#roster.watched
  }

  /** The server keeps what there is, because the reading log is slow. */
  get holding(): boolean {
    return this.#publisher.holding
  }

  get session(): Dialled['session'] {
    return this.#parts.dialled.session
  }

  /** Namespace URIs of this session, by index. */
  get uris(): readonly string[] {
    return this.#space?.uris ?? []
  }

  /** What a condition of a device said last on this session. */
  standing(device: string, condition: string): Standing | undefined {
    return this.#conditions.standing(device, condition)
  }

  /** Its earlier states that nobody has taken note of. */
  branches(device: string, condition: string): readonly Branch[] {
    return this.#conditions.branches(device, condition)
  }

  /** When the server last said anything. */
  get heard(): TimeUs {
    return this.#publisher.heard
  }

  /** Closes session and connection, within bounds. Never rejects. */
  async close(why: string): Promise<void> {
    this.#end(why)
    await hangUp(this.#parts.dialled.client, this.#parts.context.clock)
    await this.#background
  }

  async #fill(fresh: readonly Watched[]): Promise<void> {
    const { intake, context, memory, gapWhy } = this.#parts
    const parts = {
      space: this.#ready(),
      intake,
      clock: context.clock,
      encode: this.#encode,
      budget: this.#budget,
      readAtOnce: this.#limits?.read ?? 0,
      why: gapWhy,
      isOver: () => this.#over,
    }
    await backfillAll(parts, fresh, { memory, log: context.log })
  }

  /** Looks after what nobody tells: silence, values that stay, points that are missing. */
  #tick(): void {
    const { clock } = this.#parts.context
    const silence = this.#roster.silence()
    if (elapsed(this.#publisher.heard, clock.now()) > silence) {
      const seconds = Math.round(silence / 100_000) / 10
      this.#end(`the server has said nothing for ${seconds} s, not even that it is alive`)
      return
    }
    void this.#look().finally(() => {
      if (this.#over) return
      const pause = durationUs(Math.min(silence / 3, SECOND))
      this.#cancelTick = clock.after(pause, () => this.#tick())
    })
  }

  async #look(): Promise<void> {
    const { context, intake, settings } = this.#parts
    try {
      await confirm({
        space: this.#ready(),
        intake,
        clock: context.clock,
        encode: this.#encode,
        items: this.#roster.items.values(),
        byServer: (ours) => this.#notifications.byServer(ours),
        readAtOnce: this.#limits?.read ?? 0,
      })
      await this.#conditions.tick()
      if (elapsed(this.#repaired, context.clock.now()) < settings.limits.repairEvery) return
      this.#repaired = context.clock.now()
      await this.#inTurn(() => this.#roster.repair(this.#ready(), this.#limitsOf()))
    } catch (error) {
      this.#end(`the server did not answer as it should: ${textOf(error)}`)
    }
  }

  /** What the next session must know. */
  #remember(): void {
    const { memory } = this.#parts
    for (const [id, { items }] of this.#roster.watched) {
      // What has not been filled since the last session is missing from there on.
      if (memory.has(id) || items.size === 0) continue
      memory.set(id, {
        heard: this.#publisher.heard,
        server: this.#notifications.serverTime,
      })
    }
  }

  async #inTurn(change: () => Promise<void>): Promise<void> {
    const before = this.#applying
    const turn = Promise.withResolvers<void>()
    this.#applying = turn.promise
    await before
    try {
      await change()
    } catch (error) {
      this.#end(textOf(error))
      throw error
    } finally {
      turn.resolve()
    }
  }

  #limitsOf(): OperationLimits {
    if (this.#limits === undefined) throw new Error('the session is not set up yet')
    return this.#limits
  }

  #ready(): Space {
    if (this.#space === undefined) throw new Error('the session is not set up yet')
    return this.#space
  }

  async #answer<T>(promise: Promise<T>, what: string): Promise<T> {
    const { clock } = this.#parts.context
    return within(promise, { clock, after: this.#parts.settings.limits.answerWithin, what })
  }
}
