/** A reading store in memory that keeps the contract of writing, and fails where a test says so. */

import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { comparePositions, partitionOf, type Position } from '../../src/domain/position.ts'
import { Problem, type ProblemDetails } from '../../src/domain/problem.ts'
import type { Reading, Value } from '../../src/domain/reading.ts'
import type {
  ReadingsOfRecord,
  ReadingStore,
  RewrittenRecord,
  StoredReading,
} from '../../src/store/reading-store.ts'
import { refuseGap } from '../../src/store/other-log.ts'
import { north } from '../support/database.ts'
import { second } from './field.ts'

type Writes = Pick<ReadingStore, 'cursor' | 'write' | 'rewrite' | 'adopt' | 'latest'>

export interface MemoryStore extends Writes {
  /** Thrown by every call while it is set. */
  fails: Error | undefined
  /** Readings it will never take. */
  refuses: (reading: Reading) => boolean
  /** What a write waits for before it does anything; writes go one after the other. */
  pause: () => Promise<void>
  /** How many records each call brought, in order. */
  readonly calls: number[]
  /** Every reading it holds, in the order of (point, effective). */
  readonly held: () => readonly StoredReading[]
}

/** A reading of record `sequence` at second `at`. */
export function reading(point: number, at: number, value: Value): Reading {
  return {
    point: point as PointId,
    value,
    quality: 'good',
    code: 'ok',
    effective: second(at),
    ingest: second(at),
    flags: 0,
    typeVersion: 1,
  }
}

export function place(sequence: number, index = 0): Position {
  return { epoch: 'log', partition: partitionOf(north), sequence, index }
}

/** Record `sequence` with a reading of each of these values, of points 1 and up. */
export function record(
  sequence: number,
  values: readonly Value[],
  organisation: OrganisationId = north,
): ReadingsOfRecord {
  const readings = values.map((value, index) => reading(index + 1, sequence, value))
  return { organisation, position: place(sequence), readings }
}

export function createMemoryStore(): MemoryStore {
  const rows = new Map<string, StoredReading>()
  let cursor: Position | undefined
  const calls: number[] = []

  function land(records: readonly RewrittenRecord[]): void {
    calls.push(records.length)
    if (store.fails !== undefined) throw store.fails
    if (records.some(({ readings }) => readings.some(store.refuses))) throw refusal()
    for (const { organisation, position, readings } of records) {
      for (const one of readings) {
        const key = `${organisation} ${one.point} ${one.effective}`
        const known = rows.get(key)
        if (known !== undefined && comparePositions(known.position, position) > 0) continue
        rows.set(key, { ...one, organisation, position })
      }
    }
  }

  let writing: Promise<void> = Promise.resolve()
  function landAll(
    records: readonly ReadingsOfRecord[],
    to: Position,
    follows: Position | undefined,
  ): void {
    if (records.some(({ position }) => comparePositions(position, to) > 0)) {
      throw new Error('a reading lies beyond the cursor it is written with')
    }
    const from = cursor
    refuseGap(from, follows)
    const fresh = records.filter(
      ({ position }) => from === undefined || comparePositions(position, from) > 0,
    )
    land(fresh)
    if (from === undefined || comparePositions(to, from) > 0) cursor = to
  }

  const store: MemoryStore = {
    fails: undefined,
    pause: () => Promise.resolve(),
    refuses: () => false,
    calls,
    cursor: async () => cursor,
    async write(records, to, follows) {
      const before = writing
      const { promise, resolve } = Promise.withResolvers<void>()
      writing = promise
      await before
      try {
        await store.pause()
        landAll(records, to, follows)
      } finally {
        resolve()
      }
    },
    rewrite: async (records) => land(records),
    adopt: async () => {
      cursor = undefined
    },
    latest: async (organisation) => {
      const own = [...rows.values()].filter((row) => row.organisation === organisation)
      return own.toSorted((a, b) => a.effective - b.effective).slice(-1)
    },
    held: () =>
      [...rows.values()].toSorted((a, b) => a.point - b.point || a.effective - b.effective),
  }
  return store
}

function refusal(): Problem {
  return problem('invalid', { why: 'field type conflict' })
}

export function problem(
  kind: ProblemDetails['kind'],
  more: Partial<ProblemDetails> = {},
): Problem {
  return new Problem({ kind, what: `the store says ${kind}`, ...more })
}
