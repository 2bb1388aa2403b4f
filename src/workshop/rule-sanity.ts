import type { TypedObjects } from '../configuration/objects.ts'
import { ownNames } from '../configuration/check.ts'
import { suggestion } from '../configuration/mistake.ts'
import type { DeviceType } from '../devices/device-type.ts'
import type { DurationUs } from '../domain/time.ts'
import type { Condition } from '../rules/condition.ts'
import type { Parameter } from '../rules/parameter.ts'
import type { Rule } from '../rules/rule.ts'
import { durationText } from '../rules/why/duration-text.ts'

/** Something in a rule that is allowed and yet cannot be meant; `path` is inside the rule. */
export interface Doubt {
  readonly path: readonly PropertyKey[]
  readonly what: string
  readonly why?: string
  readonly next?: string
}

type Point = DeviceType['points'][string]

/** What the assets of a rule can say of a role. */
type RolePoints = ReadonlyMap<string, readonly Point[]>

/** The assets that a rule watches, by slug. */
export function scopeOf({ assets }: Rule, { asset }: TypedObjects): readonly string[] {
  if ('slugs' in assets) return assets.slugs.filter((slug) => asset.has(slug))
  return [...asset].flatMap(([slug, { type }]) => (type === assets.type ? [slug] : []))
}

/**
 * Limits that no value can reach, names that a state does not have, units that differ from asset to
 * asset. `logKeeps` is how long messages are kept: a detector that is made anew reads them again.
 */
export function doubtsOf(
  rule: Rule,
  objects: TypedObjects,
  logKeeps: DurationUs | undefined,
): readonly Doubt[] {
  const scope = new Set(scopeOf(rule, objects))
  const points = pointsOf(scope, objects)
  return [
    ...nodeDoubts(rule.condition, ['condition'], points),
    ...(rule.clearWhen === undefined
      ? []
      : nodeDoubts(rule.clearWhen, ['clearWhen'], points)),
    ...lookBackDoubts(rule, logKeeps),
  ]
}

function pointsOf(
  scope: ReadonlySet<string>,
  { device, deviceType }: TypedObjects,
): RolePoints {
  const found = new Map<string, Point[]>()
  for (const { type, asset, measures } of device.values()) {
    const points = deviceType.get(type)?.points
    if (points === undefined || !scope.has(asset)) continue
    for (const [role, key] of Object.entries(measures ?? ownNames(points))) {
      const point = points[key]
      if (point === undefined) continue
      const known = found.get(role) ?? []
      if (!known.includes(point)) known.push(point)
      found.set(role, known)
    }
  }
  return found
}

/** Members of a group are other assets; what they measure is not looked at. */
function nodeDoubts(
  condition: Condition,
  path: readonly PropertyKey[],
  points: RolePoints,
): readonly Doubt[] {
  if (condition.kind === 'group') return []
  if (!('of' in condition)) return leafDoubts(condition, path, points)
  const { of } = condition
  if (!isList(of)) return nodeDoubts(of, [...path, 'of'], points)
  return of.flatMap((one, index) => nodeDoubts(one, [...path, 'of', index], points))
}

function isList(of: Condition | readonly Condition[]): of is readonly Condition[] {
  return Array.isArray(of)
}

function leafDoubts(
  condition: Condition,
  path: readonly PropertyKey[],
  points: RolePoints,
): readonly Doubt[] {
  if (!('role' in condition)) return []
  const own = points.get(condition.role) ?? []
  return [
    ...unitDoubts(condition.role, own, [...path, 'role']),
    ...ownDoubts(condition, path, points),
  ]
}

/** What the kind of the condition asks for. */
function ownDoubts(
  condition: Condition & { readonly role: string },
  path: readonly PropertyKey[],
  points: RolePoints,
): readonly Doubt[] {
  const { role } = condition
  const own = points.get(role) ?? []
  if (condition.kind === 'threshold') {
    const { above, below } = condition
    return [
      ...limitDoubts({
        role,
        limit: above,
        side: 'above',
        path: [...path, 'above'],
        points: own,
      }),
      ...limitDoubts({
        role,
        limit: below,
        side: 'below',
        path: [...path, 'below'],
        points: own,
      }),
    ]
  }
  if (condition.kind === 'levels') {
    const { side, steps } = condition
    return steps.flatMap(({ limit }, index) =>
      limitDoubts({
        role,
        limit,
        side,
        path: [...path, 'steps', index, 'limit'],
        points: own,
      }),
    )
  }
  if (condition.kind === 'state') {
    return (condition.in ?? []).flatMap((name, index) =>
      nameDoubts(role, name, [...path, 'in', index], own),
    )
  }
  if (condition.kind !== 'deviation') return []
  return pairDoubts(condition, own, points.get(condition.from) ?? [], [...path, 'from'])
}

function unitDoubts(
  role: string,
  points: readonly Point[],
  path: readonly PropertyKey[],
): readonly Doubt[] {
  const units = new Set(points.map(({ unit }) => unit ?? 'no unit'))
  if (units.size < 2) return []
  return [
    {
      path,
      what: `${role} is measured in ${[...units].join(' and in ')}`,
      why: 'one limit cannot be right for both',
      next: 'give the points of the device types one unit (rawUnit converts), or make two rules',
    },
  ]
}

interface Limit {
  readonly role: string
  readonly limit: Parameter | undefined
  readonly side: 'above' | 'below'
  readonly path: readonly PropertyKey[]
  readonly points: readonly Point[]
}

/** Limits that every asset's point lies on one side of, whatever it says. */
function limitDoubts(asked: Limit): readonly Doubt[] {
  const { role, limit, side, path, points } = asked
  if (limit === undefined) return []
  const named = points.find((point) => point.enum !== undefined)
  if (named !== undefined) {
    const what = `${role} has names, not numbers: ${Object.values(named.enum ?? {}).join(', ')}`
    return [{ path, what, next: `write { kind: state, role: ${role}, in: [...] }` }]
  }
  if (typeof limit !== 'number') return []
  const often = howOften(limit, side, points)
  if (often === undefined) return []
  const [{ range = [0, 0], unit = '' } = {}] = points
  return [
    {
      path,
      what: `${role} is ${often} ${side} ${limit}`,
      why: `it lies from ${range[0]} to ${range[1]} ${unit}`.trimEnd(),
      next: 'look at the unit: is the limit written in another one?',
    },
  ]
}

/** Undefined when it depends on the value, as it should, or when nobody knows what the points can say. */
function howOften(
  limit: number,
  side: 'above' | 'below',
  points: readonly Point[],
): 'never' | 'always' | undefined {
  const ranges = points.flatMap(({ range }) => (range === undefined ? [] : [range]))
  if (points.length === 0 || ranges.length < points.length) return undefined
  const isAbove = side === 'above'
  if (ranges.every(([from, to]) => (isAbove ? limit > to : limit < from))) return 'never'
  return ranges.every(([from, to]) => (isAbove ? limit <= from : limit >= to))
    ? 'always'
    : undefined
}

function nameDoubts(
  role: string,
  name: string | number | boolean,
  path: readonly PropertyKey[],
  points: readonly Point[],
): readonly Doubt[] {
  if (typeof name !== 'string') return []
  const names = points.flatMap((point) => Object.values(point.enum ?? {}))
  const free = points.some((point) => point.enum === undefined && point.kind === 'text')
  if (points.length === 0 || free || names.includes(name)) return []
  return [
    {
      path,
      what: `${role} is never "${name}"`,
      why: names.length === 0 ? 'it has no names' : `it is one of ${names.join(', ')}`,
      ...suggestion(name, names),
    },
  ]
}

function pairDoubts(
  { role, from }: { readonly role: string; readonly from: string },
  left: readonly Point[],
  right: readonly Point[],
  path: readonly PropertyKey[],
): readonly Doubt[] {
  const [a, b] = [left[0]?.unit, right[0]?.unit]
  if (left.length === 0 || right.length === 0 || a === b) return []
  const what = `${role} is in ${a ?? 'no unit'} and ${from} in ${b ?? 'no unit'}`
  return [
    { path, what, why: 'their difference means nothing', next: 'convert one with rawUnit' },
  ]
}

/** How far back readings matter to a rule; what the engine itself needs may be less. */
export function reachOf(condition: Condition): number {
  const own =
    ('window' in condition ? condition.window : 0) +
    ('ago' in condition ? condition.ago : 0) +
    ('smooth' in condition ? condition.smooth : 0) +
    ('within' in condition ? condition.within : 0) +
    ('travel' in condition ? condition.travel : 0) +
    ('timeout' in condition ? condition.timeout + condition.grace : 0)
  if (!('of' in condition)) return own
  const below = isList(condition.of) ? condition.of : [condition.of]
  return own + Math.max(...below.map(reachOf))
}

function lookBackDoubts(
  { condition, onDelay, offDelay }: Rule,
  logKeeps: DurationUs | undefined,
): readonly Doubt[] {
  const needed = reachOf(condition) + onDelay + offDelay
  if (logKeeps === undefined || needed <= logKeeps) return []
  return [
    {
      path: ['condition'],
      what: `the rule looks ${durationText(needed)} back`,
      why: `messages are kept for ${durationText(logKeeps)} (readingLog.maxAge); for this rule they will be kept longer`,
      next: 'see that the disk has room, set readingLog.maxAge to that, or shorten the window',
    },
  ]
}
