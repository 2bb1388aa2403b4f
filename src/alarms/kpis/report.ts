import type { KpiFacts, OfAlarm } from './facts.ts'
import { kpisOf } from './kpis.ts'
import { opcuaMetrics } from './opcua.ts'
import type { KpiSetting } from './setting.ts'
import { iso } from './units.ts'
import type { KpiReportView } from './views.ts'

export const kpiGroups = ['desk', 'rule', 'asset'] as const
export type KpiGroup = (typeof kpiGroups)[number]

/** Groups in one answer, those with the most annunciations. */
const MOST_GROUPS = 500

/**
 * The figures of everything, and where asked for those of each desk, rule or asset. A desk is
 * measured by its own operators and is there also when it was quiet; a rule or an asset by those
 * of all desks. Reports of citizens belong to assets, and so to neither desk nor rule.
 */
export function kpiReport(
  facts: KpiFacts,
  setting: KpiSetting,
  by: KpiGroup | null,
): KpiReportView {
  return {
    from: iso(setting.window.from),
    to: iso(setting.window.to),
    total: kpisOf(facts, setting),
    opcua: opcuaMetrics(facts, setting),
    by,
    groups: by === null ? [] : groupsOf(facts, setting, by),
  }
}

function groupsOf(
  facts: KpiFacts,
  setting: KpiSetting,
  by: KpiGroup,
): KpiReportView['groups'] {
  const keyOf = keysBy(setting)[by]
  const split = {
    annunciations: Map.groupBy(facts.annunciations, keyOf),
    moves: Map.groupBy(facts.moves, keyOf),
    acknowledgements: Map.groupBy(facts.acknowledgements, keyOf),
    occurrences: Map.groupBy(facts.occurrences, keyOf),
    suppressions: Map.groupBy(facts.suppressions, keyOf),
    reports: Map.groupBy(facts.reports, ({ asset }) =>
      by === 'asset' && asset !== null ? asset : undefined,
    ),
  }
  const keys = new Set(Object.values(split).flatMap((some) => some.keys().toArray()))
  if (by === 'desk') for (const { desk } of setting.desks) keys.add(desk)
  return [...keys]
    .filter((key) => key !== undefined)
    .toSorted(
      (one, other) =>
        (split.annunciations.get(other)?.length ?? 0) -
          (split.annunciations.get(one)?.length ?? 0) || one.localeCompare(other),
    )
    .slice(0, MOST_GROUPS)
    .map((key) => {
      const own: KpiFacts = {
        annunciations: split.annunciations.get(key) ?? [],
        moves: split.moves.get(key) ?? [],
        acknowledgements: split.acknowledgements.get(key) ?? [],
        occurrences: split.occurrences.get(key) ?? [],
        suppressions: split.suppressions.get(key) ?? [],
        reports: split.reports.get(key) ?? [],
      }
      const its = by === 'desk' ? ofDesk(setting, key) : setting
      return { key, kpis: kpisOf(own, its), opcua: opcuaMetrics(own, its) }
    })
}

function keysBy(
  setting: KpiSetting,
): Readonly<Record<KpiGroup, (row: OfAlarm) => string | undefined>> {
  return {
    desk: (row) => setting.deskOf(row),
    rule: ({ rule }) => rule,
    asset: ({ asset }) => asset,
  }
}

function ofDesk(setting: KpiSetting, desk: string): KpiSetting {
  const own = setting.desks.filter((one) => one.desk === desk)
  return { ...setting, desks: own.length > 0 ? own : [{ desk, operators: 1 }] }
}
