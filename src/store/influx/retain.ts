/** Rolls up and deletes, point by point, between the writes. */

import type { PointId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import type { Keep } from '../reading-store.ts'
import { groupsOf, parametersOf, pointsAStatement, where } from './influxql.ts'
import { windowLine } from './line.ts'
import { measurements } from './measurement.ts'
import { countRows } from './pages.ts'
import { ascending, type Asks } from './points.ts'
import { readingsToRollUp, rolledPages, type RollUp } from './roll-up.ts'
import type { Writer } from './writer.ts'

/** Points that one statement deletes from, so that a write waits for little. */
const pointsADelete = 100
/** Lines of windows between two writes. */
const windowsAWrite = 1_000
/** How often points are gone through again because old readings were written meanwhile. */
const maxRounds = 20

interface Parts {
  readonly server: Asks
  readonly writer: Writer
}

/** See `ReadingStore.retain`. What it was doing when the process died, the next call finishes. */
export async function retainReadings(
  { server, writer }: Parts,
  keep: Keep,
): Promise<{ readonly deleted: number }> {
  const points = ascending(keep.points)
  let deleted = 0
  for (const group of groupsOf(points, pointsAStatement)) {
    const old = { organisation: keep.organisation, points: group, to: keep.rawSince }
    const counts = await countRows(server, readingsToRollUp, old)
    const withOld = group.filter((point) => counts.has(point))
    for (const few of groupsOf(withOld, pointsADelete)) {
      deleted += await retainSome({ server, writer }, { ...keep, points: few })
    }
    if (keep.rollUp !== undefined) {
      await deleteBefore({ server, writer }, measurements.rolledUp, {
        ...old,
        to: keep.rollUp.since,
      })
    }
  }
  return { deleted }
}

/**
 * Readings that are written while the old ones are read would be deleted without having been seen;
 * so the points are gone through again until nobody wrote an old one meanwhile.
 */
async function retainSome({ server, writer }: Parts, keep: Keep): Promise<number> {
  const { organisation, rawSince, rollUp } = keep
  const points = new Set(keep.points)
  const old = { organisation, points: keep.points, to: rawSince }
  for (let round = 0; round < maxRounds; round++) {
    let late = false
    using _ = writer.observe((whose, { point, effective }) => {
      late ||= whose === organisation && effective < rawSince && points.has(point)
    })
    let found = 0
    if (rollUp === undefined)
      found = sum((await countRows(server, readingsToRollUp, old)).values())
    else found = await rollUpAll({ server, writer }, { ...keep, rollUp })
    const deletedAll = await writer.between(async () => {
      if (late) return false
      await server.ask(deletion(measurements.reading, old))
      return true
    })
    if (deletedAll) return found
  }
  throw new Problem({
    kind: 'unavailable',
    what: 'Old readings could not be deleted',
    why: `readings older than those that are kept came in, ${maxRounds} times in a row`,
    next: 'Nothing is lost; retention goes on where it was when it is called again',
  })
}

/** Writes the windows of every reading before `rawSince`; answers with how many those are. */
async function rollUpAll({ server, writer }: Parts, keep: RollUp): Promise<number> {
  let found = 0
  for await (const { readings, windows } of rolledPages(server, keep)) {
    found += readings
    for (const some of groupsOf(windows, windowsAWrite)) {
      await writer.between(({ send }) => send(some.map(windowLine)))
    }
  }
  return found
}

interface Old {
  readonly organisation: Keep['organisation']
  readonly points: readonly PointId[]
  readonly to: number
}

async function deleteBefore(
  { server, writer }: Parts,
  measurement: string,
  old: Old,
): Promise<void> {
  for (const points of groupsOf(old.points, pointsADelete)) {
    await writer.between(() => server.ask(deletion(measurement, { ...old, points })))
  }
}

function deletion(measurement: string, old: Old) {
  return {
    statements: [`DELETE FROM "${measurement}" ${where(old)}`],
    parameters: parametersOf(old),
  }
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((a, b) => a + b, 0)
}
