import type { CancelTimer, Clock } from '../../domain/clock.ts'
import { durationUs, SECOND } from '../../domain/time.ts'
import type { CaseService } from '../create-cases.ts'

/** How often it is looked for what another process accepted, or what failed. */
const LOOK_EVERY = durationUs(SECOND)

interface StartPlacing {
  readonly cases: Pick<CaseService, 'placeAccepted' | 'onAccepted'>
  readonly clock: Clock
  readonly failed: (error: unknown) => void
}

/** Places accepted reports as they come, until disposed; then the one at hand is finished. */
export function startPlacing({ cases, clock, failed }: StartPlacing): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> | undefined
  let again = false
  let cancel: CancelTimer | undefined
  const forget = cases.onAccepted(look)

  function look(): void {
    if (running !== undefined || signal.aborted) {
      again = true
      return
    }
    cancel?.()
    running = round()
  }

  async function round(): Promise<void> {
    again = false
    await cases.placeAccepted({ failed, signal }).catch(failed)
    running = undefined
    if (signal.aborted) return
    if (again) look()
    else cancel = clock.after(LOOK_EVERY, look)
  }

  look()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      forget()
      cancel?.()
      await running
    },
  }
}
