import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import { localYear } from './local-time.ts'

/**
 * The next number of the organisation in the year it is there: `LYS-2026-000123`. Counted in the
 * case's own transaction, so a case that is not opened takes no number. Years beyond 999,999
 * cases get longer numbers.
 */
export async function nextNumber(work: UnitOfWork, at: TimeUs): Promise<string> {
  const { timezone } = await work.query
    .selectFrom('organisation')
    .select('timezone')
    .executeTakeFirstOrThrow()
  const year = localYear(at, timezone)
  const { value } = await work.query
    .insertInto('counter')
    .values({ organisation: work.organisation, name: `case-${year}`, value: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'name'])
        .doUpdateSet((set) => ({ value: set('counter.value', '+', 1) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return `${prefixOf(work.organisation)}-${year}-${String(value).padStart(6, '0')}`
}

/** The organisation's first three letters or digits, in capitals. */
export function prefixOf(organisation: string): string {
  return organisation.replaceAll('-', '').slice(0, 3).toUpperCase()
}
