import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Engine } from 'json-rules-engine'
import type { PointId } from '../src/domain/ids.ts'
import type { DecodedEnvelope } from '../src/domain/reading.ts'
import { MINUTE, timeUs } from '../src/domain/time.ts'
import type { ReadingColumns } from '../src/rules/columns.ts'
import type { ActiveRules, Detector } from '../src/rules/detector.ts'
import { createDetector } from '../src/rules/engine.ts'
import {
  ABOVE,
  aWindow,
  columnsOf,
  DEADBAND,
  fiveConditions,
  fleet,
  limit,
  organisation,
  reading,
  READINGS,
  rules,
  START,
} from './engine-fleet.ts'
import { type BenchResult, median, seconds } from './result.ts'

const ROUNDS = 15
/** json-rules-engine is given fewer readings, for it would take minutes; the rate is per reading. */
const OTHER_READINGS = 20_000
const OTHER_ROUNDS = 3

/** Rule instances of which the memory is measured, each with a reading every 15 minutes for a day. */
const TOWN = 100_000
const TOWN_TICKS = 12
/** Memory is looked at so often at most, until it stays the same. */
const WEIGHINGS = 50

/**
 * How many readings a second one core takes through one threshold rule each with its delays, through a
 * tree of five conditions, and as columns; what a rule on an asset takes of memory. Beside a well-known
 * general rule engine with the same limit and hysteresis. Decoding is not part of it.
 */
export async function run(): Promise<BenchResult> {
  // Before there is anything else that could be swept away between two weighings; and once for nothing,
  // for what V8 compiles is the program's and not the instances'.
  await bytesEach(limit, TOWN / 100)
  await bytesEach(aWindow, TOWN / 100)
  const bytesPerInstance = Math.round(await bytesEach(limit, TOWN))
  const windowBytesPerInstance = Math.round(await bytesEach(aWindow, TOWN / 10))
  const envelopes = fleet()
  const ours: number[] = []
  const trees: number[] = []
  const columns: number[] = []
  const theirs: number[] = []
  let transitions = 0
  const inColumns = columnsOf(envelopes)
  for (let round = -1; round < ROUNDS; round += 1) {
    const result = await gatuvakt(envelopes, rules(limit))
    const tree = await gatuvakt(envelopes, rules(fiveConditions))
    const column = await gatuvaktColumns(inColumns, rules(limit))
    transitions = result.transitions
    // The first round warms up.
    if (round >= 0) {
      ours.push(result.readingsPerSec)
      trees.push(tree.readingsPerSec)
      columns.push(column)
    }
    if (round < OTHER_ROUNDS) {
      const rate = await jsonRulesEngine(envelopes)
      if (round >= 0) theirs.push(rate)
    }
  }
  const readingsPerSec = Math.round(median(ours))
  const treeReadingsPerSec = Math.round(median(trees))
  const columnReadingsPerSec = Math.round(median(columns))
  const jsonRulesEnginePerSec = Math.round(median(theirs))
  const ratioToJsonRulesEngine = Math.round(readingsPerSec / jsonRulesEnginePerSec)
  return {
    bench: 'engine',
    figures: {
      readingsPerSec,
      treeReadingsPerSec,
      bytesPerInstance,
      ratioToJsonRulesEngine,
      columnReadingsPerSec,
      windowBytesPerInstance,
      nsPerReading: Math.round(1e9 / readingsPerSec),
      transitionsPerRound: transitions,
      jsonRulesEnginePerSec,
    },
    checks: [
      { name: 'readings a second', least: 5_000_000, measured: readingsPerSec },
      {
        name: 'readings a second, five conditions',
        least: 1_000_000,
        measured: treeReadingsPerSec,
      },
      {
        name: 'readings a second, in columns',
        least: 5_000_000,
        measured: columnReadingsPerSec,
      },
      { name: 'bytes an instance', most: 200, measured: bytesPerInstance },
      {
        name: 'bytes an instance with a window',
        most: 4_096,
        measured: windowBytesPerInstance,
      },
      { name: 'times json-rules-engine', least: 100, measured: ratioToJsonRulesEngine },
    ],
  }
}

async function gatuvakt(envelopes: readonly DecodedEnvelope[], active: ActiveRules) {
  const detector = started(active)
  let transitions = 0
  const taken = await seconds(() => {
    for (const decoded of envelopes) {
      transitions += detector.step({ kind: 'readings', decoded }).length
    }
  })
  return { readingsPerSec: READINGS / taken, transitions }
}

async function gatuvaktColumns(
  columns: readonly ReadingColumns[],
  active: ActiveRules,
): Promise<number> {
  const detector = started(active)
  const taken = await seconds(() => {
    for (const some of columns) detector.stepColumns(some)
  })
  return READINGS / taken
}

function started(active: ActiveRules): Detector {
  const detector = createDetector(organisation)
  const position = { epoch: 'bench', partition: 0, sequence: 0, index: 0 }
  detector.step({ kind: 'activation', position, ingest: timeUs(START), rules: active })
  return detector
}

/** What one rule on one asset takes, the text of the rule and the list of assets apart. */
async function bytesEach(condition: object, count: number): Promise<number> {
  const active = rules(condition, count)
  const before = await bytesUsed()
  const detector = started(active)
  for (let tick = 1; tick <= TOWN_TICKS; tick += 1) {
    for (let index = 0; index < count; index += 1) {
      const ingest = timeUs(START + tick * 15 * MINUTE + index)
      const position = { epoch: 'bench', partition: 0, sequence: tick, index }
      const readings = [reading(index, tick, ingest)]
      detector.step({
        kind: 'readings',
        decoded: { position, device: 'd', ingest, readings },
      })
    }
  }
  const after = await bytesUsed()
  // Both are needed until here, or they would be swept away before they are weighed.
  if (detector.nextDue() === 0 || active.targets.length === 0) throw new Error('gone')
  return (after - before) / count
}

/** Bytes in use once they stay the same: a function that is just being compiled holds on to what it was seen with. */
async function bytesUsed(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  let [used, same] = [Number.NaN, 0]
  for (let round = 0; round < WEIGHINGS && same < 3; round += 1) {
    await setTimeout(100)
    gc()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    const now = heapUsed + arrayBuffers
    same = Math.abs(now - used) < 10_000 ? same + 1 : 0
    used = now
  }
  return used
}

async function jsonRulesEngine(envelopes: readonly DecodedEnvelope[]): Promise<number> {
  const engine = new Engine([
    {
      conditions: {
        any: [
          { fact: 'value', operator: 'greaterThanInclusive', value: ABOVE },
          {
            all: [
              { fact: 'active', operator: 'equal', value: true },
              { fact: 'value', operator: 'greaterThanInclusive', value: ABOVE - DEADBAND },
            ],
          },
        ],
      },
      event: { type: 'high' },
    },
  ])
  const active = new Set<PointId>()
  const readings = envelopes
    .flatMap((envelope) => envelope.readings)
    .slice(0, OTHER_READINGS)
  const taken = await seconds(async () => {
    for (const { point, value } of readings) {
      const { events } = await engine.run({ value, active: active.has(point) })
      if (events.length > 0) active.add(point)
      else active.delete(point)
    }
  })
  return readings.length / taken
}
