import type { FieldDevice } from '../../devices/field-device.ts'
import type { Clock } from '../../domain/clock.ts'
import { elapsed, SECOND, type TimeUs } from '../../domain/time.ts'
import type { Health, HealthState } from '../adapter.ts'
import type { Intake } from './intake.ts'
import type { Link } from './link.ts'
import type { Watched } from './watched.ts'

/** A message that waits longer for the reading log makes the connection degraded. */
const slowAfter = 10 * SECOND
/** Points whose names are shown. */
const mostNamed = 5

type Judgement = Pick<Health, 'state' | 'detail'>

/** How the connection is, and how each of its devices. */
export class OpcuaHealth {
  readonly #clock: Clock
  readonly #intake: Intake
  readonly #said = new Map<
    string,
    { readonly state: HealthState; readonly since: TimeUs }
  >()
  #phase: Judgement = { state: 'connecting', detail: 'not connected yet' }
  #link: Link | undefined
  #lastError: string | undefined
  #lastOk: TimeUs | undefined

  constructor(clock: Clock, intake: Intake) {
    this.#clock = clock
    this.#intake = intake
  }

  connecting(): void {
    // An attempt after a failure is no news: the reason stays until it succeeds.
    if (this.#lastError === undefined) {
      this.#phase = { state: 'connecting', detail: 'connecting' }
    }
  }

  opened(link: Link): void {
    this.#link = link
    this.#lastError = undefined
  }

  ended(why: string): void {
    this.#lastOk = this.#link?.heard ?? this.#lastOk
    this.#link = undefined
    this.#lastError = why
    this.#phase = { state: 'offline', detail: why }
  }

  report(): Health {
    return this.#dated('', this.#judge())
  }

  /** Device id → how it is. */
  devices(all: readonly FieldDevice[]): ReadonlyMap<string, Health> {
    const health = new Map<string, Health>()
    for (const { id } of all) health.set(id, this.#dated(id, this.#judgeDevice(id)))
    for (const id of this.#said.keys()) {
      if (id !== '' && !health.has(id)) this.#said.delete(id)
    }
    return health
  }

  #judge(): Judgement {
    const link = this.#link
    if (link === undefined) return this.#phase
    const { failing } = this.#intake
    const waiting = `${this.#intake.values} values wait for the log`
    if (failing !== undefined) {
      const detail = `the reading log refuses messages (${failing}); the server keeps what comes; ${waiting}`
      return { state: 'degraded', detail }
    }
    if (link.holding || this.#lag() > slowAfter) {
      const detail = `the reading log is slow; the server keeps what comes, as far as its queues reach; ${waiting}`
      return { state: 'degraded', detail }
    }
    const hurt = [...link.watched.values()].filter(({ broken }) => broken.size > 0)
    if (hurt.length > 0) {
      const names = hurt.slice(0, mostNamed).map(({ device }) => device.slug)
      const detail = `${hurt.length} of ${link.watched.size} devices lack points: ${names.join(', ')}`
      return { state: 'degraded', detail }
    }
    const items = [...link.watched.values()].reduce((sum, one) => sum + one.items.size, 0)
    return {
      state: 'online',
      detail: `${items} values of ${link.watched.size} devices; ${waiting}`,
    }
  }

  #judgeDevice(id: string): Judgement {
    if (this.#link === undefined) return this.#phase
    const watched = this.#link.watched.get(id)
    if (watched === undefined) return { state: 'connecting', detail: 'being set up' }
    return judgeWatched(watched)
  }

  #dated(key: string, judgement: Judgement): Health {
    const now = this.#clock.now()
    let said = this.#said.get(key)
    if (said?.state !== judgement.state) {
      said = { state: judgement.state, since: now }
      this.#said.set(key, said)
    }
    const lastOk = this.#link?.heard ?? this.#lastOk
    return {
      ...judgement,
      since: said.since,
      ...(lastOk !== undefined && { lastOk }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
      lagSeconds: this.#lag() / SECOND,
    }
  }

  #lag(): number {
    const { oldest } = this.#intake
    return oldest === undefined ? 0 : Math.max(elapsed(oldest, this.#clock.now()), 0)
  }
}

/** Without its root a device is not there; with some of its points it is degraded. */
export function judgeWatched({ broken, notes, items, conditions }: Watched): Judgement {
  const root = broken.get('')
  if (root !== undefined) return { state: 'offline', detail: root }
  if (broken.size > 0) {
    const named = [...broken].slice(0, mostNamed).map(([path, why]) => `${path}: ${why}`)
    const more = broken.size > mostNamed ? ` and ${broken.size - mostNamed} more` : ''
    return { state: 'degraded', detail: `${named.join('; ')}${more}` }
  }
  const remarks = [...notes].slice(0, mostNamed).map(([path, note]) => `; ${path}: ${note}`)
  const detail = `${items.size} values, ${conditions.length} conditions${remarks.join('')}`
  return { state: 'online', detail }
}
