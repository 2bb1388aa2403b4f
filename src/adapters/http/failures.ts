import type { Clock } from '../../domain/clock.ts'
import { elapsed, MINUTE, type TimeUs } from '../../domain/time.ts'

interface Count {
  readonly since: TimeUs
  readonly failures: number
}

/** Counts failures by name within a minute. The name that began first is forgotten when there are too many. */
export class Failures {
  readonly #most: number
  readonly #names: number
  readonly #clock: Clock
  readonly #counts = new Map<string, Count>()

  constructor(clock: Clock, bounds: { readonly most: number; readonly names: number }) {
    this.#clock = clock
    this.#most = bounds.most
    this.#names = bounds.names
  }

  /** Whether there have been too many. */
  tooMany(name: string): boolean {
    return (this.#fresh(name)?.failures ?? 0) >= this.#most
  }

  note(name: string): void {
    const known = this.#fresh(name)
    if (known === undefined && this.#counts.size >= this.#names) {
      for (const oldest of this.#counts.keys()) {
        this.#counts.delete(oldest)
        break
      }
    }
    const since = known?.since ?? this.#clock.now()
    this.#counts.set(name, { since, failures: (known?.failures ?? 0) + 1 })
  }

  #fresh(name: string): Count | undefined {
    const known = this.#counts.get(name)
    if (known === undefined) return undefined
    const age = elapsed(known.since, this.#clock.now())
    if (age >= 0 && age < MINUTE) return known
    this.#counts.delete(name)
    return undefined
  }
}

/** The part of an address that is counted: all of IPv4, the /64 of IPv6, which one subscriber owns whole. */
export function countedAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const first = head.split(':').filter(Boolean)
  const last = tail.split(':').filter(Boolean)
  const gap = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0')
  return `${[...first, ...gap, ...last].slice(0, 4).join(':')}::/64`
}
