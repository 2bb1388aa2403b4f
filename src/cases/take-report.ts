import type { UnitOfWork } from '../database/database.ts'
import type { Place } from '../domain/asset.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { toIso, type TimeUs } from '../domain/time.ts'
import type { CaseRow } from './case-row.ts'
import { joinClassOf, type CaseCatalogue } from './catalogue.ts'
import type { Cases, NewReport, ReportReceipt } from './cases.ts'
import type { Category } from './category.ts'
import { changeCase, foundBySensor, touchCase } from './change.ts'
import { checkReport } from './check-report.ts'
import type { CasesParts } from './parts.ts'
import { earlierReport, personColumns } from './earlier-report.ts'
import { appendEvent } from './events.ts'
import { followToken, randomId, tokenHash } from './ids.ts'
import { openCase, openCaseAt } from './join.ts'
import { mailFollowers } from './mails.ts'

/** Everything about a report that is settled before its transaction starts. */
interface Intake {
  readonly report: NewReport
  readonly category: Category
  readonly catalogue: CaseCatalogue
  readonly now: TimeUs
  /** For a case, if it opens one. */
  readonly caseId: string
  readonly reportId: string
  readonly subscriber: string
  readonly token: string
}

/** Takes in what a person says: it joins the open case of that fault, or opens one. */
export function takeReport(parts: CasesParts): Cases['report'] {
  return async (organisation, report) => {
    const catalogue = await parts.catalogue(organisation)
    const category = checkReport(catalogue, report)
    const intake = prepare(parts, organisation, { report, category, catalogue })
    return await parts.database.write(organisation, 'normal', async (work) => {
      const earlier = await earlierReport(work, report)
      if (earlier !== undefined) return earlier
      const { asset } = report
      const open =
        asset === undefined
          ? undefined
          : await openCaseAt(work, asset, joinClassOf(category))
      return open === undefined
        ? await openNew(work, parts, intake)
        : await join(work, parts, intake, open)
    })
  }
}

function prepare(
  { random, secret, clock }: CasesParts,
  organisation: OrganisationId,
  about: Pick<Intake, 'report' | 'category' | 'catalogue'>,
): Intake {
  const subscriber = randomId(random)
  return {
    ...about,
    now: clock.now(),
    caseId: randomId(random),
    reportId: randomId(random),
    subscriber,
    token: followToken(secret, organisation, subscriber),
  }
}

async function openNew(
  work: UnitOfWork,
  parts: CasesParts,
  intake: Intake,
): Promise<ReportReceipt> {
  const { report, category, catalogue, caseId, reportId, now } = intake
  work.tell({ kind: 'case', subject: caseId })
  const { row, event } = await openCase(work, catalogue, caseId, {
    fault: { category: report.category, joinClass: joinClassOf(category) },
    asset: report.asset ?? null,
    place: placeOf(intake),
    source: report.source,
    report: reportId,
    actor: report.actor,
    since: now,
    now,
  })
  await store(work, intake, row.id)
  await mailFollowers(work, parts.enqueueMail, {
    kind: 'mail.case_received',
    case: row.id,
    event,
    at: now,
    report: reportId,
  })
  return { case: row.id, number: row.number, token: intake.token, known: null }
}

async function join(
  work: UnitOfWork,
  parts: CasesParts,
  intake: Intake,
  row: CaseRow,
): Promise<ReportReceipt> {
  const { report, reportId, now } = intake
  await touchCase(work, row, { category: report.category, at: now })
  await store(work, intake, row.id)
  const event = await appendEvent(work, row.id, {
    kind: 'report_joined',
    actor: report.actor,
    at: now,
    visibility: 'public',
    data: { report: reportId, source: report.source },
  })
  await doubt(work, row, intake)
  await mailFollowers(work, parts.enqueueMail, {
    kind: 'mail.case_known',
    case: row.id,
    event,
    at: now,
    report: reportId,
  })
  const bySensor = await foundBySensor(work.query, row.id)
  return {
    case: row.id,
    number: row.number,
    token: intake.token,
    known: { since: toIso(row.opened_at), bySensor },
  }
}

/** The case is said to be done, a person says it is not: somebody must look. */
async function doubt(work: UnitOfWork, row: CaseRow, { now }: Intake): Promise<void> {
  if (row.state !== 'done_reported' || row.verify === 1) return
  await changeCase(work, row, { state: row.state, verify: true, at: now })
  await appendEvent(work, row.id, {
    kind: 'verify',
    actor: 'system',
    at: now,
    visibility: 'public',
    data: {},
  })
}

/** Where the case is: what the person pointed at, else where the asset stands. */
function placeOf({ report, catalogue }: Intake): Place | null {
  const asset = report.asset === undefined ? undefined : catalogue.assets.get(report.asset)
  return report.place ?? asset?.place ?? null
}

async function store(work: UnitOfWork, intake: Intake, caseId: string): Promise<void> {
  const { report, reportId, now } = intake
  const { organisation } = work
  await work.query
    .insertInto('report')
    .values({
      organisation,
      id: reportId,
      case: caseId,
      source: report.source,
      category: report.category,
      asset: report.asset ?? null,
      lat: report.place?.lat ?? null,
      lon: report.place?.lon ?? null,
      occurrence: null,
      language: report.language,
      received_at: now,
      count: 1,
      idempotency_key: report.idempotencyKey ?? null,
      source_detail: report.sourceDetail ?? null,
      matter: intake.category.matter,
      answers: '{}',
      address: report.address ?? null,
    })
    .execute()
  const person = personColumns(report)
  await work.query
    .insertInto('report_person')
    .values({ organisation, report: reportId, ...person, erased_at: null })
    .execute()
  await work.query
    .insertInto('subscriber')
    .values({
      organisation,
      id: intake.subscriber,
      case: caseId,
      report: reportId,
      language: report.language,
      wants_updates: report.wantsUpdates && person.email !== null ? 1 : 0,
      token_hash: tokenHash(intake.token),
      created_at: now,
      channel: 'mail',
      ended_at: null,
    })
    .execute()
}
