import type { Logger } from 'pino'
import type { CancelTimer, Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, MS, type TimeUs } from '../domain/time.ts'

/** Wakes detectors: one timer for each organisation, each firing as a record in the log. */
export interface Timers {
  /** Sets when this organisation's detector must be woken; undefined for never. */
  arm(organisation: OrganisationId, due: TimeUs | undefined): void
  stop(): void
}

export interface TimersParts {
  readonly clock: Clock
  readonly logger: Logger
  /** False while the detector still catches up: then time itself is not news yet. */
  readonly ready: () => boolean
  /** Writes the timer record. */
  readonly fire: (organisation: OrganisationId) => Promise<void>
}

const tryAgain = durationUs(100 * MS)

export function createTimers(parts: TimersParts): Timers {
  const { clock } = parts
  const armed = new Map<OrganisationId, CancelTimer>()
  let stopped = false

  function arm(organisation: OrganisationId, due: TimeUs | undefined): void {
    armed.get(organisation)?.()
    armed.delete(organisation)
    if (due === undefined || stopped) return
    const wait = durationUs(Math.max(0, due - clock.now()))
    armed.set(
      organisation,
      clock.after(wait, () => void ring(organisation, due)),
    )
  }

  async function ring(organisation: OrganisationId, due: TimeUs): Promise<void> {
    armed.delete(organisation)
    if (stopped) return
    if (clock.now() < due || !parts.ready()) {
      // A long timer that fired early, or a detector that is behind: look again soon.
      armed.set(
        organisation,
        clock.after(tryAgain, () => void ring(organisation, due)),
      )
      return
    }
    try {
      await parts.fire(organisation)
    } catch (error) {
      parts.logger.error(
        { err: error, organisation },
        'a timer could not be written; it is tried again',
      )
      // Armed anew meanwhile: then the newer time is the one that counts.
      if (!stopped && !armed.has(organisation))
        armed.set(
          organisation,
          clock.after(tryAgain, () => void ring(organisation, due)),
        )
    }
  }

  return {
    arm,
    stop() {
      stopped = true
      for (const cancel of armed.values()) cancel()
      armed.clear()
    },
  }
}
