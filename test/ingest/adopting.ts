/** What an adoption works on: real logs and a real database, and a store in memory. */

import type { UnitOfWork } from '../../src/database/database.ts'
import type { AdoptParts, AdoptPlan } from '../../src/ingest/adopt.ts'
import { loadCheckpoint } from '../../src/ingest/checkpoint.ts'
import { createDecodedLog } from '../../src/ingest/decoded-log.ts'
import { startDetection } from '../../src/ingest/detection.ts'
import type { ReadingLog } from '../../src/ingest/reading-log.ts'
import { north } from '../support/database.ts'
import { said, second, type Field } from './field.ts'
import { createMemoryStore, type MemoryStore } from './memory-store.ts'

const never = (): never => {
  throw new Error('nobody asks for this here')
}

/** A store that can follow another log; what it holds does not matter here. */
export function openStore(): MemoryStore & AdoptParts['store'] {
  const store = createMemoryStore()
  return Object.assign(store, {
    series: never,
    windows: never,
    scan: never,
    scanColumns: never,
    keepsArrivals: never,
    totals: never,
    retain: never,
    [Symbol.asyncDispose]: async () => undefined,
  })
}

/** The parts of an adoption of this log. */
export function partsOf(field: Field, log: ReadingLog, store: AdoptParts['store']) {
  const audited: string[] = []
  return {
    ...field,
    log,
    store,
    audited,
    noted: async ({ organisation }: UnitOfWork, { epoch }: AdoptPlan) => {
      audited.push(`${organisation} ${epoch}`)
    },
  }
}

/** The detector reads all that there is, and is stopped. */
export async function detectAll(field: Field, log: ReadingLog): Promise<readonly string[]> {
  const heard: string[] = []
  const detection = startDetection({
    ...field,
    log,
    decoded: createDecodedLog(log, field.configurations),
    start: await loadCheckpoint(field.database, field.configurations, log),
    checkSuspend: () => Promise.resolve(),
    alarms: {
      take: async (_organisation, transitions) => {
        for (const { key, event, at } of transitions)
          heard.push(`${key.asset} ${event} ${(at - second(0)) / 1_000_000}`)
      },
    },
  })
  await detection.settled()
  await detection[Symbol.asyncDispose]()
  return heard
}

export async function say(log: ReadingLog, ...times: readonly number[]): Promise<void> {
  for (const at of times) await log.append(said({ at, power: at, organisation: north }))
}
