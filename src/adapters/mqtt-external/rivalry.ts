import { earlier, type TimeUs } from '../../domain/time.ts'
import { suspectedRival, type Ending, type Introduced } from './ending.ts'
import type { ExternalLimits } from './config.ts'

/**
 * Finds another client with our client id where the broker does not name it: open connections are
 * closed without a reason, again and again, and every attempt in between succeeds. A broker or a
 * network that fails lets attempts fail too.
 */
export class Rivalry {
  readonly #introduced: Introduced
  readonly #limits: Pick<ExternalLimits, 'calmAfter' | 'unstableAfter'>
  #closings: TimeUs[] = []

  constructor(
    introduced: Introduced,
    limits: Pick<ExternalLimits, 'calmAfter' | 'unstableAfter'>,
  ) {
    this.#introduced = introduced
    this.#limits = limits
  }

  /** The ending as it is, or the suspicion when it fits the pattern. */
  judge(ending: Ending, wasOpen: boolean, now: TimeUs): Ending {
    const { calmAfter, unstableAfter } = this.#limits
    const recent = this.#closings.filter((at) => at > earlier(now, calmAfter))
    this.#closings = wasOpen && ending.kind === 'closed' ? [...recent, now] : []
    return this.#closings.length < unstableAfter ? ending : suspectedRival(this.#introduced)
  }
}
