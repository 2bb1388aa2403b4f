import type { PointId } from '../domain/ids.ts'
import { durationUs, type DurationUs } from '../domain/time.ts'
import type { Asset } from '../domain/asset.ts'
import { nodesOf } from '../rules/condition.ts'
import type { GroupMember, RuleTarget } from '../rules/detector.ts'
import { rolesOf } from '../rules/roles.ts'
import type { Rule } from '../rules/rule.ts'
import type { Resolved } from './activate.ts'
import type { Measurement } from './bindings.ts'

/** Of an asset that nothing measures. */
const NONE = durationUs(0)

/**
 * Every rule on every asset in its scope that has a device; an asset without one has nothing that
 * could be true or silent. The interval is that of the device that measures the rule's role, on the
 * asset or on a member of its group, or the slowest of their devices, so that no guard is tighter
 * than what can be heard.
 */
export function ruleTargets(version: Resolved): RuleTarget[] {
  const { typed, idOf, measured, objects } = version
  const since = new Map(
    objects.flatMap(({ kind, slug, since }) => (kind === 'rule' ? [[slug, since]] : [])),
  )
  const byAsset = Map.groupBy(measured, ({ asset }) => asset)
  const ofType = Map.groupBy([...typed.asset], ([, { type }]) => type)
  return [...typed.rule].flatMap(([slug, rule]) => {
    const { assets } = rule
    const scope =
      'slugs' in assets
        ? [...new Set(assets.slugs)]
        : (ofType.get(assets.type) ?? []).map(([name]) => name)
    return scope.flatMap((name): RuleTarget[] => {
      const asset = idOf('asset', name)
      const sources = byAsset.get(asset) ?? []
      const members = membersOf(rule, name, version, byAsset)
      if (sources.length === 0 && members === undefined) return []
      const { attributes, place } = typed.asset.get(name) ?? { attributes: {} }
      const heard = (members ?? []).flatMap((one) => byAsset.get(one.asset) ?? [])
      return [
        {
          ruleId: idOf('rule', slug),
          ruleVersion: since.get(slug) ?? version.version,
          rule,
          asset,
          points: pointsOf(sources, version.points),
          devices: [...new Set(sources.map(({ device }) => device))],
          interval: intervalOf(rule, [...sources, ...heard]),
          attributes,
          ...(place !== undefined && { place }),
          ...(members !== undefined && { members }),
        },
      ]
    })
  })
}

function pointsOf(
  sources: readonly Measurement[],
  points: ReadonlyMap<string, PointId>,
): Map<string, PointId> {
  const found = new Map<string, PointId>()
  for (const { role, device, key } of sources) {
    const point = points.get(`${device} ${key}`)
    if (point !== undefined) found.set(role, point)
  }
  return found
}

/** What hangs on the asset, for a rule with a group condition; undefined for any other. */
function membersOf(
  { condition, clearWhen }: Rule,
  name: string,
  { typed, idOf, points }: Resolved,
  byAsset: ReadonlyMap<string, readonly Measurement[]>,
): readonly GroupMember[] | undefined {
  const nodes = [
    ...nodesOf(condition),
    ...(clearWhen === undefined ? [] : nodesOf(clearWhen)),
  ]
  const group = nodes.find((node) => node.kind === 'group')
  if (group === undefined) return undefined
  const hangsHere = ({ type, parents }: Asset): boolean =>
    (group.members === undefined || group.members === type) &&
    parents.some(({ edge, asset }) => edge === group.edge && asset === name)
  return [...typed.asset].flatMap(([slug, member]): GroupMember[] => {
    if (!hangsHere(member)) return []
    const asset = idOf('asset', slug)
    const { attributes, place } = member
    return [
      {
        asset,
        points: pointsOf(byAsset.get(asset) ?? [], points),
        attributes,
        ...(place !== undefined && { place }),
      },
    ]
  })
}

/** Of what measures the rule's roles, the slowest; else of anything that measures the asset or its members. */
function intervalOf({ condition }: Rule, sources: readonly Measurement[]): DurationUs {
  const roles = new Set(rolesOf(condition))
  const measuring = sources.filter(({ role }) => roles.has(role))
  const slowest = measuring.length > 0 ? measuring : sources
  return slowest.reduce((most, { interval }) => (interval > most ? interval : most), NONE)
}
