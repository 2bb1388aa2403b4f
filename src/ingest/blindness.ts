import type { CancelTimer, Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, SECOND, type TimeUs } from '../domain/time.ts'
import type { ReadingLog } from './reading-log.ts'

/** Notices when the service could not hear, and writes it into the log for the detector to know. */
export interface Blindness extends Disposable {
  /** The service has been down until now; call before anything can be heard. */
  booted(lastAlive: TimeUs): Promise<void>
  /** Writes a suspend that has happened since the last beat, if there was one. */
  check(): Promise<void>
}

export interface BlindnessParts {
  readonly log: ReadingLog
  readonly organisations: () => Promise<readonly OrganisationId[]>
  readonly clock: Clock
  /** Told when a beat could not write. */
  readonly failed: (error: unknown) => void
}

const beat = durationUs(5 * SECOND)
/** Beats further apart than this mean the machine slept, or the process was stopped. */
const asleep = durationUs(30 * SECOND)

export function startBlindness(parts: BlindnessParts): Blindness {
  const { clock, log } = parts
  let lastBeat = clock.now()
  let timer: CancelTimer

  async function write(from: TimeUs, why: 'boot' | 'suspend'): Promise<void> {
    const to = clock.now()
    for (const organisation of await parts.organisations()) {
      await log.append({
        kind: 'control',
        control: 'blind',
        organisation,
        ingest: to,
        from,
        to,
        why,
      })
    }
  }

  async function check(): Promise<void> {
    const from = lastBeat
    lastBeat = clock.now()
    if (lastBeat - from > asleep) await write(from, 'suspend')
  }

  function next(): void {
    timer = clock.after(beat, () => {
      next()
      check().catch(parts.failed)
    })
  }
  next()

  return {
    booted: (lastAlive) => write(lastAlive, 'boot'),
    check,
    [Symbol.dispose]: () => timer(),
  }
}
