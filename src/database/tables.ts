import type { AlarmTables } from './tables/alarms.ts'
import type { AnnunciationTables } from './tables/annunciation.ts'
import type { BacktestTables } from './tables/backtests.ts'
import type { CaseTables } from './tables/cases.ts'
import type { ConfigurationTables } from './tables/configuration.ts'
import type { DeliveryTables } from './tables/delivery.ts'
import type { FloodTables } from './tables/floods.ts'
import type { DetectorTables } from './tables/detector.ts'
import type { IdentityTables } from './tables/identity.ts'
import type { InboxTables } from './tables/inbox.ts'
import type { InstallationTables } from './tables/installation.ts'
import type { QuarantineTables } from './tables/quarantine.ts'
import type { SourceAcknowledgementTables } from './tables/source-acknowledgements.ts'

/**
 * Every table, as Kysely sees it. The same SQL runs on SQLite and PostgreSQL: times are BIGINT µs,
 * truth is 0 or 1, JSON is text. Every table but those in `installationTables` carries the
 * organisation.
 */
export interface Tables
  extends
    InstallationTables,
    ConfigurationTables,
    AlarmTables,
    AnnunciationTables,
    CaseTables,
    DeliveryTables,
    DetectorTables,
    QuarantineTables,
    SourceAcknowledgementTables,
    FloodTables,
    InboxTables,
    BacktestTables,
    IdentityTables {}

/** Tables without an organisation: readable only through `Database.installation`. */
export const installationTables = ['installation', 'checkpoint'] as const

type OrganisationTable = Exclude<keyof Tables, (typeof installationTables)[number]>

// A record, so that the compiler names the table somebody forgot.
const ofOneOrganisation = {
  organisation: true,
  configuration_version: true,
  configuration_object: true,
  point: true,
  binding: true,
  edge: true,
  asset: true,
  alarm: true,
  flood: true,
  occurrence: true,
  transition: true,
  alarm_suppression: true,
  alarm_timer: true,
  maintenance_window: true,
  detector_state: true,
  detector_page: true,
  control_record: true,
  escalation: true,
  telling_group: true,
  telling_line: true,
  told: true,
  telling: true,
  channel_state: true,
  annunciator: true,
  heartbeat: true,
  case: true,
  case_event: true,
  case_asset: true,
  case_merge: true,
  follow_up: true,
  report: true,
  report_person: true,
  subscriber: true,
  counter: true,
  feed: true,
  outbox: true,
  ingest_problem: true,
  quarantine: true,
  inbox: true,
  backtest: true,
  user: true,
  session: true,
  one_time_link: true,
  device_credential: true,
  source_token: true,
  source_acknowledgement: true,
  audit: true,
} as const satisfies Record<OrganisationTable, true>

/** Tables whose every row carries its organisation. */
export const organisationTables: ReadonlySet<string> = new Set(
  Object.keys(ofOneOrganisation),
)
