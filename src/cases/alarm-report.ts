import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { derivedId } from '../database/derived-id.ts'

/** An occurrence may outlive its case and then needs another one, with another id. */
export async function freeCaseId(work: UnitOfWork, occurrence: string): Promise<string> {
  for (let cases = 0; ; cases += 1) {
    const id = derivedId('case', occurrence, cases)
    const taken = await work.query
      .selectFrom('case')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst()
    if (taken === undefined) return id
  }
}

/** Id of the report that an occurrence is to a case. */
export function reportId(occurrence: string, caseId: string): string {
  return derivedId('report', occurrence, caseId)
}

/** One report per occurrence and case; a repeated raise counts up. True when it is the first. */
export async function storeAlarmReport(
  work: UnitOfWork,
  {
    caseId,
    occurrence,
    asset,
    category,
    now,
  }: {
    readonly caseId: string
    readonly occurrence: string
    readonly asset: string
    readonly category: string
    readonly now: TimeUs
  },
): Promise<boolean> {
  const { count } = await work.query
    .insertInto('report')
    .values({
      organisation: work.organisation,
      id: reportId(occurrence, caseId),
      case: caseId,
      source: 'alarm',
      category,
      asset,
      lat: null,
      lon: null,
      occurrence,
      language: '',
      received_at: now,
      count: 1,
      idempotency_key: null,
      source_detail: null,
      matter: 'fault',
      answers: '{}',
      address: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'id'])
        .doUpdateSet((set) => ({ count: set('report.count', '+', 1) })),
    )
    .returning('count')
    .executeTakeFirstOrThrow()
  return count === 1
}
