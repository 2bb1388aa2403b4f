/** A writer of history at work on a store in memory, under a clock that the test moves. */

import { setImmediate } from 'node:timers/promises'
import { durationUs, type DurationUs } from '../../src/domain/time.ts'
import { HistoryWriter } from '../../src/ingest/projector/history-writer.ts'
import type { RefusedReading } from '../../src/ingest/projector/poison.ts'
import type { ReadingsOfRecord } from '../../src/store/reading-store.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { seededRandom } from '../support/random.ts'
import { createMemoryStore, record, type MemoryStore } from './memory-store.ts'
import { quietLogger } from './quiet-logger.ts'

export interface Desk {
  readonly clock: ManualClock
  readonly store: MemoryStore
  readonly quarantined: RefusedReading[]
  readonly writer: HistoryWriter
  readonly lines: readonly Record<string, unknown>[]
}

export function openDesk(
  quarantine?: (refused: readonly RefusedReading[]) => Promise<void>,
): Desk {
  const clock = createManualClock()
  const store = createMemoryStore()
  const quarantined: RefusedReading[] = []
  const logger = quietLogger()
  const writer = new HistoryWriter({
    store,
    clock,
    random: seededRandom(),
    logger,
    async quarantine(refused) {
      await quarantine?.(refused)
      quarantined.push(...refused)
    },
  })
  return { clock, store, quarantined, writer, lines: logger.lines }
}

/** Lets `time` pass in small steps, with everything done that becomes possible on the way. */
export async function pass({ clock }: Desk, time: DurationUs, steps = 100): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await setImmediate()
    clock.advance(durationUs(time / steps))
  }
  await setImmediate()
}

/** Starts a write and says whether it is over. */
export function begin(desk: Desk, ...args: Parameters<HistoryWriter['write']>) {
  const state = { over: false, failed: undefined as unknown }
  desk.writer.write(...args).then(
    () => (state.over = true),
    (error: unknown) => (state.failed = error),
  )
  return state
}

/** As many records, from this number on, with a reading each. */
export const many = (count: number, from = 1): ReadingsOfRecord[] =>
  Array.from({ length: count }, (_, n) => record(from + n, [n]))
