import type { AssignmentParts, Assignments } from './assignment/assignments.ts'
import { createAssignments } from './assignment/create-assignments.ts'
import { areasOf } from './api/areas-of.ts'
import { noticeWorld, stormWorld } from './api/notice-world.ts'
import { createCases, type CaseService } from './cases/create-cases.ts'
import type { AppendEvent } from './cases/events.ts'
import type { CaseListener } from './cases/news.ts'
import type { CasesParts } from './cases/parts.ts'
import { gatherDeadlines, staffListener } from './cases/staff-letters.ts'
import type { ActiveConfiguration, Configurations } from './configuration/active.ts'
import type { CurrentConfiguration } from './configuration/current.ts'
import {
  createContractorCases,
  type ContractorCases,
} from './contractors/contractor-cases.ts'
import { grantCases } from './contractors/grant-cases.ts'
import type { Database, UnitOfWork } from './database/database.ts'
import { enqueue } from './delivery/enqueue.ts'
import type { Place } from './domain/asset.ts'
import type { OrganisationId } from './domain/ids.ts'
import { createFeedback, type Feedback } from './feedback/create-feedback.ts'
import { writeAudit } from './identity/audit.ts'
import { worksCases } from './identity/permissions.ts'
import { createNotices, type Notices } from './notices/notices.ts'
import { createStorms } from './notices/storms.ts'
import { open311Listener } from './open311/listener.ts'
import { forgetSentWords } from './open311/sent-words.ts'
import { createPhotos, type PhotoNews, type PhotoService } from './photos/create-photos.ts'
import type { PortParts } from './ports.ts'
import {
  createPersonalData,
  sealer,
  type PersonalDataParts,
} from './privacy/create-personal-data.ts'
import { createPrivacy } from './privacy/create-privacy.ts'
import type { PersonalData } from './privacy/personal-data.ts'
import type { Privacy, PrivacyEffects } from './privacy/privacy.ts'
import { calendarOf, type DeadlineParts } from './service-levels/parts.ts'
import { deadlineListener } from './service-levels/deadline-listener.ts'
import {
  createDeadlineTimers,
  type DeadlineTimers,
} from './service-levels/run-deadlines.ts'
import { systemClock } from './clock.ts'
import { webhookListener } from './webhooks/listener.ts'
import { createInPlaceOf } from './work-orders/in-place-of.ts'
import { endWithCase } from './work-orders/end-with-case.ts'
import { orderLetters } from './work-orders/letters.ts'
import type { OrderParts } from './work-orders/parts.ts'
import { createWorkOrders, type WorkOrders } from './work-orders/work-orders.ts'

export interface CaseWorkParts {
  readonly database: Database
  readonly current: CurrentConfiguration
  readonly configurations: Configurations
  readonly secret: Uint8Array
}

/** Everything that people do with cases, made once and started by nobody yet. */
export interface CaseWork {
  readonly cases: CaseService
  readonly personal: PersonalData
  readonly privacy: Privacy
  readonly photos: PhotoService
  readonly assignments: Assignments
  readonly contractors: ContractorCases
  readonly orders: WorkOrders
  readonly notices: Notices
  readonly feedback: Feedback
  readonly deadlines: DeadlineTimers
}

/** Cases, and everything that hears of them. */
export function createCaseWork(ports: PortParts, parts: CaseWorkParts): CaseWork {
  const { clock, random, config } = ports
  const { database, current, configurations, secret } = parts
  const catalogue = (organisation: OrganisationId): Promise<ActiveConfiguration> =>
    current.load(organisation)
  const catalogueNow = (organisation: OrganisationId): ActiveConfiguration =>
    current.loaded(organisation)
  const base = { database, clock, random, catalogue, catalogueNow }
  const organisations = (): Promise<readonly OrganisationId[]> =>
    configurations.organisations()
  // The cases are made of parts that add to their history.
  const append: AppendEvent = (work, caseId, event) => cases.append(work, caseId, event)
  const sealing = { ...base, secret, countryOf: countryOf(catalogueNow) }
  const personal = createPersonalData(sealing)
  const photos = createPhotos({
    ...base,
    folder: config.data,
    realTime: systemClock,
    heard: (work, news) => tellPhotos(append, work, news),
  })
  const assignments = createAssignments({
    ...base,
    worksCases,
    isOnDuty: onDuty(catalogueNow),
    append,
    audit: writeAudit,
  })
  const deadlines = { ...base, organisations, append, enqueue: gatherDeadlines(enqueue) }
  const cases: CaseService = createCases({
    ...base,
    secret,
    personal,
    photos,
    assign: (...asked) => assignments.assign(...asked),
    checkActs: (...asked) => assignments.checkActs(...asked),
    standsInFor: (...asked) => assignments.standsInFor(...asked),
    storms: createStorms((organisation) => stormWorld(catalogueNow(organisation))),
    enqueueMail: enqueue,
    listeners: listenersOf(deadlines, assignments),
  })
  return {
    cases,
    personal,
    photos,
    assignments,
    privacy: privacyOf({ ...deadlines, sealing, personal, photos }),
    contractors: createContractorCases({ ...base, cases, photos, append }),
    orders: ordersOf({ ...base, append, photos }, assignments),
    notices: createNotices({
      ...base,
      world: (organisation) => noticeWorld(configurations, organisation),
    }),
    feedback: createFeedback({ ...base, personal, append, cases }),
    deadlines: createDeadlineTimers(deadlines),
  }
}

/** Those come last that append events of their own: everybody hears events in their order. */
function listenersOf(
  parts: Omit<DeadlineParts, 'catalogueNow'> & {
    readonly catalogueNow: (organisation: OrganisationId) => ActiveConfiguration
  },
  assignments: Assignments,
): readonly CaseListener[] {
  const { append, catalogueNow } = parts
  return [
    open311Listener({ catalogueNow }),
    webhookListener((organisation) => catalogueNow(organisation).webhooks),
    staffListener(enqueue),
    orderLetters(
      enqueue,
      createInPlaceOf({ catalogueNow, worksCases, isOnDuty: onDuty(catalogueNow) }),
    ),
    (work, news) => assignments.hear(work, news),
    grantCases({ catalogueNow, append, inAreas: inAreas(catalogueNow) }),
    endWithCase(parts),
    deadlineListener(parts),
  ]
}

function privacyOf({
  append,
  catalogue,
  sealing,
  photos,
  ...parts
}: Pick<CasesParts, 'database' | 'clock' | 'random'> & {
  readonly personal: PersonalData
  readonly catalogue: (organisation: OrganisationId) => Promise<ActiveConfiguration>
  readonly sealing: PersonalDataParts
  readonly photos: PhotoService
  readonly append: AppendEvent
}): Privacy {
  return createPrivacy({
    ...parts,
    sealer: sealer(sealing),
    photosOf: (query, ids) => photos.of(query, ids),
    rules: async (organisation) => (await catalogue(organisation)).retention,
    effects: {
      erased: tellErased(append, parts.personal),
      forgetPhotos: (work, what) => photos.forget(work, what),
      audit: writeAudit,
    },
  })
}

function onDuty(
  catalogueNow: Loaded['catalogueNow'],
): NonNullable<AssignmentParts['isOnDuty']> {
  return (organisation, person, at) => {
    const catalogue = catalogueNow(organisation)
    const times = catalogue.hours.get(person)
    return times === undefined || calendarOf(catalogue).within(times, at)
  }
}

function ordersOf(
  { catalogueNow, ...parts }: Omit<OrderParts, 'inAreas' | 'checkActs' | 'mayAct'> & Loaded,
  assignments: Assignments,
): WorkOrders {
  return createWorkOrders({
    ...parts,
    inAreas: inAreas(catalogueNow),
    checkActs: (...asked) => assignments.checkActs(...asked),
    mayAct: (...asked) => assignments.mayAct(...asked),
  })
}

/** Configurations as they are now, where nothing but the database may be awaited. */
interface Loaded {
  readonly catalogueNow: (organisation: OrganisationId) => ActiveConfiguration
}

/** Where phone numbers without a country belong. */
function countryOf(
  catalogueNow: Loaded['catalogueNow'],
): NonNullable<PersonalDataParts['countryOf']> {
  return (organisation) => catalogueNow(organisation).country
}

function inAreas(catalogueNow: Loaded['catalogueNow']): OrderParts['inAreas'] {
  return (organisation, areas, place) => isInOneOf(catalogueNow(organisation), areas, place)
}

function isInOneOf(
  configuration: ActiveConfiguration,
  wanted: readonly string[],
  place: Place,
): boolean {
  const inside = areasOf(configuration).containing(place)
  return wanted.some((area) => inside.has(area))
}

/** Photos that staff added or showed stand in the history; those of a report come with it. */
async function tellPhotos(
  append: AppendEvent,
  work: UnitOfWork,
  { kind, case: caseId, photos, actor, at }: PhotoNews,
): Promise<void> {
  const visibility = kind === 'shown' ? 'public' : 'internal'
  const data = { photos: [...photos], step: kind }
  await append(work, caseId, { kind: 'photos', actor, at, visibility, data })
}

function tellErased(append: AppendEvent, personal: PersonalData): PrivacyEffects['erased'] {
  return async (work, { case: caseId, report, actor, at }) => {
    await forgetSentWords(work, personal, caseId)
    const data = report === undefined ? {} : { report }
    await append(work, caseId, { kind: 'erased', actor, at, visibility: 'internal', data })
  }
}
