/** History over a real log and a real store, ready to be understood anew. */

import { join } from 'node:path'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { activateWaiting } from '../../src/ingest/activation.ts'
import { startProblems } from '../../src/ingest/problems.ts'
import { startProjector, type Projector } from '../../src/ingest/projector.ts'
import { replayPart, type ReplayPart, type ReplayRequest } from '../../src/ingest/replay.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import type { ReadingStore } from '../../src/store/reading-store.ts'
import { north } from '../support/database.ts'
import { applyLamps, openField, second, type Field } from './field.ts'
import { until } from '../support/until.ts'

export interface Works extends AsyncDisposable {
  readonly field: Field
  readonly store: ReadingStore
  readonly projector: Projector
  /** Everything said has reached history. */
  caughtUp(): Promise<void>
  /** Parts of a replay, summed. */
  replay(changes?: Partial<ReplayRequest>): Promise<ReplayPart & { readonly parts: number }>
  /** Samples of a lamp. */
  history(lamp?: string): Promise<readonly (readonly [second: number, value: unknown])[]>
}

export async function openWorks(around = (store: ReadingStore) => store): Promise<Works> {
  await using opening = new AsyncDisposableStack()
  const field = opening.use(await openField())
  const file = join(field.folder, 'readings.duckdb')
  const store = around(opening.use(await openDuckdbStore({ file })))
  const problems = opening.use(startProblems({ ...field, counted: () => undefined }))
  const projector = opening.use(
    await startProjector({ ...field, store, problems, unknown: () => undefined }),
  )
  const all = opening.move()
  return {
    field,
    store,
    projector,
    async caughtUp() {
      await until(() => {
        field.clock.advance(durationUs(SECOND))
        return projector.atHead()
      })
    },
    async replay(changes = {}) {
      const request = {
        deviceType: 'acme/slc',
        since: second(0),
        dryRun: false,
        ...changes,
      }
      let part = await replayPart({ ...field, store, projector }, request)
      const sum = { ...part, parts: 1 }
      while (part.next !== undefined) {
        part = await replayPart(
          { ...field, store, projector },
          { ...request, from: part.next },
        )
        sum.parts += 1
        for (const key of [
          'records',
          'envelopes',
          'decoded',
          'stillBad',
          'readings',
        ] as const)
          sum[key] += part[key]
      }
      return { ...sum, next: part.next }
    },
    async history(lamp = 'lamp-1') {
      const configuration = await field.configurations.current(north)
      const point = configuration?.assetPoints.get(lamp)?.[0]?.point
      if (point === undefined) throw new Error(`no point of ${lamp}`)
      const range = { from: second(-1_000), to: second(100_000), limit: 2_000 }
      const { samples } = await store.series({ organisation: north, point, ...range })
      return samples.map(({ at, value }) => [(at - second(0)) / 1_000_000, value] as const)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Applies the lamps with another scale and puts it into force. */
export async function mend(field: Field, scale: number): Promise<void> {
  await applyLamps(field, north, { scale })
  await activateWaiting(field, north)
}
