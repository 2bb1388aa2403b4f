import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import { toIso } from '../domain/time.ts'
import type { Person } from '../privacy/personal-data.ts'
import type { NewReport, ReportReceipt } from './cases.ts'
import { readEvents } from './events.ts'
import { waits } from './intake/accept.ts'
import type { OwnParts } from './parts.ts'
import { personOf } from './store-report.ts'
import type { Intake } from './take-report.ts'
import { foundBySensor } from './tree.ts'

/**
 * The receipt of the report that came with this key before, without its token. Throws Problem
 * reused when that report said something else.
 */
export async function earlierReport(
  work: UnitOfWork,
  { personal }: Pick<OwnParts, 'personal'>,
  { report, answers }: Pick<Intake, 'report' | 'answers'>,
): Promise<ReportReceipt | undefined> {
  if (report.idempotencyKey === undefined) return undefined
  const earlier = await work.query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select(['report.id', 'report.case', 'report.source', 'report.category'])
    .select(['report.asset', 'report.lat', 'report.lon', 'report.language'])
    .select(['case.number', 'case.opened_at', 'case.root'])
    .where('report.idempotency_key', '=', report.idempotencyKey)
    .executeTakeFirst()
  if (earlier === undefined) return undefined
  const person = (await personal.read(work.query, [earlier.id])).get(earlier.id)
  const same = saysTheSame(earlier, report) && samePerson(person, personOf(report, answers))
  if (!same) {
    throw new Problem({
      kind: 'reused',
      what: 'Another report was sent with this key.',
      where: 'idempotencyKey',
      why: 'A key stands for one report and what it said.',
      next: 'Send the new report with a key of its own.',
    })
  }
  const { case: id, number } = earlier
  if (await waits(work.query, id))
    return { case: id, number, token: '', known: null, waits: true }
  const events = await readEvents(work.query, id, {
    publicOnly: false,
    limit: 500,
  })
  const opened = events.find(({ kind }) => kind === 'opened')
  const bySensor = await foundBySensor(work.query, earlier.root)
  return {
    case: id,
    number,
    token: '',
    known:
      opened?.data.report === earlier.id
        ? null
        : { since: toIso(earlier.opened_at), bySensor },
  }
}

interface EarlierReport {
  readonly source: string
  readonly category: string
  readonly asset: string | null
  readonly lat: number | null
  readonly lon: number | null
  readonly language: string
}

function saysTheSame(earlier: EarlierReport, report: NewReport): boolean {
  const { place } = report
  return (
    earlier.source === report.source &&
    earlier.category === report.category &&
    earlier.language === report.language &&
    earlier.asset === (report.asset ?? null) &&
    earlier.lat === (place?.lat ?? null) &&
    earlier.lon === (place?.lon ?? null)
  )
}

/** Once its personal data is erased only the rest can be compared. */
function samePerson(earlier: Person | undefined, now: Person): boolean {
  if (earlier === undefined) return true
  const { name, email, phone, text } = now
  return (
    earlier.name === name &&
    earlier.email === email &&
    earlier.phone === phone &&
    earlier.text === text
  )
}
