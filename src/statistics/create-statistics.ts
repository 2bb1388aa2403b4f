import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Language } from '../domain/language.ts'
import { Problem } from '../domain/problem.ts'
import { HOUR, toIso, type TimeUs } from '../domain/time.ts'
import { monthsOf } from './months.ts'
import type { NamesOf } from './names.ts'
import { readCases, readReports, type AreaOf } from './read-facts.ts'
import { Statistics } from './statistics.ts'
import type { StatisticsGroup, StatisticsReport } from './views.ts'

/** The longest window: ten years with their leap days. */
const LONGEST = 3_653 * 24 * HOUR

export interface StatisticsParts {
  readonly database: Database
  /** Zone, areas and names as they are configured now. */
  readonly setting: (organisation: OrganisationId) => Promise<StatisticsSetting>
}

export interface StatisticsSetting {
  readonly zone: string
  readonly areaOf: AreaOf
  readonly namesOf: NamesOf
}

export interface StatisticsAsked {
  readonly from: TimeUs
  /** Not included. */
  readonly to: TimeUs
  readonly by: StatisticsGroup | null
  /** In which groups are named. */
  readonly language: Language
}

/** Figures on cases and channels, counted from the rows themselves whenever they are asked for. */
export interface CaseStatistics {
  /** Throws Problem invalid for a window that is empty or longer than ten years. */
  report(organisation: OrganisationId, asked: StatisticsAsked): Promise<StatisticsReport>
}

export function createStatistics({ database, setting }: StatisticsParts): CaseStatistics {
  return {
    async report(organisation, asked) {
      checkWindow(asked)
      const { zone, areaOf, namesOf } = await setting(organisation)
      const query = database.read(organisation)
      const months = asked.by === 'month' ? monthsOf(asked, zone) : []
      const statistics = new Statistics({ ...asked, months })
      const area: AreaOf = asked.by === 'area' ? areaOf : () => null
      for await (const reports of readReports(query, asked, area)) {
        for (const report of reports) statistics.report(report)
      }
      for await (const cases of readCases(query, asked, area)) {
        for (const one of cases) statistics.case(one)
      }
      const { groups, ...all } = statistics.done()
      const keys = groups.map(({ key }) => key)
      const { by, language } = asked
      const names = by === null ? undefined : await namesOf(by, { keys, language })
      return {
        from: toIso(asked.from),
        to: toIso(asked.to),
        ...all,
        groups: groups.map(({ key, figures }) => {
          return { key, name: names?.get(key) ?? null, figures }
        }),
      }
    },
  }
}

function checkWindow({ from, to }: StatisticsAsked): void {
  if (from < to && to - from <= LONGEST) return
  throw new Problem({
    kind: 'invalid',
    what: from < to ? 'The window is longer than ten years.' : 'The window is empty.',
    where: 'from',
    next: 'Give a `from` before `to`, at most ten years apart.',
  })
}
