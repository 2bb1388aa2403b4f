import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { toIso, type TimeUs } from '../domain/time.ts'
import { checkAnswers, type CheckedAnswers } from './answers.ts'
import type { CaseRow } from './case-row.ts'
import { joinClassOf, type CaseCatalogue } from './catalogue.ts'
import type { Cases, NewReport, ReportReceipt } from './cases.ts'
import type { Category } from './category.ts'
import { caseById, touchCase } from './change.ts'
import { checkReport } from './check-report.ts'
import { earlierReport } from './earlier-report.ts'
import { answerAtOnce, checkUnanswered } from './first-contact.ts'
import { isAskable } from './guards.ts'
import { followToken, randomId } from './ids.ts'
import { acceptReport, someWait } from './intake/accept.ts'
import { Door } from './intake/door.ts'
import { caseFor, recentCaseAt } from './join/find.ts'
import { followable } from './join/followable.ts'
import { openCase } from './join/open.ts'
import type { OwnParts } from './parts.ts'
import { registered } from './register-address.ts'
import { askToReopen, doubt } from './reopen.ts'
import { placeOf, storeReport } from './store-report.ts'
import { foundBySensor } from './tree.ts'
import { selfService } from './views.ts'

/** Everything about a report that is settled before its transaction starts. */
export interface Intake {
  readonly report: NewReport
  readonly category: Category
  readonly catalogue: CaseCatalogue
  readonly answers: CheckedAnswers
  readonly now: TimeUs
  /** For a case, if it opens one. */
  readonly caseId: string
  readonly reportId: string
  readonly subscriber: string
  readonly token: string
}

/**
 * Takes in what a person says: it joins the open case of that fault, asks to have the one opened
 * again that was closed not long ago, or opens one. In a storm, and while many report at once, what
 * comes through the public's doors is accepted first and placed afterwards; `accepted` hears of it.
 */
export function takeReport(parts: OwnParts, accepted: () => void): Cases['report'] {
  const door = new Door()
  return async (organisation, report) => {
    const catalogue = await parts.catalogue(organisation)
    const category = checkReport(catalogue, report)
    const answers = checkAnswers(category, report)
    const about = { report, category, catalogue, answers }
    const receipt = await door.enter(organisation, async (crowded) => {
      const intake = prepare(parts, organisation, about)
      const waits =
        selfService.has(report.source) &&
        (crowded || (await isBusy(parts, organisation, intake.now)))
      const take = waits ? acceptReport : place
      return await parts.database.write(organisation, 'normal', async (work) => {
        const earlier = await earlierReport(work, parts, intake)
        return earlier ?? (await take(work, parts, intake))
      })
    })
    if (receipt.waits === true) accepted()
    return receipt
  }
}

/** There is a storm, or some that came before still wait. */
async function isBusy(
  { database, storms }: OwnParts,
  organisation: OrganisationId,
  at: TimeUs,
): Promise<boolean> {
  const query = database.read(organisation)
  return (await storms?.runs(query, at)) === true || (await someWait(query))
}

function prepare(
  { random, secret, clock }: OwnParts,
  organisation: OrganisationId,
  about: Pick<Intake, 'report' | 'category' | 'catalogue' | 'answers'>,
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

async function place(
  work: UnitOfWork,
  parts: OwnParts,
  intake: Intake,
): Promise<ReportReceipt> {
  const { report, category, catalogue, now } = intake
  const asset = report.asset ?? null
  const same = await followable(work.query, catalogue, report.follows)
  if (same !== undefined) return await join(work, parts, intake, same)
  if (asset === null) return await openNew(work, parts, intake)
  const joinClass = joinClassOf(category)
  const open = await caseFor(work.query, asset, joinClass)
  if (open !== undefined) return await join(work, parts, intake, open)
  const recent = await recentCaseAt(work.query, { asset, joinClass, now })
  // What comes back after a storm is its own.
  const ask =
    recent !== undefined &&
    recent.kind !== 'storm' &&
    isAskable({ row: recent, at: now, catalogue })
  return ask
    ? await join(work, parts, intake, recent)
    : await openNew(work, parts, intake, recent)
}

async function openNew(
  work: UnitOfWork,
  parts: OwnParts,
  intake: Intake,
  recent?: CaseRow,
): Promise<ReportReceipt> {
  const { report, category, catalogue, caseId, reportId, now, answers } = intake
  const row = await openCase(work, parts, {
    catalogue,
    id: caseId,
    finding: {
      fault: { category: report.category, joinClass: joinClassOf(category) },
      asset: report.asset ?? null,
      place: placeOf(intake),
      source: report.source,
      ...(registered(report) && { address: report.address }),
      answers: answers.stored,
      report: reportId,
      actor: report.actor,
      since: now,
      now,
      recurrenceOf: recent?.id,
    },
    store: () => storeReport(work, parts, { intake, caseId }),
  })
  const said = await answerAtOnce(work, parts, intake)
  const { id, number, root } = row
  const storm = root === id ? undefined : await caseById(work.query, root)
  const known = storm && { since: toIso(storm.opened_at), bySensor: false }
  return { case: id, number, token: intake.token, known: known ?? null, ...said }
}

async function join(
  work: UnitOfWork,
  parts: OwnParts,
  intake: Intake,
  row: CaseRow,
): Promise<ReportReceipt> {
  const { report, reportId, now: at } = intake
  checkUnanswered(intake, row)
  await touchCase(work, row, { category: report.category, at })
  await storeReport(work, parts, { intake, caseId: row.id })
  await parts.append(work, row.id, {
    kind: 'report_joined',
    actor: report.actor,
    at,
    visibility: 'public',
    data: { report: reportId, source: report.source },
  })
  if (row.state === 'closed') {
    await askToReopen(work, parts, row, {
      at,
      actor: report.actor,
      said: { report: reportId },
    })
  } else {
    await doubt(work, parts, row, at)
  }
  const bySensor = await foundBySensor(work.query, row.id)
  return {
    case: row.id,
    number: row.number,
    token: intake.token,
    known: { since: toIso(row.opened_at), bySensor },
  }
}
