import type { OrganisationId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import type { DecodedEnvelope } from '../../domain/reading.ts'
import { type TimeUs, timeUs } from '../../domain/time.ts'
import type { DetectorTransition } from '../../domain/transition.ts'
import type { ActiveRules, Detector } from '../detector.ts'

/** Steps a detector may ask for at one and the same time before nobody listens any more. */
const MOST_AT_ONCE = 1_000

/** What happens to a detector, without the places that the player gives it. */
export type Happening =
  | {
      readonly kind: 'readings'
      readonly at: TimeUs
      readonly device: string
      readonly readings: DecodedEnvelope['readings']
    }
  | { readonly kind: 'activation'; readonly at: TimeUs; readonly rules: ActiveRules }
  /** Nothing was heard and nothing decided between `from` and `at`. */
  | { readonly kind: 'blind'; readonly at: TimeUs; readonly from: TimeUs }

/**
 * A service of one detector with a clock that only moves when it is told to: every timer is there the
 * moment it is due. What is heard at the same time as a timer is heard first, as in a log.
 */
export class Player {
  readonly #detector: Detector
  readonly #organisation: OrganisationId
  #sequence = 0
  /** Of the newest record. */
  #now: TimeUs = timeUs(0)

  constructor(detector: Detector, organisation: OrganisationId) {
    this.#detector = detector
    this.#organisation = organisation
  }

  /** Timers before it, then the happening itself. Happenings come in the order of their times. */
  play(happening: Happening): readonly DetectorTransition[] {
    const asleep = happening.kind === 'blind' ? happening.from : happening.at
    const before = this.#wake((due) => due < asleep)
    return [...before, ...this.#take(happening)]
  }

  /** Every timer up to and at this time. */
  advance(to: TimeUs): readonly DetectorTransition[] {
    return this.#wake((due) => due <= to)
  }

  #wake(isTime: (due: TimeUs) => boolean): readonly DetectorTransition[] {
    const said: DetectorTransition[] = []
    let times = 0
    for (;;) {
      const due = this.#detector.nextDue()
      if (due === undefined || !isTime(due)) return said
      times = due > this.#now ? 0 : times + 1
      if (times > MOST_AT_ONCE)
        throw new Error(`the detector asks to be woken at ${due} again and again`)
      // What fell due while the service was down is found when it is up again.
      if (due > this.#now) this.#now = due
      const woken = this.#timer(this.#now)
      said.push(...woken)
      // Woken and still due, with nothing said: only something new can help it.
      if (woken.length === 0 && this.#detector.nextDue() === due) return said
    }
  }

  #timer(now: TimeUs): readonly DetectorTransition[] {
    const organisation = this.#organisation
    const record = { kind: 'control', control: 'timer', organisation, ingest: now } as const
    return this.#detector.step({ kind: 'control', position: this.#next(), record })
  }

  #take(happening: Happening): readonly DetectorTransition[] {
    const position = this.#next()
    const { at } = happening
    this.#now = at
    switch (happening.kind) {
      case 'readings': {
        const { device, readings } = happening
        const decoded = { position, device, ingest: at, readings }
        return this.#detector.step({ kind: 'readings', decoded })
      }
      case 'activation':
        return this.#detector.step({
          kind: 'activation',
          position,
          ingest: at,
          rules: happening.rules,
        })
      case 'blind': {
        const organisation = this.#organisation
        const times = { ingest: at, from: happening.from, to: at }
        const record = {
          kind: 'control',
          control: 'blind',
          organisation,
          ...times,
          why: 'suspend',
        } as const
        return this.#detector.step({ kind: 'control', position, record })
      }
    }
  }

  #next(): Position {
    this.#sequence += 1
    return { epoch: 'played', partition: 0, sequence: this.#sequence, index: 0 }
  }
}
