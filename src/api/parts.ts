import type { ZodTypeProvider } from '@fastify/type-provider-zod'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Desks } from '../annunciation/desks.ts'
import type { Assignments } from '../assignment/assignments.ts'
import type { Backtests } from '../workshop/backtest/backtests.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { Cases } from '../cases/cases.ts'
import type { CaseService } from '../cases/create-cases.ts'
import type { Configurations } from '../configuration/active.ts'
import type { ContractorCases } from '../contractors/contractor-cases.ts'
import type { Database } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Envelope } from '../domain/log-record.ts'
import type { Feedback } from '../feedback/create-feedback.ts'
import type { Identity } from '../identity/identity.ts'
import type { Photos } from '../photos/photos.ts'
import type { PersonalData } from '../privacy/personal-data.ts'
import type { Privacy } from '../privacy/privacy.ts'
import type { Notices } from '../notices/notices.ts'
import type { LastValues } from '../ingest/last-values.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import type { WorkOrders } from '../work-orders/work-orders.ts'
import type { Forward } from '../open311/forward.ts'
import type { ConnectionHealth } from './connection-view.ts'
import type { KindForm } from './multipart.ts'
import type { reportRate } from './rate-limits.ts'

/** Can the service do its work now, and what keeps it from it? */
export interface Readiness {
  readonly ready: boolean
  readonly parts: readonly {
    /** `database`, `log`, `detector`, … */
    readonly name: string
    readonly ready: boolean
    /** One sentence for whoever is on duty. */
    readonly detail: string
  }[]
}

/** What the server gives to pages: how forms with files are read, and how many an address may send. */
export interface PageOptions {
  readonly readForm: (request: FastifyRequest) => Promise<KindForm>
  readonly formRate: typeof reportRate
}

/** Everything the HTTP server needs; nothing of it is made here. */
export interface ApiParts {
  readonly identity: Identity
  readonly alarms: Alarms
  readonly cases: Cases & Pick<CaseService, 'append'>
  readonly notices: Notices
  readonly feedback: Feedback
  readonly photos: Photos
  readonly privacy: Privacy
  readonly personal: PersonalData
  readonly assignments: Assignments
  readonly contractors: ContractorCases
  readonly orders: WorkOrders
  /** Left out: nobody is told of anything here. */
  readonly desks?: Desks
  /** Left out: there is no history to try rules on. */
  readonly backtests?: Backtests
  readonly configurations: Configurations
  readonly store: ReadingStore
  readonly lastValues: LastValues
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly version: string
  readonly readiness: () => Promise<Readiness>
  /** Puts applied versions into force; left out: nobody can apply anything here. */
  readonly activate?: (organisation: OrganisationId) => Promise<void>
  /** The last message of a device; left out: this process has no log to look into. */
  readonly lastMessage?: (
    organisation: OrganisationId,
    device: string,
  ) => Promise<Envelope | undefined>
  /** How the connections are that this process holds; left out: it holds none. */
  readonly connections?: () => readonly ConnectionHealth[]
  /** Hears who sends to us over HTTP; left out where nobody does. It guards its own routes. */
  readonly intakePlugin?: FastifyPluginAsync
  readonly metrics: Registry
  /** Who may read /metrics; left out: only the machine itself. */
  readonly metricsFrom?: 'loopback' | 'anywhere'
  /** Folder with the built console; left out: there is none, and /console/ is not found. */
  readonly consoleFolder?: string
  /** The door for partners that speak Open311; it guards itself by their keys. */
  readonly open311?: { readonly plugin: FastifyPluginAsync; readonly prefix: string }
  /** Hands a case to a partner; left out: this process hands nothing to anybody. */
  readonly forward?: Forward
  /** Pages for citizens; may read forms, and gives each of its routes a permission. */
  readonly citizenPlugin?: FastifyPluginAsync<PageOptions>
  /** Where people reach the service, as `https://vakt.example`. */
  readonly baseUrl: string
  /** Addresses or CIDR blocks of reverse proxies whose forwarding headers are believed. */
  readonly trustProxy: readonly string[]
}

/** Fastify with zod in and out: what a route registers on. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>
