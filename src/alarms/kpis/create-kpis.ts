import type { Database } from '../../database/database.ts'
import type { Clock } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { HOUR, type TimeUs } from '../../domain/time.ts'
import type { KpiFacts, OfAlarm } from './facts.ts'
import { readKpiFacts } from './read-kpis.ts'
import { type KpiGroup, kpiReport } from './report.ts'
import type { KpiSetting } from './setting.ts'
import type { KpiReportView } from './views.ts'

const LONGEST_DAYS = 366

/** What the figures depend on beside the journal, as the configuration has it now. */
export interface KpiWorld extends Pick<KpiSetting, 'desks' | 'deskOf' | 'asks'> {
  /** Does any rule watch the asset? */
  readonly isMonitored: (asset: string) => boolean
}

export interface KpiParts {
  readonly database: Database
  readonly clock: Clock
  readonly world: (organisation: OrganisationId) => Promise<KpiWorld>
}

/** Which figures. What is named narrows them: a desk, a rule's id, an asset's id. */
export interface KpisAsked {
  readonly from: TimeUs
  /** Not included; what lies in the future is left out. */
  readonly to: TimeUs
  readonly by: KpiGroup | null
  readonly desk?: string | undefined
  readonly rule?: string | undefined
  readonly asset?: string | undefined
}

/** How well the alarms of an organisation serve those who must act on them. */
export interface Kpis {
  /** Throws Problem invalid for a window of nothing or of more than 366 days, too_large for too much in it. */
  report(organisation: OrganisationId, asked: KpisAsked): Promise<KpiReportView>
}

export function createKpis({ database, clock, world }: KpiParts): Kpis {
  return {
    report: async (organisation, asked) => {
      const now = clock.now()
      const window = { from: asked.from, to: Math.min(asked.to, now) }
      checkWindow(window.from, window.to)
      const { isMonitored, ...setting } = await world(organisation)
      const facts = await readKpiFacts(database.read(organisation), window, isMonitored)
      const own = setting.desks.filter(({ desk }) => desk === asked.desk)
      return kpiReport(
        narrowed(facts, asked, setting),
        { ...setting, ...(own.length > 0 && { desks: own }), window, now },
        asked.by,
      )
    },
  }
}

function checkWindow(from: number, to: number): void {
  const length = to - from
  const tooLong = length > LONGEST_DAYS * 24 * HOUR
  if (length > 0 && !tooLong) return
  throw new Problem({
    kind: 'invalid',
    what: `The window must be longer than nothing, begin in the past and be at most ${LONGEST_DAYS} days`,
    where: 'query',
    why: tooLong
      ? `It is ${Math.ceil(length / (24 * HOUR))} days`
      : 'Nothing of it lies in the past',
    next: 'Ask for another time',
  })
}

function narrowed(
  facts: KpiFacts,
  { desk, rule, asset }: KpisAsked,
  { deskOf }: Pick<KpiSetting, 'deskOf'>,
): KpiFacts {
  if (desk === undefined && rule === undefined && asset === undefined) return facts
  const fits = (row: OfAlarm): boolean =>
    (rule === undefined || row.rule === rule) &&
    (asset === undefined || row.asset === asset) &&
    (desk === undefined || deskOf(row) === desk)
  // A report is of an asset; no desk and no rule can be asked for it.
  const isOfAsset = desk === undefined && rule === undefined
  return {
    annunciations: facts.annunciations.filter(fits),
    moves: facts.moves.filter(fits),
    acknowledgements: facts.acknowledgements.filter(fits),
    occurrences: facts.occurrences.filter(fits),
    suppressions: facts.suppressions.filter(fits),
    reports: isOfAsset ? facts.reports.filter((one) => one.asset === asset) : [],
  }
}
