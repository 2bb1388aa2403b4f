import type { UnitOfWork } from '../database/database.ts'
import type { CaseActor } from './cases.ts'
import type { OwnParts } from './parts.ts'

/**
 * Throws Problem forbidden when a person of the organisation may act on none of these cases: another
 * unit has them. Whoever comes through another door (reporters, partners, contractors, alarms,
 * timers) was looked at there.
 */
export async function checkActing(
  work: UnitOfWork,
  { checkActs }: Pick<OwnParts, 'checkActs'>,
  { who }: CaseActor,
  ...cases: readonly string[]
): Promise<void> {
  if (who !== undefined) await checkActs?.(work, who, cases)
}
