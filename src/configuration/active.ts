import type { Asset, Place } from '../domain/asset.ts'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { LocalText } from '../domain/language.ts'
import type { Position } from '../domain/position.ts'
import type { DeskCatalogue } from '../annunciation/catalogue.ts'
import type { RuleFacts } from '../alarms/alarms.ts'
import type { Area, Category, Unit } from '../cases/category.ts'
import type { Template } from '../cases/template.ts'
import type { CivilTimes } from '../calendar/civil-time.ts'
import type { Contract } from '../contractors/contract.ts'
import type { FieldConnection } from '../devices/field-device.ts'
import type { DecodeConfiguration } from '../devices/decoder.ts'
import type { Open311Door, Partner } from '../open311/config.ts'
import type { Mailbox } from '../mailbox/config.ts'
import type { RetentionRule } from '../privacy/retention-rule.ts'
import type { NamedRoute } from '../routing/routing.ts'
import type { ActiveRules } from '../rules/detector.ts'
import type { ServiceLevel } from '../service-levels/service-level.ts'
import type { Webhook } from '../webhooks/webhook.ts'

/** One point of an asset, as charts and the live view name it. */
export interface AssetPoint {
  readonly role: string
  readonly point: PointId
  readonly device: string
  readonly unit: string
}

/** A device's point that raises an alarm itself. */
export interface SourceAlarm {
  readonly device: string
  /** Key of the point in the device's type. */
  readonly key: string
  /** Its protocol can be told that somebody has acknowledged the alarm. */
  readonly acknowledges: boolean
  /** The point that says whether somebody has acknowledged it there. */
  readonly acked?: PointId
}

/** The configuration of one organisation as of one version, with every reference resolved to ids. */
export interface ActiveConfiguration extends DeskCatalogue {
  readonly organisation: OrganisationId
  readonly version: number
  readonly decode: DecodeConfiguration
  readonly rules: ActiveRules
  /** By rule id. */
  readonly ruleFacts: ReadonlyMap<string, RuleFacts>
  readonly ruleNames: ReadonlyMap<string, LocalText>
  /** Who raises an alarm of its own, by rule id and asset with a blank between them. */
  readonly sourceAlarms: ReadonlyMap<string, readonly SourceAlarm[]>
  readonly assets: ReadonlyMap<string, Asset>
  readonly assetPoints: ReadonlyMap<string, readonly AssetPoint[]>
  readonly categories: ReadonlyMap<string, Category>
  /** In order. */
  readonly routes: readonly NamedRoute[]
  readonly routing: {
    /** The first of all areas that a place lies in; null for none. */
    readonly areaOf: (place: Place) => string | null
  }
  readonly serviceLevels: ReadonlyMap<string, ServiceLevel>
  readonly units: ReadonlyMap<string, Unit>
  readonly areas: ReadonlyMap<string, Area>
  /** By id; the categories they name are ids. */
  readonly templates: ReadonlyMap<string, Template>
  /** By id; what they name are ids. */
  readonly contracts: ReadonlyMap<string, Contract>
  /** User id → when that person is at work; those who always are have no entry. */
  readonly hours: ReadonlyMap<string, readonly CivilTimes[]>
  /** The door for partners; undefined: none. */
  readonly open311?: Open311Door | undefined
  /** Sites that may show the pages for citizens in a frame; undefined: none. */
  readonly embeddedBy?: readonly string[] | undefined
  readonly partners: ReadonlyMap<string, Partner>
  readonly webhooks: ReadonlyMap<string, Webhook>
  /** Mailboxes whose letters become reports, by id. */
  readonly mailboxes: ReadonlyMap<string, Mailbox>
  /** How long closed cases are kept, in order. */
  readonly retention: readonly RetentionRule[]
  /** Where phone numbers without a country belong (ISO 3166-1). */
  readonly country: string
  /** Device id → topic filters its credential may publish to. */
  readonly topics: ReadonlyMap<string, readonly string[]>
  readonly connections: readonly FieldConnection[]
}

/** Configurations by version, loaded once and kept (the newest 4 of each organisation). */
export interface Configurations {
  organisations(): Promise<readonly OrganisationId[]>
  /** The version in force for people and new work; undefined for an organisation that has none. */
  current(organisation: OrganisationId): Promise<ActiveConfiguration | undefined>
  at(organisation: OrganisationId, version: number): Promise<ActiveConfiguration>
  /** The version whose activation record is the last one at or before `position`; undefined if none is. */
  versionAt(organisation: OrganisationId, position: Position): Promise<number | undefined>
}
