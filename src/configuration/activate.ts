import type { RuleFacts } from '../alarms/alarms.ts'
import type { DecodableDevice } from '../devices/decoder.ts'
import type { FieldConnection, FieldDevice } from '../devices/field-device.ts'
import { deviceTopics } from '../devices/topic.ts'
import { mailboxesOf } from './mailboxes.ts'
import { retentionInOrder } from './retention.ts'
import type { Rule } from '../rules/rule.ts'
import type { Asset } from '../domain/asset.ts'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { ActiveRules, RuleTarget } from '../rules/detector.ts'
import type { ActiveConfiguration, AssetPoint } from './active.ts'
import { measurements, type Measurement } from './bindings.ts'
import { caseWork } from './case-work.ts'
import { contractsOf, hoursOf, unitsOf } from './people.ts'
import { deskCatalogue } from './desks.ts'
import type { JsonObject } from './json.ts'
import type { KindName } from './kinds.ts'
import { objectSet, typedObjects, type TypedObjects } from './objects.ts'
import { ruleTargets } from './rule-targets.ts'
import { sourceAlarms } from './source-alarms.ts'
import { templatesOf } from './templates.ts'
import { webhooksOf } from './webhooks.ts'

/** An object as it is in one version. */
export interface VersionedObject {
  readonly kind: KindName
  readonly id: string
  readonly slug: string
  readonly document: JsonObject
  /** The version that brought this text of it. */
  readonly since: number
}

export interface VersionParts {
  readonly organisation: OrganisationId
  readonly version: number
  readonly objects: readonly VersionedObject[]
  /** `device key` → point. */
  readonly points: ReadonlyMap<string, PointId>
}

/** Everything the documents of one version say, by slug, and which id each slug has. */
export interface Resolved extends VersionParts {
  readonly typed: TypedObjects
  readonly idOf: IdOf
  readonly measured: readonly Measurement[]
}
type IdOf = (kind: KindName, slug: string) => string

/**
 * Makes the configuration of one version out of its objects. Pure, so a version means the same
 * whenever it is loaded. Throws when a document no longer fits its schema.
 */
export function activeConfiguration(parts: VersionParts): ActiveConfiguration {
  const { organisation, version, objects } = parts
  const typed = typedVersion(parts)
  const ids = new Map(objects.map(({ kind, slug, id }) => [`${kind} ${slug}`, id]))
  const idOf: IdOf = (kind, slug) => ids.get(`${kind} ${slug}`) ?? slug
  const resolved: Resolved = { ...parts, typed, idOf, measured: measurements(typed, ids) }
  function byId<T>(kind: KindName, all: ReadonlyMap<string, T>): Map<string, T> {
    return new Map([...all].map(([slug, one]) => [idOf(kind, slug), one]))
  }
  const own = sourceAlarms(resolved)
  const rules = new Map([...byId('rule', typed.rule), ...own.rules])
  return {
    organisation,
    version,
    decode: { version, devices: decodableDevices(resolved) },
    rules: activeRules(resolved, own.targets),
    ruleFacts: new Map([...rules].map(([id, rule]) => [id, ruleFacts(rule)])),
    ruleNames: new Map([...rules].map(([id, { name }]) => [id, name])),
    sourceAlarms: own.sources,
    assets: new Map(
      [...byId('asset', typed.asset)].map(([id, asset]) => [id, withParents(asset, idOf)]),
    ),
    assetPoints: assetPoints(resolved),
    ...caseWork(resolved),
    units: unitsOf(resolved),
    templates: templatesOf(resolved),
    contracts: contractsOf(resolved),
    hours: hoursOf(resolved),
    open311: firstOf(typed.organisation)?.open311,
    embeddedBy: firstOf(typed.organisation)?.embeddedBy,
    partners: byId('partner', typed.partner),
    webhooks: webhooksOf(resolved),
    mailboxes: mailboxesOf(resolved),
    retention: retentionInOrder(typed.retention, idOf),
    country: firstOf(typed.organisation)?.holidays?.slice(0, 2) ?? 'SE',
    topics: topicsOf(resolved),
    connections: connectionsOf(resolved),
    ...deskCatalogue(resolved),
  }
}

function firstOf<T>(all: ReadonlyMap<string, T>): T | undefined {
  return [...all.values()][0]
}

function activeRules(resolved: Resolved, ofSources: readonly RuleTarget[]): ActiveRules {
  const { organisation, version, typed } = resolved
  const [own] = typed.organisation.values()
  return {
    organisation,
    version,
    zone: own?.timezone ?? 'UTC',
    ...(own?.holidays !== undefined && { holidays: own.holidays }),
    targets: [...ruleTargets(resolved), ...ofSources],
  }
}

function typedVersion({ organisation, version, objects }: VersionParts): TypedObjects {
  return typedObjects(objectSet(objects), ({ kind, slug, why }) => {
    throw new Error(
      `${kind} ${slug} in version ${version} of ${organisation} no longer fits its schema (${why}); apply it anew in today's form`,
    )
  })
}

/** What the life-cycle of alarms must know of a rule. */
export function ruleFacts(rule: Rule): RuleFacts {
  const { name, priority, faultClass, confirm, acknowledge, requireConfirm, latching } =
    rule
  const { reAlarm, reopenWithin, causedBy, impliedBy, hold, gather, condition } = rule
  return {
    name,
    priority,
    faultClass,
    confirm,
    acknowledge,
    requireConfirm,
    latching,
    reopenWithin,
    causedBy,
    impliedBy,
    levels: condition.kind === 'levels' ? condition.steps.map((step) => step.priority) : [],
    ...(reAlarm !== undefined && { reAlarm }),
    ...(hold !== undefined && { hold }),
    ...(gather !== undefined && { gather }),
  }
}

function withParents(asset: Asset, idOf: IdOf): Asset {
  const parents = asset.parents.map(({ edge, asset }) => ({
    edge,
    asset: idOf('asset', asset),
  }))
  return { ...asset, parents }
}

function decodableDevices({ typed, idOf, points }: Resolved): Map<string, DecodableDevice> {
  const devices = new Map<string, DecodableDevice>()
  for (const [slug, { type: name, firmware, params }] of typed.device) {
    const type = typed.deviceType.get(name)
    if (type === undefined) continue
    const id = idOf('device', slug)
    const own = Object.keys(type.points).flatMap((key): [string, PointId][] => {
      const point = points.get(`${id} ${key}`)
      return point === undefined ? [] : [[key, point]]
    })
    devices.set(id, {
      type,
      points: new Map(own),
      params,
      ...(firmware !== undefined && { firmware }),
    })
  }
  return devices
}

function assetPoints({ measured, points }: Resolved): Map<string, AssetPoint[]> {
  const found = new Map<string, AssetPoint[]>()
  for (const { asset, role, device, key, unit } of measured) {
    const point = points.get(`${device} ${key}`)
    if (point === undefined) continue
    const own = found.get(asset)
    if (own === undefined) found.set(asset, [{ role, point, device, unit }])
    else own.push({ role, point, device, unit })
  }
  return found
}

/** Vendors fix their topics; a device stands in its own by the slug people know it by. */
function topicsOf({ organisation, typed, idOf }: Resolved): Map<string, readonly string[]> {
  const topics = new Map<string, readonly string[]>()
  for (const [slug, { type: name }] of typed.device) {
    const type = typed.deviceType.get(name)
    if (type?.protocol !== 'mqtt') continue
    topics.set(idOf('device', slug), deviceTopics(type, { organisation, device: slug }))
  }
  return topics
}

function connectionsOf({ typed, idOf }: Resolved): FieldConnection[] {
  const on = new Map<string, FieldDevice[]>()
  for (const [slug, { type: name, connection, address, params }] of typed.device) {
    const type = typed.deviceType.get(name)
    if (type === undefined || connection === undefined) continue
    const own = on.get(connection) ?? []
    on.set(connection, own)
    own.push({ id: idOf('device', slug), slug, type, address, params })
  }
  return [...typed.connection].map(([name, settings]) => ({
    name,
    settings,
    devices: on.get(name) ?? [],
  }))
}
