import type { Logger } from 'pino'
import type { Introduced } from './ending.ts'
import type { Link, Ungranted } from './link.ts'

/**
 * Remembers, over restarts, what we may have subscribed to: the broker keeps subscriptions with our
 * session, and MQTT has no way to ask for them.
 */
export interface Remember {
  /** Empty when nothing was ever saved. */
  load(): Promise<readonly string[]>
  save(subscriptions: readonly string[]): Promise<void>
}

/** Keeps the broker's list of our subscriptions equal to what we want to hear. */
export class Subscriptions {
  readonly #remember: Remember
  readonly #log: Logger
  /** Everything the broker may hold for us; never less than it does. */
  #held: readonly string[]

  private constructor(remember: Remember, log: Logger, held: readonly string[]) {
    this.#remember = remember
    this.#log = log
    this.#held = held
  }

  static async load(remember: Remember, log: Logger): Promise<Subscriptions> {
    return new Subscriptions(remember, log, (await remember.load()).toSorted())
  }

  /** Whether the broker should still know us. */
  get expectSession(): boolean {
    return this.#held.length > 0
  }

  /**
   * Drops what is no longer wanted and asks for all that is, also for what should be there: that
   * costs one packet and heals whatever the broker has lost. The list is saved before a new
   * subscription and after an old one has ended, so a crash between the two leaves nothing behind
   * that is never cleaned up. Resolves with what the broker did not grant.
   */
  async apply(link: Link, wanted: readonly string[]): Promise<readonly Ungranted[]> {
    const unwanted = this.#held.filter((one) => !wanted.includes(one))
    await this.#hold([...new Set([...this.#held, ...wanted])])
    await link.unsubscribe(unwanted)
    const ungranted = await link.subscribe(wanted)
    await this.#hold(wanted)
    return ungranted
  }

  /** Without the list we hear all the same; only a topic that is taken back may linger. */
  async #hold(subscriptions: readonly string[]): Promise<void> {
    const next = subscriptions.toSorted()
    if (next.join('\n') === this.#held.join('\n')) return
    this.#held = next
    try {
      await this.#remember.save(next)
    } catch (error) {
      this.#log.warn({ err: error }, 'the list of subscriptions could not be saved')
    }
  }
}

/** What the broker denied, in words. */
export function ungrantedText(
  ungranted: readonly Ungranted[],
  { endpoint }: Introduced,
): string {
  const shown = ungranted.slice(0, 5).map(({ subscription, code }) => {
    return `${subscription} (${code === 0 ? 'only QoS 0' : `code ${code}`})`
  })
  const more =
    ungranted.length > shown.length ? `, and ${ungranted.length - shown.length} more` : ''
  return `${endpoint} does not grant ${shown.join(', ')}${more}: look at its access list`
}
