import type { CancelTimer, Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, SECOND, type TimeUs } from '../domain/time.ts'
import type { ReadingLog } from './reading-log.ts'

/** Notices when the service could not hear, and writes it into the log for the detector to know. */
export interface Blindness extends Disposable {
  /** The service has been down until now; call before anything can be heard. */
  booted(lastAlive: TimeUs): Promise<void>
  /**
   * Writes a suspend that has happened since the last beat, if there was one. When it resolves,
   * every suspend noticed so far is in the log; after a rejection the next call tries again.
   */
  check(): Promise<void>
}

export interface BlindnessParts {
  readonly log: ReadingLog
  readonly organisations: () => Promise<readonly OrganisationId[]>
  readonly clock: Clock
  /** Told when a beat could not write. */
  readonly failed: (error: unknown) => void
}

/** A time in which nothing could be heard. */
interface Blind {
  readonly from: TimeUs
  readonly to: TimeUs
}

const beat = durationUs(5 * SECOND)
/** Beats further apart than this mean the machine slept, or the process was stopped. */
const asleep = durationUs(30 * SECOND)

export function startBlindness(parts: BlindnessParts): Blindness {
  const { clock, log } = parts
  let lastBeat = clock.now()
  /** A suspend that is not in the log yet. */
  let unwritten: Blind | undefined
  let writing: Promise<void> = Promise.resolve()
  let timer: CancelTimer

  async function write({ from, to }: Blind, why: 'boot' | 'suspend'): Promise<void> {
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

  /** What could not be written stays to be written. */
  async function writeDown(): Promise<void> {
    const blind = unwritten
    if (blind === undefined) return
    await write(blind, 'suspend')
    // Another suspend may have come meanwhile; the next call writes that one.
    if (unwritten === blind) unwritten = undefined
  }

  function check(): Promise<void> {
    const from = lastBeat
    lastBeat = clock.now()
    if (lastBeat - from > asleep) {
      unwritten = { from: unwritten?.from ?? from, to: lastBeat }
    }
    // One after the other: a timer that asks while another call writes must not overtake it.
    writing = writing.then(writeDown, writeDown)
    return writing
  }

  function next(): void {
    timer = clock.after(beat, () => {
      next()
      check().catch(parts.failed)
    })
  }
  next()

  return {
    booted: (lastAlive) => write({ from: lastAlive, to: clock.now() }, 'boot'),
    check,
    [Symbol.dispose]: () => timer(),
  }
}
