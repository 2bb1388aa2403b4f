import type { Logger } from 'pino'
import type { CancelTimer, Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, MS, type DurationUs, type TimeUs } from '../domain/time.ts'

/** Wakes detectors: one timer for each organisation, each firing as a record in the log. */
export interface Timers {
  /** Sets when this organisation's detector must be woken; undefined for never. */
  arm(organisation: OrganisationId, due: TimeUs | undefined): void
  /** When what is due is written. What waits to be tried again is not waited for. */
  written(): Promise<void>
  /** Nothing is written any more when this has come back. */
  stop(): Promise<void>
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

interface Armed {
  readonly cancel: CancelTimer
  /** Of one that was due when it was armed: until it rings, or is armed otherwise. */
  readonly atOnce: PromiseWithResolvers<void> | undefined
}

export function createTimers(parts: TimersParts): Timers {
  const { clock } = parts
  const armed = new Map<OrganisationId, Armed>()
  const ringing = new Set<Promise<void>>()
  let stopped = false

  function disarm(organisation: OrganisationId): void {
    const timer = armed.get(organisation)
    armed.delete(organisation)
    timer?.cancel()
    timer?.atOnce?.resolve()
  }

  function set(organisation: OrganisationId, due: TimeUs, wait: DurationUs): void {
    const cancel = clock.after(wait, () => {
      const rung = ring(organisation, due)
      ringing.add(rung)
      void rung.then(() => ringing.delete(rung))
    })
    const atOnce = wait === 0 ? Promise.withResolvers<void>() : undefined
    armed.set(organisation, { cancel, atOnce })
  }

  async function ring(organisation: OrganisationId, due: TimeUs): Promise<void> {
    disarm(organisation)
    if (stopped) return
    // A long timer that fired early, or a detector that is behind: look again soon.
    if (clock.now() < due || !parts.ready()) return set(organisation, due, tryAgain)
    try {
      await parts.fire(organisation)
    } catch (error) {
      parts.logger.error(
        { err: error, organisation },
        'a timer could not be written; it is tried again',
      )
      // Armed anew meanwhile: then the newer time is the one that counts.
      if (!stopped && !armed.has(organisation)) set(organisation, due, tryAgain)
    }
  }

  return {
    arm(organisation, due) {
      disarm(organisation)
      if (due === undefined || stopped) return
      set(organisation, due, durationUs(Math.max(0, due - clock.now())))
    },
    async written() {
      for (;;) {
        const soon = [...armed.values()].flatMap(({ atOnce }) => atOnce?.promise ?? [])
        const waiting = [...ringing, ...soon]
        if (waiting.length === 0) return
        await Promise.all(waiting)
      }
    },
    async stop() {
      stopped = true
      for (const organisation of armed.keys()) disarm(organisation)
      await Promise.all(ringing)
    },
  }
}
