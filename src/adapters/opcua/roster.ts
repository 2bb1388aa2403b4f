import type { FieldDevice } from '../../devices/field-device.ts'
import type { OpcuaConnection } from '../../devices/opcua/connection.ts'
import type { Clock } from '../../domain/clock.ts'
import { durationUs, SECOND, type DurationUs } from '../../domain/time.ts'
import type { Conditions } from './conditions.ts'
import { within } from './deadline.ts'
import type { Dialled } from './dial.ts'
import { createItems, type Wanted } from './items.ts'
import type { OperationLimits } from './limits.ts'
import { locate } from './locate.ts'
import type { Space } from './resolve.ts'
import { openSubscription, subscriptionKey, type Subscription } from './subscription.ts'
import { sameToServer, watch, type Item, type Watched } from './watched.ts'

export interface RosterParts {
  readonly dialled: Dialled
  readonly settings: OpcuaConnection
  readonly clock: Clock
  readonly conditions: Conditions
  /** There is one more subscription to ask for news of. */
  readonly subscribed: () => void
}

/** Who is watched on one session, with which items and subscriptions. */
export class Roster {
  /** By client handle. */
  readonly items = new Map<number, Item>()
  /** By device id. */
  readonly watched = new Map<string, Watched>()
  readonly #parts: RosterParts
  readonly #subscriptions = new Map<string, Subscription>()
  #handle = 0

  constructor(parts: RosterParts) {
    this.#parts = parts
  }

  /** From now on these devices; answers with those that were not there before, or not so. */
  async follow(
    space: Space,
    limits: OperationLimits,
    devices: readonly FieldDevice[],
  ): Promise<readonly Watched[]> {
    const wanted = new Map(devices.map((device) => [device.id, device]))
    for (const [id, watched] of this.watched) {
      const device = wanted.get(id)
      if (device === undefined || !sameToServer(device, watched.device)) {
        await this.#drop(watched)
      }
    }
    const fresh: Watched[] = []
    for (const [id, device] of wanted) {
      const watched = this.watched.has(id) ? undefined : watch(device)
      if (watched === undefined) continue
      this.watched.set(id, watched)
      fresh.push(watched)
    }
    await this.#establish(space, limits, fresh)
    if (fresh.length > 0) await this.#listen(space)
    else this.#parts.conditions.follow(this.watched.values())
    return fresh
  }

  /** Tries again what was not there. */
  async repair(space: Space, limits: OperationLimits): Promise<void> {
    const broken = [...this.watched.values()].filter(({ broken: why }) => why.size > 0)
    const before = countConditions(broken)
    await this.#establish(space, limits, broken)
    if (countConditions(broken) > before) await this.#listen(space)
  }

  /** Devices of a subscription. */
  on(subscriptionId: number): readonly Watched[] {
    return [...this.watched.values()].filter((one) => one.subscriptionId === subscriptionId)
  }

  /** Longest silence of healthy subscriptions; an hour while there is none. */
  silence(): DurationUs {
    const all = [...this.#subscriptions.values()].map(({ silence }) => silence)
    return durationUs(all.length === 0 ? 3_600 * SECOND : Math.max(...all))
  }

  /** Subscriptions and items of these devices, as far as the server has them. */
  async #establish(
    space: Space,
    limits: OperationLimits,
    all: readonly Watched[],
  ): Promise<void> {
    const bySubscription = new Map<Subscription, Wanted[]>()
    for (const watched of all) {
      const subscription = await this.#subscriptionOf(space, watched)
      const wanted = bySubscription.get(subscription) ?? []
      wanted.push(...(await locate(space, watched)))
      bySubscription.set(subscription, wanted)
    }
    for (const [{ id }, wanted] of bySubscription) {
      const parts = {
        space,
        subscriptionId: id,
        clock: this.#parts.clock,
        atOnce: limits.monitor,
        nextHandle: () => this.#nextHandle(),
        expect: (item: Item) => this.items.set(item.handle, item),
        forget: (item: Item) => this.items.delete(item.handle),
      }
      const requests = 1 + wanted.length / limits.monitor
      await this.#answer(createItems(parts, wanted), `${wanted.length} items`, requests)
    }
  }

  async #listen(space: Space): Promise<void> {
    const [first] = this.#subscriptions.values()
    if (first === undefined) return
    await this.#parts.conditions.listen(space, first.id, {
      all: this.watched.values(),
      nextHandle: () => this.#nextHandle(),
    })
  }

  async #subscriptionOf({ opcua }: Space, watched: Watched): Promise<Subscription> {
    const { dialled, settings, subscribed } = this.#parts
    const { subscription: wanted } = watched.type.opcua
    const key = subscriptionKey(wanted)
    const known = this.#subscriptions.get(key)
    if (known !== undefined) {
      watched.subscriptionId = known.id
      return known
    }
    const { session } = dialled
    const opening = openSubscription({ opcua, session, wanted, settings })
    const subscription = await this.#answer(opening, 'a subscription')
    this.#subscriptions.set(key, subscription)
    watched.subscriptionId = subscription.id
    subscribed()
    return subscription
  }

  async #drop(watched: Watched): Promise<void> {
    const { session } = this.#parts.dialled
    const items = [...watched.items.values()]
    this.watched.delete(watched.device.id)
    for (const { handle } of items) this.items.delete(handle)
    if (items.length === 0 || watched.subscriptionId === undefined) return
    await this.#answer(
      session.deleteMonitoredItems({
        subscriptionId: watched.subscriptionId,
        monitoredItemIds: items.map(({ monitoredItemId }) => monitoredItemId),
      }),
      'the end of watching',
    )
  }

  #nextHandle(): number {
    this.#handle += 1
    return this.#handle
  }

  async #answer<T>(promise: Promise<T>, what: string, requests = 1): Promise<T> {
    const { clock, settings } = this.#parts
    const after = durationUs(settings.limits.answerWithin * requests)
    return within(promise, { clock, after, what })
  }
}

function countConditions(all: readonly Watched[]): number {
  const known = all.map(
    ({ conditions }) => conditions.filter(({ nodeId }) => nodeId !== undefined).length,
  )
  return known.reduce((sum, count) => sum + count, 0)
}
