import { Engine } from 'json-rules-engine'
import type { OrganisationId, PointId } from '../src/domain/ids.ts'
import type { DecodedEnvelope, Reading } from '../src/domain/reading.ts'
import { durationUs, MINUTE, timeUs } from '../src/domain/time.ts'
import type { ActiveRules } from '../src/rules/detector.ts'
import { createDetector } from '../src/rules/engine.ts'
import { rule } from '../src/rules/rule.ts'
import { type BenchResult, median, seconds } from './result.ts'

const POINTS = 10_000
const TICKS = 50
const BATCH = 100
const ROUNDS = 15
/** json-rules-engine is given fewer readings, for it would take minutes; the rate is per reading. */
const OTHER_READINGS = 20_000
const OTHER_ROUNDS = 3

const ABOVE = 20
const DEADBAND = 2
const organisation = 'bench' as OrganisationId
const START = 1_790_000_000_000_000

/**
 * How many readings a second one core takes through one threshold rule each, beside a well-known
 * general rule engine with the same limit and hysteresis. Decoding is not part of it.
 */
export async function run(): Promise<BenchResult> {
  const envelopes = fleet()
  const ours: number[] = []
  const theirs: number[] = []
  let transitions = 0
  for (let round = -1; round < ROUNDS; round += 1) {
    const result = await gatuvakt(envelopes)
    transitions = result.transitions
    // The first round warms up.
    if (round >= 0) ours.push(result.readingsPerSec)
    if (round < OTHER_ROUNDS) {
      const rate = await jsonRulesEngine(envelopes)
      if (round >= 0) theirs.push(rate)
    }
  }
  const readingsPerSec = Math.round(median(ours))
  const jsonRulesEnginePerSec = Math.round(median(theirs))
  const ratioToJsonRulesEngine = Math.round(readingsPerSec / jsonRulesEnginePerSec)
  return {
    bench: 'engine',
    figures: {
      readingsPerSec,
      nsPerReading: Math.round(1e9 / readingsPerSec),
      transitionsPerRound: transitions,
      jsonRulesEnginePerSec,
      ratioToJsonRulesEngine,
    },
    checks: [
      { name: 'readings a second', least: 3_000_000, measured: readingsPerSec },
      { name: 'times json-rules-engine', least: 100, measured: ratioToJsonRulesEngine },
    ],
  }
}

async function gatuvakt(envelopes: readonly DecodedEnvelope[]) {
  const detector = createDetector(organisation)
  const position = { epoch: 'bench', partition: 0, sequence: 0, index: 0 }
  detector.step({ kind: 'activation', position, ingest: timeUs(START), rules: rules() })
  let transitions = 0
  const taken = await seconds(() => {
    for (const decoded of envelopes) {
      transitions += detector.step({ kind: 'readings', decoded }).length
    }
  })
  return { readingsPerSec: (POINTS * TICKS) / taken, transitions }
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

function rules(): ActiveRules {
  const high = rule.parse({
    name: { sv: 'hög', nb: 'høy', en: 'high' },
    priority: 3,
    assets: { type: 'thing' },
    condition: { kind: 'threshold', role: 'value', above: ABOVE, deadband: DEADBAND },
    faultClass: 'high',
  })
  const targets = Array.from({ length: POINTS }, (_, index) => ({
    ruleId: 'high',
    ruleVersion: 1,
    rule: high,
    asset: `asset-${index}`,
    points: new Map([['value', (index + 1) as PointId]]),
    devices: [`device-${index}`],
    interval: MINUTE,
  }))
  return { organisation, version: 1, targets }
}

/** Every point once a minute, 100 readings a batch; a value crosses the limit now and then. */
function fleet(): readonly DecodedEnvelope[] {
  const envelopes: DecodedEnvelope[] = []
  for (let tick = 1; tick <= TICKS; tick += 1) {
    for (let first = 0; first < POINTS; first += BATCH) {
      const ingest = timeUs(START + tick * durationUs(MINUTE) + first)
      const readings = Array.from({ length: BATCH }, (_, index) =>
        reading(first + index, tick, ingest),
      )
      const position = {
        epoch: 'bench',
        partition: 0,
        sequence: envelopes.length + 1,
        index: 0,
      }
      envelopes.push({ position, device: `gateway-${first}`, ingest, readings })
    }
  }
  return envelopes
}

function reading(index: number, tick: number, ingest: Reading['ingest']): Reading {
  // A slow wave per point: about two of a hundred values lie above the limit.
  const wave = Math.sin((index * 0.37 + tick) * 0.13)
  return {
    point: (index + 1) as PointId,
    value: 10 + 10.02 * wave + (wave > 0.98 ? 0.01 : 0),
    quality: 'good',
    code: 'ok',
    effective: ingest,
    ingest,
    flags: 0,
    typeVersion: 1,
  }
}
