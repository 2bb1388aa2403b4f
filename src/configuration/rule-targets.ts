import type { PointId } from '../domain/ids.ts'
import { durationUs } from '../domain/time.ts'
import type { RuleTarget } from '../rules/detector.ts'
import type { Rule } from '../rules/rule.ts'
import type { Resolved } from './activate.ts'
import type { Measurement } from './bindings.ts'

/**
 * Every rule on every asset in its scope that has a device; an asset without one has nothing that
 * could be true or silent. The interval is that of the device that measures the rule's role, or
 * the slowest of the asset's devices, so that no guard is tighter than what can be heard.
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
      const sources = byAsset.get(asset)
      if (sources === undefined) return []
      return [
        {
          ruleId: idOf('rule', slug),
          ruleVersion: since.get(slug) ?? version.version,
          rule,
          asset,
          points: pointsOf(sources, version.points),
          devices: [...new Set(sources.map(({ device }) => device))],
          interval: intervalOf(rule, sources),
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

function intervalOf({ condition }: Rule, sources: readonly Measurement[]) {
  const measuring =
    condition.kind === 'noData'
      ? undefined
      : sources.find(({ role }) => role === condition.role)?.interval
  return measuring ?? durationUs(Math.max(...sources.map(({ interval }) => interval)))
}
