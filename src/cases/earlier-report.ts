import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import { toIso } from '../domain/time.ts'
import type { NewReport, ReportReceipt } from './cases.ts'
import { foundBySensor } from './change.ts'
import { readEvents } from './events.ts'

/**
 * The receipt of the report that came with this key before, without its token. Throws Problem
 * conflict when that report said something else.
 */
export async function earlierReport(
  work: UnitOfWork,
  report: NewReport,
): Promise<ReportReceipt | undefined> {
  if (report.idempotencyKey === undefined) return undefined
  const earlier = await work.query
    .selectFrom('report')
    .innerJoin('report_person', 'report_person.report', 'report.id')
    .innerJoin('case', 'case.id', 'report.case')
    .select(['report.id', 'report.case', 'report.source', 'report.category'])
    .select(['report.asset', 'report.lat', 'report.lon', 'report.language'])
    .select(['report_person.name', 'report_person.email', 'report_person.phone'])
    .select(['report_person.text', 'report_person.erased_at'])
    .select(['case.number', 'case.opened_at'])
    .where('report.idempotency_key', '=', report.idempotencyKey)
    .executeTakeFirst()
  if (earlier === undefined) return undefined
  if (!saysTheSame(earlier, report)) {
    throw new Problem({
      kind: 'conflict',
      what: 'Another report was sent with this key.',
      where: 'idempotencyKey',
      why: 'A key stands for one report and what it said.',
      next: 'Send the new report with a key of its own.',
    })
  }
  const events = await readEvents(work.query, earlier.case, {
    publicOnly: false,
    limit: 500,
  })
  const opened = events.find(({ kind }) => kind === 'opened')
  const bySensor = await foundBySensor(work.query, earlier.case)
  return {
    case: earlier.case,
    number: earlier.number,
    token: '',
    known:
      opened?.data.report === earlier.id
        ? null
        : { since: toIso(earlier.opened_at), bySensor },
  }
}

interface EarlierReport extends PersonColumns {
  readonly source: string
  readonly category: string
  readonly asset: string | null
  readonly lat: number | null
  readonly lon: number | null
  readonly language: string
  readonly erased_at: number | null
}

/** Once its personal data is erased only the rest can be compared. */
function saysTheSame(earlier: EarlierReport, report: NewReport): boolean {
  const same =
    earlier.source === report.source &&
    earlier.category === report.category &&
    earlier.language === report.language &&
    earlier.asset === (report.asset ?? null) &&
    samePlace(earlier, report)
  return same && (earlier.erased_at !== null || samePerson(earlier, report))
}

function samePlace(earlier: EarlierReport, { place }: NewReport): boolean {
  return earlier.lat === (place?.lat ?? null) && earlier.lon === (place?.lon ?? null)
}

function samePerson(earlier: EarlierReport, report: NewReport): boolean {
  const { name, email, phone, text } = personColumns(report)
  return (
    earlier.name === name &&
    earlier.email === email &&
    earlier.phone === phone &&
    earlier.text === text
  )
}

interface PersonColumns {
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly text: string
}

/** The personal part of a report, as its table keeps it; what was left empty is null. */
export function personColumns({ contact, text }: NewReport): PersonColumns {
  return {
    name: filled(contact?.name),
    email: filled(contact?.email),
    phone: filled(contact?.phone),
    text,
  }
}

function filled(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}
