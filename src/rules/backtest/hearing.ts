import { timeUs, type TimeUs } from '../../domain/time.ts'
import type { DetectorTransition } from '../../domain/transition.ts'
import type { Audience, Floods, MakeAudience } from './audience.ts'
import type { Arm, BacktestJob } from './job.ts'
import { Occurrences } from './occurrences.ts'
import { Told } from './told.ts'

/**
 * What an arm says on its way to people. What was said at one time is taken together, so that it does
 * not matter in which pieces the readings came.
 */
export class Hearing {
  readonly occurrences: Occurrences
  readonly told: Told
  readonly #audience: Audience
  readonly #to: TimeUs
  #waiting: DetectorTransition[] = []
  #now = timeUs(0)

  constructor(arm: Arm, { job, makeAudience, keepAtMost }: HearingParts) {
    this.occurrences = new Occurrences(job.from, keepAtMost)
    this.told = new Told(job.from)
    this.#to = job.to
    this.#audience = makeAudience(arm, {
      told: (alarm, at) => {
        if (job.rule !== undefined && alarm.rule !== job.rule) return
        this.told.hear(alarm.asset, at)
        this.occurrences.told(alarm, at)
      },
      kept: (alarm, by) => this.occurrences.keptBy(alarm, by),
    })
  }

  add(transitions: readonly DetectorTransition[]): void {
    for (const one of transitions) this.#waiting.push(one)
  }

  floods(): Floods {
    return this.#audience.floods()
  }

  /** Takes in what was said, but for the last time of hearing: more of it may come. */
  async settle(): Promise<void> {
    const rest = await this.#takeAll(this.#waiting, false)
    this.#waiting = [...rest]
  }

  /** Nothing follows. */
  async end(): Promise<void> {
    await this.#takeAll(this.#waiting, true)
    this.#waiting = []
    // What is due at the end of the range is no longer in it.
    await this.#audience.pass(timeUs(this.#to - 1))
  }

  async #takeAll(
    all: readonly DetectorTransition[],
    last: boolean,
  ): Promise<readonly DetectorTransition[]> {
    let first = 0
    while (first < all.length) {
      const now = this.#timeOf(all[first])
      let end = first + 1
      while (end < all.length && this.#timeOf(all[end]) <= now) end++
      if (end === all.length && !last) break
      this.#now = now
      const said = all.slice(first, end)
      // What was due before belongs to what stood then.
      await this.#audience.pass(now)
      this.occurrences.take(said)
      await this.#audience.take(said, now)
      first = end
    }
    return all.slice(first)
  }

  /** Records can stand in the log in another order than their times of hearing; time does not go back. */
  #timeOf(said: DetectorTransition | undefined): TimeUs {
    return timeUs(Math.max(this.#now, said?.ingest ?? 0))
  }
}

export interface HearingParts {
  readonly job: BacktestJob
  readonly makeAudience: MakeAudience
  /** Occurrences kept; default 100,000. */
  readonly keepAtMost?: number | undefined
}
