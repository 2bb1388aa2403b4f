import type { FieldDevice } from '../../devices/field-device.ts'
import type { ModbusConnection } from '../../devices/modbus/connection.ts'
import { spell } from '../../devices/modbus/layout.ts'
import type { Random } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, elapsed, later, SECOND, type TimeUs } from '../../domain/time.ts'
import type { AdapterContext, Health } from '../adapter.ts'
import { retryDelay } from './back-off.ts'
import { Condition } from './condition.ts'
import { Line } from './line.ts'
import { endpointOf } from './open-stream.ts'
import { PollStore } from './poll-store.ts'
import { pollUnit, unasked, type Polled, type Silence } from './poll-unit.ts'
import { nextUnit, Unit, type Group } from './unit.ts'

export interface PollerParts {
  /** Slug of the connection, as envelopes carry it. */
  readonly connection: string
  readonly organisation: OrganisationId
  readonly config: ModbusConnection
  readonly random: Random
  readonly devices: readonly FieldDevice[]
}

/** How long stopping waits for what is under way to the log. */
const stopWithin = durationUs(5 * SECOND)
/** A poll so late makes the line degraded. */
const lateAfterSeconds = 5

/** Asks the units of one line, one question after the other, for as long as it is not stopped. */
export class Poller {
  readonly #parts: PollerParts
  readonly #context: AdapterContext
  readonly #line: Line
  readonly #condition: Condition
  readonly #log: PollStore
  #units = new Map<string, Unit>()
  #running: Promise<void> | undefined
  #stopping = false
  #wake: () => void = () => undefined
  /** Attempts in a row to open the line that failed. */
  #failures = 0
  #retryAt: TimeUs | undefined

  constructor(parts: PollerParts, context: AdapterContext) {
    const { config, random } = parts
    this.#parts = parts
    this.#context = context
    this.#line = new Line({ settings: config, clock: context.clock, random })
    this.#condition = new Condition(context.clock, `opening ${endpointOf(config)}`)
    this.#log = new PollStore(parts, context)
    this.#follow(parts.devices)
  }

  /** Rejects with a Problem when the line cannot be opened and `startup` is `error`. */
  async start(): Promise<void> {
    const { config, connection } = this.#parts
    if (config.startup === 'retry') return this.#begin()
    const reply = await this.#line.open(durationUs(0))
    if (reply === undefined || this.#stopping) return this.#begin()
    const why = reply.detail
    if (config.startup === 'error') {
      throw new Problem({
        kind: 'unavailable',
        what: `The Modbus line ${connection} cannot be opened`,
        where: endpointOf(config),
        why,
        next: 'Check host, port and network, or set startup: retry',
      })
    }
    this.#condition.failed(why)
    const detail = `${endpointOf(config)}: ${why}; left alone (startup: ignore) until its devices change`
    this.#condition.become('offline', detail)
    this.#context.log.warn({ connection }, detail)
  }

  health(): Health {
    return this.#condition.report(this.#lag())
  }

  devices(): ReadonlyMap<string, Health> {
    return new Map(
      [...this.#units].map(([id, unit]) => [id, unit.condition.report(unit.lagSeconds)]),
    )
  }

  /** Units that are asked as before keep what was learnt of them. */
  reload(devices: readonly FieldDevice[]): void {
    this.#follow(devices)
    if (this.#running === undefined) this.#begin()
    this.#wake()
  }

  async stop(): Promise<void> {
    const { clock } = this.#context
    this.#stopping = true
    this.#line.close()
    this.#wake()
    const { promise: late, resolve: giveUp } = Promise.withResolvers<void>()
    const cancel = clock.after(stopWithin, giveUp)
    const settled = Promise.all([this.#running, this.#log.idle()])
    await Promise.race([settled, late])
    cancel()
    this.#condition.become('offline', 'stopped')
  }

  #begin(): void {
    if (this.#stopping || this.#running !== undefined) return
    this.#running = this.#run()
  }

  #follow(devices: readonly FieldDevice[]): void {
    const { config, random } = this.#parts
    const { clock } = this.#context
    const units = devices.map((device) => {
      const known = this.#units.get(device.id)
      return known?.isSame(device) === true
        ? known
        : new Unit({ device, waits: config, clock, random })
    })
    this.#units = new Map(units.map((unit) => [unit.device.id, unit]))
  }

  async #run(): Promise<void> {
    const { clock } = this.#context
    while (!this.#stopping) {
      const now = clock.now()
      const resting = this.#restingUntil(now)
      const next =
        resting === undefined
          ? nextUnit(this.#units.values(), now, this.#parts.config)
          : { at: resting }
      if ('unit' in next) await this.#turn(next.unit, now)
      else await this.#sleep(next.at)
    }
  }

  /** A line that cannot be opened is left alone; a clock set back must not make that hours. */
  #restingUntil(now: TimeUs): TimeUs | undefined {
    if (this.#retryAt === undefined || this.#retryAt <= now) return undefined
    if (elapsed(now, this.#retryAt) > this.#parts.config.longestRetry) return undefined
    return this.#retryAt
  }

  async #turn(unit: Unit, now: TimeUs): Promise<void> {
    const { groups, missed } = unit.take(now, this.#failures === 0 ? 'up' : 'was down')
    if (missed > 0)
      this.#log.overrun(unit, `${missed} polls left out: the line is too slow`)
    if (unit.storing) {
      return this.#log.overrun(
        unit,
        'a poll left out: the one before is not in the log yet',
      )
    }
    const unreachable = await this.#line.open(unit.limits.pauseAfterConnect)
    if (this.#stopping) return
    if (unreachable !== undefined)
      return this.#lineDown(unreachable.detail, { unit, groups })
    this.#retryAt = undefined
    this.#failures = 0
    const polled = await pollUnit(this.#line, unit, groups)
    // Somebody who is no longer on the line, or an end that we made ourselves.
    if (this.#stopping || this.#units.get(unit.device.id) !== unit) return
    this.#judge(unit, polled)
    this.#log.put(unit, polled.blocks)
    this.#judgeLine()
  }

  /** Everybody who is due hears of it once for each attempt. */
  #lineDown(
    detail: string,
    first: { readonly unit: Unit; readonly groups: readonly Group[] },
  ): void {
    const { config, random, connection } = this.#parts
    const { clock, log } = this.#context
    this.#failures += 1
    const delay = retryDelay(this.#failures, config, random)
    const now = clock.now()
    this.#retryAt = later(now, delay)
    this.#condition.failed(detail)
    const text = `${endpointOf(config)}: ${detail}`
    if (this.#condition.become('offline', text)) log.warn({ connection }, text)
    const due = [...this.#units.values()]
      .filter(
        (unit) => unit !== first.unit && (unit.readyAt(now) ?? later(now, delay)) <= now,
      )
      .map((unit) => ({ unit, groups: unit.take(now, 'was down').groups }))
    for (const { unit, groups } of [first, ...due]) {
      unit.condition.failed(detail)
      unit.condition.become('offline', `the line is down: ${detail}`)
      this.#log.put(unit, unasked(groups, { why: 'connect', tried: true }))
    }
  }

  #judge(unit: Unit, { silent, learnt, blocks }: Polled): void {
    const { log } = this.#context
    const { connection } = this.#parts
    const device = unit.device.slug
    for (const block of learnt) {
      const what = spell(block, unit.addressBase)
      log.warn(
        { connection, device },
        `${device} refuses ${what} as one request; asked for in parts from now on`,
      )
    }
    if (silent !== undefined) return this.#silent(unit, silent)
    unit.answered()
    const refused = blocks.find((block) => 'failed' in block)
    if (refused === undefined || !('failed' in refused)) {
      if (unit.condition.become('online', 'answers'))
        log.info({ connection, device }, 'answers')
      return
    }
    const what = spell(refused, unit.addressBase)
    const text = `exception ${refused.failed.code ?? 0} for ${what}`
    unit.condition.failed(text)
    if (unit.condition.become('degraded', text)) log.warn({ connection, device }, text)
  }

  #silent(unit: Unit, { detail }: Silence): void {
    const { connection } = this.#parts
    const delay = unit.silent()
    const seconds = (delay / SECOND).toFixed(1)
    const device = unit.device.slug
    unit.condition.failed(detail)
    const changed = unit.condition.become('offline', `${detail}; next try in ${seconds} s`)
    if (changed) this.#context.log.warn({ connection, device }, `${device}: ${detail}`)
  }

  #judgeLine(): void {
    const units = [...this.#units.values()]
    const endpoint = endpointOf(this.#parts.config)
    const silent = units.filter(({ condition }) => condition.state === 'offline')
    if (silent.length < units.length) this.#condition.ok()
    const trouble = this.#line.lastTrouble
    if (trouble !== undefined) this.#condition.failed(trouble)
    if (this.#log.refused !== undefined) {
      this.#condition.become('degraded', `polls are not stored: ${this.#log.refused}`)
    } else if (silent.length > 0) {
      const names = silent.slice(0, 5).map(({ device }) => device.slug)
      const text = `${silent.length} of ${units.length} devices do not answer: ${names.join(', ')}`
      this.#condition.become('degraded', `${endpoint}: ${text}`)
    } else if (this.#lag() > lateAfterSeconds) {
      this.#condition.become('degraded', `${endpoint}: polls are ${this.#lag()} s late`)
    } else this.#condition.become('online', endpoint)
  }

  #lag(): number {
    const lags = [...this.#units.values()].map(({ lagSeconds }) => lagSeconds)
    return Math.max(0, ...lags)
  }

  async #sleep(until: TimeUs | undefined): Promise<void> {
    const { clock } = this.#context
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const delay = until === undefined ? undefined : elapsed(clock.now(), until)
    const cancel =
      delay === undefined ? undefined : clock.after(durationUs(Math.max(delay, 0)), resolve)
    await promise
    cancel?.()
  }
}
