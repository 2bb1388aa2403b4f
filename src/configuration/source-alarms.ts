import { alarmCode, alarmValues, type PointAlarm } from '../devices/alarm.ts'
import type { DeviceType } from '../devices/device-type.ts'
import { acknowledgedBy } from '../devices/opcua/acknowledged.ts'
import type { PointDefinition } from '../devices/point.ts'
import type { Asset } from '../domain/asset.ts'
import type { PointId } from '../domain/ids.ts'
import { durationUs, HOUR } from '../domain/time.ts'
import type { Condition } from '../rules/condition.ts'
import type { RuleTarget } from '../rules/detector.ts'
import { rule as ruleSchema, type Rule } from '../rules/rule.ts'
import type { Resolved, VersionedObject } from './activate.ts'
import type { SourceAlarm } from './active.ts'
import type { Measurement } from './bindings.ts'

/** Before the code of an alarm that devices raise themselves, where rules have their id. */
const prefix = 'source:'
/** As long as a duration may be. */
const longest = durationUs(366 * 24 * HOUR)
/** Of one code on one asset; what more of them say is not looked at. */
const mostSources = 32

/** Everything that follows from the alarms that device types say their points are. */
export interface SourceAlarms {
  readonly targets: readonly RuleTarget[]
  /** By rule id: the text that people are told, one of each code. */
  readonly rules: ReadonlyMap<string, Rule>
  /** By rule id and asset, with a blank between them. */
  readonly sources: ReadonlyMap<string, readonly SourceAlarm[]>
}

/** The id that stands for a rule in the key of an alarm that a device raises itself. */
export function sourceRuleId(code: string): string {
  return `${prefix}${code}`
}

/** Whether an alarm's rule is a device's own. */
export function isSourceRule(ruleId: string): boolean {
  return ruleId.startsWith(prefix)
}

interface Point extends Measurement {
  readonly code: string
  readonly type: DeviceType
  readonly typeName: string
  readonly definition: PointDefinition & { readonly alarm: PointAlarm }
}

/**
 * A target for every asset and code of which one of its devices tells, so that the detector knows
 * nothing of it. Several devices that tell of one code on one asset are one alarm, active while any of
 * them says so. A code has one text for all assets, as any rule has: of types that say different things
 * the most urgent counts, and of those the one that comes last by name.
 */
export function sourceAlarms(version: Resolved): SourceAlarms {
  const facts = new Facts(version)
  const rules = new Map<string, Rule>()
  const sources = new Map<string, SourceAlarm[]>()
  const targets: RuleTarget[] = []
  for (const [code, points] of Map.groupBy(alarmPoints(version), (point) => point.code)) {
    const ruleId = sourceRuleId(code)
    const byAsset = Map.groupBy(points, ({ asset }) => asset)
    const most = Math.max(...[...byAsset.values()].map(({ length }) => length))
    const roles = rolesOf(code, Math.min(most, mostSources))
    const rule = ruleOf(points, roles, facts)
    const ruleVersion = Math.max(...points.map(({ typeName }) => facts.since(typeName)))
    rules.set(ruleId, rule)
    for (const [asset, own] of byAsset) {
      sources.set(
        `${ruleId} ${asset}`,
        own.map((point) => sourceOf(point, version.points)),
      )
      targets.push({
        ruleId,
        ruleVersion,
        rule,
        asset,
        points: bound(roles, own, version.points),
        devices: [...new Set(own.map(({ device }) => device))],
        interval: durationUs(Math.max(...own.map(({ interval }) => interval))),
        ...facts.of(asset),
      })
    }
  }
  return { targets, rules, sources }
}

/** In the order of the devices, so that a version means the same whenever it is loaded. */
function alarmPoints({ typed, idOf, measured }: Resolved): Point[] {
  const typeOf = new Map(
    [...typed.device].map(([slug, { type }]) => [idOf('device', slug), type]),
  )
  return measured.flatMap((one): Point[] => {
    const typeName = typeOf.get(one.device) ?? ''
    const type = typed.deviceType.get(typeName)
    const definition = type?.points[one.key]
    if (type === undefined || definition?.alarm === undefined) return []
    const { alarm } = definition
    const code = alarmCode(typeName, one.key, definition)
    return [{ ...one, code, type, typeName, definition: { ...definition, alarm } }]
  })
}

function sourceOf(
  { device, key, type }: Point,
  points: ReadonlyMap<string, PointId>,
): SourceAlarm {
  const acked = acknowledgedBy(type, key)
  const point = acked === undefined ? undefined : points.get(`${device} ${acked}`)
  const acknowledges = type.protocol === 'opcua'
  return { device, key, acknowledges, ...(point !== undefined && { acked: point }) }
}

/**
 * The roles of a code's rule: its own last word, whatever the assets call the points, because the rule is
 * one for all of them; the second source of an asset has a role of its own.
 */
function rolesOf(code: string, count: number): string[] {
  const word = code.match(/[a-z][A-Za-z0-9]*/g)?.at(-1) ?? 'alarm'
  return Array.from({ length: count }, (_, at) => (at === 0 ? word : `${word}.${at + 1}`))
}

/** An asset with fewer sources than there are roles says the same in several: either of two alike is it. */
function bound(
  roles: readonly string[],
  own: readonly Point[],
  points: ReadonlyMap<string, PointId>,
): Map<string, PointId> {
  const known = own.flatMap(({ device, key }) => points.get(`${device} ${key}`) ?? [])
  return new Map(
    roles.flatMap((role, at): [string, PointId][] => {
      const point = known[at] ?? known[0]
      return point === undefined ? [] : [[role, point]]
    }),
  )
}

function byUrgency(one: Point, other: Point): number {
  const { priority: a } = one.definition.alarm
  const { priority: b } = other.definition.alarm
  return a - b || (one.typeName < other.typeName ? 1 : -1)
}

/** What the configuration says of assets and types, by their ids and names. */
class Facts {
  readonly #version: number
  readonly #types: ReadonlyMap<string, VersionedObject>
  readonly #assets: ReadonlyMap<string, Asset>

  constructor({ objects, typed, idOf, version }: Resolved) {
    this.#version = version
    this.#types = new Map(
      objects.flatMap((one) => (one.kind === 'deviceType' ? [[one.slug, one]] : [])),
    )
    this.#assets = new Map(
      [...typed.asset].map(([slug, asset]) => [idOf('asset', slug), asset]),
    )
  }

  of(asset: string): Pick<RuleTarget, 'attributes' | 'place'> {
    const { attributes, place } = this.#assets.get(asset) ?? { attributes: {} }
    return { attributes, ...(place !== undefined && { place }) }
  }

  typeOf(asset: string): string {
    return this.#assets.get(asset)?.type ?? ''
  }

  /** When the text of a type came into force, whatever it begins with included. */
  since(typeName: string): number {
    let newest = 0
    const seen = new Set<string>()
    for (let name: unknown = typeName; typeof name === 'string' && !seen.has(name);) {
      seen.add(name)
      const found = this.#types.get(name)
      newest = Math.max(newest, found?.since ?? 0)
      name = found?.document['extends']
    }
    return newest === 0 ? this.#version : newest
  }
}

/** The text that all assets have in common. */
function ruleOf(points: readonly Point[], roles: readonly string[], facts: Facts): Rule {
  const [told] = points.toSorted(byUrgency)
  if (told === undefined) throw new Error('a code without a point')
  const values = new Set(points.flatMap(({ definition }) => alarmValues(definition)))
  const states = roles.map((role): Condition => ({ kind: 'state', role, in: [...values] }))
  const [only] = states
  const condition: Condition =
    only !== undefined && states.length === 1 ? only : { kind: 'any', of: states }
  const events = points.some(({ definition }) => isEvent(definition))
  const { alarm } = told.definition
  return ruleText(alarm, facts.typeOf(told.asset), { condition, events })
}

/**
 * Told when it begins and ends and not in between, however long that is: such an alarm does not grow
 * stale. That its source cannot be heard is told by bad quality, or by a no-data rule.
 */
function isEvent(definition: PointDefinition): boolean {
  if ('condition' in definition && definition.condition !== undefined) return true
  return 'attribute' in definition && String(definition.attribute).startsWith('event:')
}

/** What the file leaves out is as a rule has it. */
function ruleText(
  alarm: PointAlarm,
  assetType: string,
  { condition, events }: { condition: Condition; events: boolean },
): Rule {
  const { name, priority, faultClass } = alarm
  const plain = ruleSchema.parse({
    name,
    priority,
    faultClass,
    assets: { type: assetType },
    // Not the condition itself: a rule's tree is bounded, the number of devices at an asset is not.
    condition: { kind: 'state', role: 'alarm', in: [true] },
  })
  return {
    ...plain,
    condition,
    ...(events && { maxGap: longest }),
    ...forPeople(alarm, plain),
    ...inTime(alarm, plain),
    ...amongOthers(alarm, plain),
  }
}

function forPeople(alarm: PointAlarm, plain: Rule) {
  return {
    confirm: alarm.confirm ?? plain.confirm,
    acknowledge: alarm.acknowledge ?? plain.acknowledge,
    requireConfirm: alarm.requireConfirm ?? plain.requireConfirm,
    latching: alarm.latching ?? plain.latching,
  }
}

function inTime(alarm: PointAlarm, plain: Rule) {
  const { quietClear } = alarm
  return {
    onDelay: alarm.onDelay ?? plain.onDelay,
    offDelay: alarm.offDelay ?? plain.offDelay,
    reopenWithin: alarm.reopenWithin ?? plain.reopenWithin,
    ...(quietClear !== undefined && { quietClear }),
  }
}

function amongOthers(alarm: PointAlarm, plain: Rule) {
  const { hold, gather } = alarm
  return {
    causedBy: alarm.causedBy ?? plain.causedBy,
    impliedBy: alarm.impliedBy ?? plain.impliedBy,
    ...(hold !== undefined && { hold }),
    ...(gather !== undefined && { gather }),
  }
}
