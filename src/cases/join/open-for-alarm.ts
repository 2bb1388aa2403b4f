import type { UnitOfWork } from '../../database/database.ts'
import type { TimeUs } from '../../domain/time.ts'
import { freeCaseId, reportId, storeAlarmReport } from '../alarm-report.ts'
import type { CaseCatalogue, FaultKind } from '../catalogue.ts'
import { ALARM_ACTOR } from '../events.ts'
import type { OwnParts } from '../parts.ts'
import { inStormAt } from './find.ts'
import { openCase } from './open.ts'

/** Opens a case through an alarm's occurrence, and gives its id; the caller looked for an open one. */
export async function openForAlarm(
  work: UnitOfWork,
  parts: Pick<OwnParts, 'append' | 'assign' | 'storms'>,
  opening: {
    readonly catalogue: CaseCatalogue
    readonly occurrence: string
    readonly asset: string
    readonly fault: FaultKind
    /** When it happened outdoors. */
    readonly since: TimeUs
    readonly now: TimeUs
    /** The case that it comes back after. */
    readonly recurrenceOf: string | undefined
  },
): Promise<string> {
  const { catalogue, occurrence, asset, fault, since, now, recurrenceOf } = opening
  const { category } = fault
  const said = { occurrence, asset, category, now }
  const before = await saidBefore(work, { occurrence, asset, fault })
  if (before !== undefined) {
    await storeAlarmReport(work, { ...said, caseId: before })
    return before
  }
  const id = await freeCaseId(work, occurrence)
  await openCase(work, parts, {
    catalogue,
    id,
    finding: {
      fault,
      asset,
      place: catalogue.assets.get(asset)?.place ?? null,
      source: 'alarm',
      report: reportId(occurrence, id),
      actor: ALARM_ACTOR,
      since,
      now,
      recurrenceOf,
    },
    store: () => storeAlarmReport(work, { ...said, caseId: id }),
  })
  return id
}

/** An alarm that comes and goes in a storm stays where the storm's case has it. */
async function saidBefore(
  { query }: UnitOfWork,
  about: {
    readonly occurrence: string
    readonly asset: string
    readonly fault: FaultKind
  },
): Promise<string | undefined> {
  const own = await inStormAt(query, about.asset, about.fault.joinClass)
  if (own === undefined) return undefined
  const report = await query
    .selectFrom('report')
    .select('id')
    .where('id', '=', reportId(about.occurrence, own.id))
    .executeTakeFirst()
  return report && own.id
}
