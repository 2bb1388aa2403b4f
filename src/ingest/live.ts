import type { Logger } from 'pino'
import type { Configurations } from '../configuration/active.ts'
import type { CancelTimer, Clock } from '../domain/clock.ts'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { Reading } from '../domain/reading.ts'
import { durationUs, MS } from '../domain/time.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import type { DecodedLog } from './decoded-log.ts'
import type { LastValues } from './last-values.ts'
import { startWarmUp } from './warm-up.ts'

export interface LiveParts {
  readonly decoded: DecodedLog
  readonly store: ReadingStore
  readonly configurations: Configurations
  readonly clock: Clock
  readonly logger: Logger
}

const coalesce = durationUs(250 * MS)
const pointsACall = 1_000

/** Keeps the newest reading of every point in memory: warmed from the store, then fed by the log. */
export async function startLive(
  parts: LiveParts,
): Promise<Consumer & { readonly lastValues: LastValues }> {
  const { decoded, store, clock } = parts
  const newest = new Map<PointId, Reading>()
  const watchers = new Set<Watcher>()
  const after = await store.cursor()
  const warmUp = startWarmUp(parts, (reading) => {
    const known = newest.get(reading.point)
    // What the log has said meanwhile stays, unless the store knows something newer.
    if (known === undefined || known.effective < reading.effective)
      newest.set(reading.point, reading)
  })
  await warmUp.tried

  const consumer = startConsumer({
    name: 'live',
    log: decoded.reader(),
    after,
    clock,
    logger: parts.logger,
    limit: 1_000,
    linger: durationUs(0),
    async handle(entries) {
      for (const entry of entries) {
        if (entry.kind !== 'readings') continue
        for (const reading of entry.readings) {
          const known = newest.get(reading.point)
          if (known !== undefined && known.effective > reading.effective) continue
          newest.set(reading.point, reading)
          for (const watcher of watchers) watcher.changed(entry.organisation, reading.point)
        }
      }
    },
  })

  return {
    settled: () => consumer.settled(),
    failure: () => consumer.failure(),
    position: () => consumer.position(),
    atHead: () => consumer.atHead(),
    [Symbol.asyncDispose]: async () => {
      warmUp.stop()
      await consumer[Symbol.asyncDispose]()
      for (const watcher of watchers) watcher.stop()
    },
    lastValues: {
      of: (point) => newest.get(point),
      onChange(organisation, listener) {
        const watcher = watch({ organisation, listener, clock })
        watchers.add(watcher)
        return () => {
          watchers.delete(watcher)
          watcher.stop()
        }
      },
    },
  }
}

interface Watcher {
  changed(organisation: OrganisationId, point: PointId): void
  stop(): void
}

function watch(parts: {
  readonly organisation: OrganisationId
  readonly listener: (points: readonly PointId[]) => void
  readonly clock: Clock
}): Watcher {
  let changed = new Set<PointId>()
  let timer: CancelTimer | undefined
  function tellSome(): void {
    const points = [...changed].slice(0, pointsACall)
    changed = new Set([...changed].slice(pointsACall))
    timer = changed.size > 0 ? parts.clock.after(coalesce, tellSome) : undefined
    parts.listener(points)
  }
  return {
    changed(organisation, point) {
      if (organisation !== parts.organisation) return
      changed.add(point)
      timer ??= parts.clock.after(coalesce, tellSome)
    },
    stop: () => timer?.(),
  }
}
