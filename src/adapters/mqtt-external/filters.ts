import { matchTopic } from '../topics.ts'

/** What to listen to, and whose messages those are. */
export interface DeviceFilter {
  /** A topic, or a topic with one `+` where the device stands. */
  readonly filter: string
  /** Whose messages they are when the filter has no `+`. */
  readonly device?: string
  /** Ids of devices that stand in their topics under another name than their id. */
  readonly ids?: ReadonlyMap<string, string>
}

/** One device as the configuration knows it. */
export interface DeviceTopics {
  readonly device: string
  /** The topic of its type with a `+` for the device. */
  readonly pattern: string
  /** The topics the device itself publishes to. */
  readonly topics: readonly string[]
}

/**
 * One filter for all devices of a type, so that a new device needs no new subscription. Where a
 * `+` cannot stand for the device (part of a level, or twice) each topic is its own filter.
 */
export function deviceFilters(devices: Iterable<DeviceTopics>): readonly DeviceFilter[] {
  const patterns = new Map<string, Map<string, string>>()
  const single: DeviceFilter[] = []
  for (const { device, pattern, topics } of devices) {
    for (const topic of topics) {
      const captured = matchTopic(pattern, topic)?.captured
      if (captured === undefined) {
        single.push({ filter: topic, device })
        continue
      }
      const ids = patterns.get(pattern) ?? new Map<string, string>()
      patterns.set(pattern, ids)
      if (captured !== device) ids.set(captured, device)
    }
  }
  return [...[...patterns].map(([filter, ids]) => ({ filter, ids })), ...single]
}

/** Topics whose device is remembered; a device says the same topic all its life. */
const mostRemembered = 20_000

/** Whose message a topic is, asked for every message. */
export class TopicTable {
  readonly #exact = new Map<string, string>()
  readonly #patterns: readonly DeviceFilter[]
  readonly #remembered = new Map<string, string>()

  constructor(filters: readonly DeviceFilter[]) {
    for (const { filter, device } of filters) {
      if (device !== undefined) this.#exact.set(filter, device)
    }
    this.#patterns = filters.filter(({ device }) => device === undefined)
  }

  /** Undefined for a topic that is nobody's. */
  deviceOf(topic: string): string | undefined {
    const known = this.#exact.get(topic) ?? this.#remembered.get(topic)
    if (known !== undefined) return known
    const device = this.#match(topic)
    if (device === undefined) return undefined
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear()
    this.#remembered.set(topic, device)
    return device
  }

  #match(topic: string): string | undefined {
    for (const { filter, ids } of this.#patterns) {
      const captured = matchTopic(filter, topic)?.captured
      if (captured !== undefined) return ids?.get(captured) ?? captured
    }
    return undefined
  }
}

/** The subscriptions that stand for these filters, in a group or alone. */
export function subscriptionsOf(
  filters: readonly DeviceFilter[],
  group: string | undefined,
): readonly string[] {
  const before = group === undefined ? '' : `$share/${group}/`
  return [...new Set(filters.map(({ filter }) => before + filter))].toSorted()
}
