import type { UnitOfWork } from '../database/database.ts'
import type { Place } from '../domain/asset.ts'
import type { Person } from '../privacy/personal-data.ts'
import type { CheckedAnswers } from './answers.ts'
import type { NewReport } from './cases.ts'
import { tokenHash } from './ids.ts'
import type { OwnParts } from './parts.ts'
import { registered } from './register-address.ts'
import type { Intake } from './take-report.ts'

interface Stored {
  readonly intake: Intake
  readonly caseId: string
}

/** Writes a person's report into a case: the facts, the person apart, photos, and who follows it. */
export async function storeReport(
  work: UnitOfWork,
  parts: Pick<OwnParts, 'personal' | 'photos'>,
  { intake, caseId }: Stored,
): Promise<void> {
  const { report, reportId, answers } = intake
  await insertReport(work, { intake, caseId })
  const person = personOf(report, answers)
  await parts.personal.keep(work, { id: reportId, case: caseId, person })
  const photos = report.photos ?? []
  if (photos.length > 0) {
    await parts.photos?.attach(work, { ids: photos, case: caseId, report: reportId })
  }
  await work.query
    .insertInto('subscriber')
    .values({
      organisation: work.organisation,
      id: intake.subscriber,
      case: caseId,
      report: reportId,
      language: report.language,
      wants_updates: report.wantsUpdates && person.email !== null ? 1 : 0,
      token_hash: tokenHash(intake.token),
      created_at: intake.now,
      channel: 'mail',
      ended_at: null,
    })
    .execute()
}

async function insertReport(work: UnitOfWork, { intake, caseId }: Stored): Promise<void> {
  const { report, reportId, now, answers, category } = intake
  const { asset = null, place, idempotencyKey = null, sourceDetail = null } = report
  await work.query
    .insertInto('report')
    .values({
      organisation: work.organisation,
      id: reportId,
      case: caseId,
      source: report.source,
      category: report.category,
      asset,
      lat: place?.lat ?? null,
      lon: place?.lon ?? null,
      occurrence: null,
      language: report.language,
      received_at: now,
      count: 1,
      idempotency_key: idempotencyKey,
      source_detail: sourceDetail,
      matter: category.matter,
      answers: JSON.stringify(answers.stored),
      address: registered(report) ? report.address : null,
    })
    .execute()
}

/** The personal part of a report. What was left empty is null. */
export function personOf(
  report: Pick<NewReport, 'contact' | 'text' | 'address' | 'place' | 'source'>,
  { words }: CheckedAnswers,
): Person {
  const { contact, text, address } = report
  const own = address === undefined || registered(report) ? [] : [address]
  return {
    name: filled(contact?.name),
    email: filled(contact?.email),
    phone: filled(contact?.phone),
    text: [text, ...own, ...words].filter((line) => line !== '').join('\n'),
  }
}

function filled(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}

/** Where the case is: what the person pointed at, else where the asset stands. */
export function placeOf({ report, catalogue }: Intake): Place | null {
  const asset = report.asset === undefined ? undefined : catalogue.assets.get(report.asset)
  return report.place ?? asset?.place ?? null
}
