import { HOUR, SECOND } from '../../domain/time.ts'
import { isWithin, type KpiFacts, type Window } from './facts.ts'
import { badActorsView, floodsView, prioritiesView, ratesView } from './load.ts'
import { latencyView, precisionView, reportsView } from './outcomes.ts'
import {
  becameStale,
  chatteringKeys,
  fleetingOf,
  staleAt,
  timeActive,
  timesToNormal,
} from './quality.ts'
import { percentile, timesOf } from './rates.ts'
import { responseFigures, responsesOf } from './response.ts'
import { goalOf, type KpiSetting } from './setting.ts'
import { stretchesOf } from './stretches.ts'
import { suppressedView, suppressionView } from './suppressed.ts'
import { inSeconds, iso, mostOfOne, part } from './units.ts'
import type { KpisView } from './views.ts'

const DAY_US = 24 * HOUR

/**
 * The figures of one scope over one window. Counts, slots and floods of two windows that meet at
 * an edge of a slot add up to those of the whole; shares, percentiles and keys do not.
 */
export function kpisOf(facts: KpiFacts, setting: KpiSetting): KpisView {
  const { window, now } = setting
  const operators = setting.desks.reduce((sum, one) => sum + one.operators, 0)
  const told = facts.annunciations.filter(({ at }) => isWithin(window, at))
  const stretches = stretchesOf(facts)
  const responses = responsesOf(
    {
      ...facts,
      annunciations: facts.annunciations.filter(({ rule }) => setting.asks(rule)),
    },
    window,
  )
  const again = told.filter((one) => one.again)
  const active = timeActive(stretches, window)
  return {
    operators,
    annunciations: told.length,
    ...ratesView(timesOf(facts.annunciations), { window, operators }),
    floods: floodsView(facts, setting),
    ...qualityView(facts, stretches, window),
    priorities: prioritiesView(told),
    badActors: badActorsView(told),
    acknowledgement: acknowledgementView(responses, setting),
    returnToNormal: spread(timesToNormal(stretches, window)),
    active: { total: active.sum / SECOND, longest: active.longest / SECOND },
    reAlarms: { count: again.length, mostOfOneAlarm: mostOfOne(again) },
    suppression: suppressionView(facts, window),
    suppressedNow: suppressedView(facts, now),
    precision: precisionView(facts, window),
    ...reportsView(facts, window),
    latency: latencyView(told),
  }
}

function qualityView(
  { moves }: KpiFacts,
  stretches: ReturnType<typeof stretchesOf>,
  window: Window,
): Pick<KpisView, 'chattering' | 'fleeting' | 'stale'> {
  const chattering = chatteringKeys(moves, window)
  const stale = staleAt(stretches, window)
  return {
    chattering: {
      keys: chattering.length,
      worst: chattering.slice(0, 20).map(({ move, times }) => {
        const { alarm, rule, asset } = move
        return { alarm, rule, asset, times }
      }),
    },
    fleeting: fleetingOf(stretches, window).length,
    stale: {
      atEnd: stale.length,
      became: becameStale(stretches, window),
      oldest: stale.slice(0, 20).map(({ alarm, rule, asset, priority, from }) => {
        return { alarm, rule, asset, priority, since: iso(from) }
      }),
    },
  }
}

function acknowledgementView(
  responses: ReturnType<typeof responsesOf>,
  setting: KpiSetting,
): KpisView['acknowledgement'] {
  const known = Math.min(setting.now, setting.window.to + DAY_US)
  const figures = responseFigures(responses, (one) => goalOf(setting, one), known)
  const { acknowledged, open, times, inTime, judged, longest } = figures
  return {
    asked: responses.length,
    acknowledged,
    open,
    p50: inSeconds(percentile(times, 0.5)),
    p95: inSeconds(percentile(times, 0.95)),
    withinTarget: part(inTime, judged),
    longest: Math.max(0, longest) / SECOND,
  }
}

function spread(times: readonly number[]): KpisView['returnToNormal'] {
  return {
    count: times.length,
    p50: inSeconds(percentile(times, 0.5)),
    p95: inSeconds(percentile(times, 0.95)),
    longest: inSeconds(percentile(times, 1)),
  }
}
