import { z } from 'zod'
import type { PointId } from '../domain/ids.ts'
import type { Reading } from '../domain/reading.ts'
import { durationUs, timeUs } from '../domain/time.ts'
import type { RuleTarget } from '../rules/detector.ts'
import { createDetector } from '../rules/engine.ts'
import { nodesOf } from '../rules/condition.ts'
import type { FiringRule, TryFor } from './try-message.ts'

/** A number that never leaves this file, beyond those of the configuration. */
const newPoint = z.custom<PointId>((id) => Number.isSafeInteger(id))

/**
 * The rules of the device's asset that these readings would make true if they came now: the first
 * half of an alarm; the on-delay is the other. A throw-away detector is told nothing but them, so a
 * rule that needs the past or another device stays UNKNOWN. Silence is no subject here: something
 * was just said.
 */
export function wouldFire(
  { configuration, device }: TryFor,
  readings: ReadonlyMap<string, Reading>,
): FiringRule[] {
  const ids = pointsOf({ configuration, device }, readings)
  const own = configuration.rules.targets.filter(
    ({ rule, devices }) => rule.condition.kind !== 'noData' && devices.includes(device),
  )
  const raised = raisedBy({ configuration, device }, { own, ids, readings })
  return own.flatMap((target): FiringRule[] => {
    const role = raised.get(keyOf(target))
    if (role === undefined) return []
    const { rule, ruleId, asset } = target
    const { name, priority, faultClass, onDelay, confirm } = rule
    const opensCase = confirm === 'immediately'
    return [{ rule: ruleId, name, asset, role, priority, faultClass, onDelay, opensCase }]
  })
}

/** Target → the role that decided, for those that would raise. */
function raisedBy(
  { configuration, device }: TryFor,
  what: {
    readonly own: readonly RuleTarget[]
    readonly ids: ReadonlyMap<string, PointId>
    readonly readings: ReadonlyMap<string, Reading>
  },
): ReadonlyMap<string, string> {
  const { rules } = configuration
  const detector = createDetector(rules.organisation)
  const position = { epoch: 'trial', partition: 0, sequence: 1, index: 0 }
  const targets = what.own.map((target) => withoutDelay(withNewPoints(target, what.ids)))
  const said = [...what.readings].flatMap(([key, reading]): Reading[] => {
    const point = what.ids.get(key)
    return point === undefined ? [] : [{ ...reading, point }]
  })
  const ingest = timeUs(Math.max(0, ...said.map((reading) => reading.ingest)))
  detector.step({ kind: 'activation', position, ingest, rules: { ...rules, targets } })
  const decoded = { position, device, ingest, readings: said }
  const found = new Map<string, string>()
  for (const { event, key, evidence } of detector.step({ kind: 'readings', decoded })) {
    if (event === 'raised')
      found.set(keyOf({ ruleId: key.rule, asset: key.asset }), evidence[0]?.role ?? '')
  }
  return found
}

function keyOf({ ruleId, asset }: Pick<RuleTarget, 'ruleId' | 'asset'>): string {
  return JSON.stringify([ruleId, asset])
}

function withoutDelay(target: RuleTarget): RuleTarget {
  return { ...target, rule: { ...target.rule, onDelay: durationUs(0) } }
}

/** A point that the configuration does not know yet is its own role. */
function withNewPoints(target: RuleTarget, ids: ReadonlyMap<string, PointId>): RuleTarget {
  const points = new Map(target.points)
  for (const node of nodesOf(target.rule.condition)) {
    for (const role of 'role' in node ? [node.role] : []) {
      const id = ids.get(role)
      if (id !== undefined && !points.has(role)) points.set(role, id)
    }
  }
  return { ...target, points }
}

/** Point key → id: the configuration's, or one beyond all of those. */
function pointsOf(
  { configuration, device }: TryFor,
  readings: ReadonlyMap<string, Reading>,
): ReadonlyMap<string, PointId> {
  const known = configuration.decode.devices.get(device)?.points
  const used = configuration.rules.targets.flatMap(({ points }) => [...points.values()])
  let next = used.reduce((most, id) => Math.max(most, id), 0)
  const ids = new Map<string, PointId>()
  for (const key of readings.keys()) {
    const id = known?.get(key)
    if (id === undefined) next += 1
    ids.set(key, id ?? newPoint.parse(next))
  }
  return ids
}
