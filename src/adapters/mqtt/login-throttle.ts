import { elapsed, MINUTE, type TimeUs } from '../../domain/time.ts'

interface Failures {
  readonly since: TimeUs
  readonly count: number
}

/** Shuts an address out for a minute after too many failed logins within one. */
export class LoginThrottle {
  readonly #most: number
  readonly #addresses: number
  readonly #failures = new Map<string, Failures>()

  constructor(bounds: { readonly failures: number; readonly addresses: number }) {
    this.#most = bounds.failures
    this.#addresses = bounds.addresses
  }

  /** True when this failure is the one that shuts the address out. */
  failed(address: string, now: TimeUs): boolean {
    const known = this.#current(address, now)
    const count = (known?.count ?? 0) + 1
    const shut = count === this.#most
    // The minute of being shut out starts at the failure that caused it.
    const since = known === undefined || shut ? now : known.since
    this.#failures.delete(address)
    this.#failures.set(address, { since, count })
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= this.#addresses) break
      this.#failures.delete(oldest)
    }
    return shut
  }

  isShut(address: string, now: TimeUs): boolean {
    return (this.#current(address, now)?.count ?? 0) >= this.#most
  }

  #current(address: string, now: TimeUs): Failures | undefined {
    const known = this.#failures.get(address)
    if (known === undefined) return undefined
    const age = elapsed(known.since, now)
    if (age >= 0 && age < MINUTE) return known
    this.#failures.delete(address)
    return undefined
  }
}

/**
 * The part of a remote address that is counted: an IPv4 address, or the /64 network of an IPv6
 * address, because one subscriber owns all of it.
 */
export function countedAddress(remote: string | undefined): string {
  if (remote === undefined) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remote)?.[1]
  if (mapped !== undefined) return mapped
  if (!remote.includes(':')) return remote
  const [head = '', tail = ''] = remote.split('::')
  const first = head.split(':').filter(Boolean)
  const last = tail.split(':').filter(Boolean)
  const gap = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0')
  return `${[...first, ...gap, ...last].slice(0, 4).join(':')}::/64`
}
