import type { AlarmTables } from './tables/alarms.ts'
import type { AnnunciationTables } from './tables/annunciation.ts'
import type { AssignmentTables } from './tables/assignment.ts'
import type { BacktestTables } from './tables/backtests.ts'
import type { CaseTables } from './tables/cases.ts'
import type { ConfigurationTables } from './tables/configuration.ts'
import type { DeliveryTables } from './tables/delivery.ts'
import type { FeedbackTables } from './tables/feedback.ts'
import type { LetterTables } from './tables/letters.ts'
import type { FloodTables } from './tables/floods.ts'
import type { DetectorTables } from './tables/detector.ts'
import type { IdentityTables } from './tables/identity.ts'
import type { IntakeTables } from './tables/intake.ts'
import type { InboxTables } from './tables/inbox.ts'
import type { InstallationTables } from './tables/installation.ts'
import type { PrivacyTables } from './tables/privacy.ts'
import type { PhotoTables } from './tables/photos.ts'
import type { Open311Tables } from './tables/open311.ts'
import type { NoticeTables } from './tables/notices.ts'
import type { QuarantineTables } from './tables/quarantine.ts'
import type { ServiceLevelTables } from './tables/service-levels.ts'
import type { WorkOrderTables } from './tables/work-orders.ts'
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
    AssignmentTables,
    CaseTables,
    DeliveryTables,
    DetectorTables,
    PhotoTables,
    PrivacyTables,
    NoticeTables,
    QuarantineTables,
    Open311Tables,
    ServiceLevelTables,
    SourceAcknowledgementTables,
    WorkOrderTables,
    FeedbackTables,
    FloodTables,
    InboxTables,
    IntakeTables,
    LetterTables,
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
  absence: true,
  delegated_grant: true,
  case_grant: true,
  case: true,
  case_event: true,
  case_asset: true,
  case_deadline: true,
  case_merge: true,
  follow_up: true,
  notice: true,
  survey_answer: true,
  open311_key: true,
  open311_intake: true,
  open311_request: true,
  open311_update: true,
  open311_reader: true,
  open311_received: true,
  open311_forward: true,
  open311_poll: true,
  open311_heard: true,
  report: true,
  report_person: true,
  sealing_key: true,
  personal: true,
  personal_index: true,
  released_text: true,
  legal_hold: true,
  erasure: true,
  subscriber: true,
  photo: true,
  mailbox: true,
  letter: true,
  letter_problem: true,
  letter_window: true,
  counter: true,
  feed: true,
  outbox: true,
  ingest_problem: true,
  quarantine: true,
  inbox: true,
  intake: true,
  storm_case: true,
  work_order: true,
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
