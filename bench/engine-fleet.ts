import type { OrganisationId, PointId } from '../src/domain/ids.ts'
import type { DecodedEnvelope, Reading } from '../src/domain/reading.ts'
import { durationUs, MINUTE, timeUs } from '../src/domain/time.ts'
import type { ReadingColumns } from '../src/rules/columns.ts'
import type { ActiveRules } from '../src/rules/detector.ts'
import { rule } from '../src/rules/rule.ts'

/** What is measured: so many points, each once a minute for so many minutes, in records of so many. */
export const POINTS = 10_000
const TICKS = 50
const BATCH = 100
export const READINGS = POINTS * TICKS
export const ABOVE = 20
export const DEADBAND = 2
export const START = 1_790_000_000_000_000
export const organisation = 'bench' as OrganisationId

/** The rules that are measured: a limit, a window, and a tree of five conditions. */
export const limit = { kind: 'threshold', role: 'value', above: ABOVE, deadband: DEADBAND }
export const aWindow = {
  kind: 'rateOfChange',
  role: 'value',
  window: '1h',
  per: '1h',
  above: 15,
}
const low = { kind: 'threshold', role: 'value', below: 1, deadband: 1 }
export const fiveConditions = {
  kind: 'any',
  of: [
    { kind: 'all', of: [limit, { kind: 'not', of: { ...limit, above: 50 } }] },
    { kind: 'all', of: [low, { ...low, below: -5 }] },
    { kind: 'outside', role: 'value', low: -20, high: 40, deadband: 1 },
  ],
}

/** One such rule on so many assets, with a point each. */
export function rules(condition: object, count = POINTS): ActiveRules {
  const high = rule.parse({
    name: { sv: 'hög', nb: 'høy', en: 'high' },
    priority: 3,
    assets: { type: 'thing' },
    condition,
    onDelay: '90s',
    offDelay: '90s',
    faultClass: 'high',
  })
  const attributes = {}
  const targets = Array.from({ length: count }, (_, index) => ({
    ruleId: 'high',
    ruleVersion: 1,
    rule: high,
    asset: `asset-${index}`,
    points: new Map([['value', (index + 1) as PointId]]),
    devices: [`device-${index}`],
    interval: MINUTE,
    attributes,
  }))
  return { organisation, version: 1, zone: 'Europe/Stockholm', targets }
}

/** The same readings as columns, a tick each. */
export function columnsOf(
  envelopes: readonly DecodedEnvelope[],
): readonly ReadingColumns[] {
  return Array.from({ length: TICKS }, (_, tick) => {
    const own = envelopes.slice((tick * POINTS) / BATCH, ((tick + 1) * POINTS) / BATCH)
    const all = own.flatMap(({ position, readings }) =>
      readings.map((one) => ({ ...one, position })),
    )
    return {
      epoch: 'bench',
      partition: 0,
      length: all.length,
      sequence: Float64Array.from(all, ({ position }) => position.sequence),
      index: Uint32Array.from(all, ({ position }) => position.index),
      point: Uint32Array.from(all, ({ point }) => point),
      value: Float64Array.from(all, ({ value }) => Number(value)),
      texts: new Map<number, string>(),
      boolean: new Uint8Array(all.length),
      quality: new Uint8Array(all.length),
      effective: Float64Array.from(all, ({ effective }) => effective),
      ingest: Float64Array.from(all, ({ ingest }) => ingest),
      flags: new Uint8Array(all.length),
    }
  })
}

/** Every point once a minute, 100 readings a batch; a value crosses the limit now and then. */
export function fleet(): readonly DecodedEnvelope[] {
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

/** What point `index` says in minute `tick`. */
export function reading(index: number, tick: number, ingest: Reading['ingest']): Reading {
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
