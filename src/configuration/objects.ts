import type { z } from 'zod'
import type { Channel, Desk, Rota } from '../annunciation/desk.ts'
import type { Area, Category, Route, Unit } from '../cases/category.ts'
import type { Template } from '../cases/template.ts'
import type { Contract } from '../contractors/contract.ts'
import type { Connection } from '../devices/connection.ts'
import type { DeviceType } from '../devices/device-type.ts'
import type { Asset, Device } from '../domain/asset.ts'
import type { Partner } from '../open311/config.ts'
import type { Mailbox } from '../mailbox/config.ts'
import type { RetentionDocument } from '../privacy/retention-rule.ts'
import type { Rule } from '../rules/rule.ts'
import type { ServiceLevel } from '../service-levels/service-level.ts'
import { wholeType } from './extend-type.ts'
import type { JsonObject } from './json.ts'
import { kindNames, kinds, type KindName, type Organisation, type User } from './kinds.ts'
import type { Webhook } from '../webhooks/webhook.ts'

/** The documents of a configuration: by kind, then by slug. */
export type ObjectSet = ReadonlyMap<KindName, ReadonlyMap<string, JsonObject>>

/** The same, as the schemas understand them. */
export interface TypedObjects {
  readonly organisation: ReadonlyMap<string, Organisation>
  readonly area: ReadonlyMap<string, Area>
  readonly unit: ReadonlyMap<string, Unit>
  readonly serviceLevel: ReadonlyMap<string, ServiceLevel>
  readonly category: ReadonlyMap<string, Category>
  readonly template: ReadonlyMap<string, Template>
  readonly contract: ReadonlyMap<string, Contract>
  readonly route: ReadonlyMap<string, Route>
  readonly deviceType: ReadonlyMap<string, DeviceType>
  readonly connection: ReadonlyMap<string, Connection>
  readonly asset: ReadonlyMap<string, Asset>
  readonly device: ReadonlyMap<string, Device>
  readonly rule: ReadonlyMap<string, Rule>
  readonly user: ReadonlyMap<string, User>
  readonly partner: ReadonlyMap<string, Partner>
  readonly webhook: ReadonlyMap<string, Webhook>
  readonly mailbox: ReadonlyMap<string, Mailbox>
  readonly retention: ReadonlyMap<string, RetentionDocument>
  readonly channel: ReadonlyMap<string, Channel>
  readonly rota: ReadonlyMap<string, Rota>
  readonly desk: ReadonlyMap<string, Desk>
}

/** A document that its schema refuses. */
export interface Unreadable {
  readonly kind: KindName
  readonly slug: string
  readonly why: string
}

/** Parses every document; those that do not fit are left out of the answer and told of. */
export function typedObjects(
  set: ObjectSet,
  unreadable: (one: Unreadable) => void,
): TypedObjects {
  function all<T>(kind: KindName, schema: z.ZodType<T>): ReadonlyMap<string, T> {
    const parsed = new Map<string, T>()
    for (const [slug, document] of set.get(kind) ?? []) {
      const result = schema.safeParse(kind === 'deviceType' ? whole(document) : document)
      if (result.success) parsed.set(slug, result.data)
      else unreadable({ kind, slug, why: reasons(result.error) })
    }
    return parsed
  }
  /** As it stands if it goes round in a circle, which its schema will not like either. */
  function whole(document: JsonObject): JsonObject {
    const result = wholeType(document, (name) => set.get('deviceType')?.get(name))
    return result.ok ? result.document : document
  }
  return {
    organisation: all('organisation', kinds.organisation.schema),
    area: all('area', kinds.area.schema),
    unit: all('unit', kinds.unit.schema),
    serviceLevel: all('serviceLevel', kinds.serviceLevel.schema),
    category: all('category', kinds.category.schema),
    template: all('template', kinds.template.schema),
    contract: all('contract', kinds.contract.schema),
    route: all('route', kinds.route.schema),
    deviceType: all('deviceType', kinds.deviceType.schema),
    connection: all('connection', kinds.connection.schema),
    asset: all('asset', kinds.asset.schema),
    device: all('device', kinds.device.schema),
    rule: all('rule', kinds.rule.schema),
    user: all('user', kinds.user.schema),
    partner: all('partner', kinds.partner.schema),
    webhook: all('webhook', kinds.webhook.schema),
    mailbox: all('mailbox', kinds.mailbox.schema),
    retention: all('retention', kinds.retention.schema),
    channel: all('channel', kinds.channel.schema),
    rota: all('rota', kinds.rota.schema),
    desk: all('desk', kinds.desk.schema),
  }
}

/** Gathers documents into a set; a later one of the same kind and slug replaces an earlier one. */
export function objectSet(
  objects: Iterable<{
    readonly kind: KindName
    readonly slug: string
    readonly document: JsonObject
  }>,
): ObjectSet {
  const set = new Map(kindNames.map((kind) => [kind, new Map<string, JsonObject>()]))
  for (const { kind, slug, document } of objects) set.get(kind)?.set(slug, document)
  return set
}

function reasons(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
    .join('; ')
}
