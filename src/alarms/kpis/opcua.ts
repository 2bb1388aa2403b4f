import { MS, SECOND } from '../../domain/time.ts'
import { isWithin, type KpiFacts } from './facts.ts'
import { timeActive } from './quality.ts'
import { currentRate, slidingMax, SLOT_US, timesOf } from './rates.ts'
import { responsesOf } from './response.ts'
import type { KpiSetting } from './setting.ts'
import { stretchesOf } from './stretches.ts'
import { iso, mostOfOne } from './units.ts'
import type { OpcuaMetricsView } from './views.ts'

/**
 * The same window under the names of OPC UA's AlarmMetricsType (part 9, 8.2), for whoever compares
 * systems. An alarm there is an annunciation here; durations are ms; rates are alarms in `Rate`
 * seconds, the current one in the last such time, the highest in any.
 */
export function opcuaMetrics(facts: KpiFacts, setting: KpiSetting): OpcuaMetricsView {
  const { window } = setting
  const times = timesOf(facts.annunciations)
  const told = facts.annunciations.filter(({ at }) => isWithin(window, at))
  const asked = responsesOf(
    {
      ...facts,
      annunciations: facts.annunciations.filter(({ rule }) => setting.asks(rule)),
    },
    window,
  )
  const slots = Math.max(1, window.to - window.from) / SLOT_US
  return {
    AlarmCount: told.length,
    StartTime: iso(window.from),
    MaximumActiveState: timeActive(stretchesOf(facts), window).longest / MS,
    MaximumUnAck: longestOpen(asked, Math.min(setting.now, window.to)) / MS,
    CurrentAlarmRate: currentRate(times, window),
    MaximumAlarmRate: slidingMax(times, window),
    MaximumReAlarmCount: mostOfOne(told.filter(({ again }) => again)),
    AverageAlarmRate: told.length / slots,
    Rate: SLOT_US / SECOND,
  }
}

function longestOpen(
  responses: readonly { readonly from: number; readonly to: number | null }[],
  end: number,
): number {
  return responses.reduce(
    (most, { from, to }) => Math.max(most, Math.min(to ?? end, end) - from),
    0,
  )
}
