import { isWithin, type KpiFacts, type Window } from './facts.ts'
import { percentile } from './rates.ts'
import { inSeconds, part } from './units.ts'
import type { KpisView } from './views.ts'

/** Of the occurrences that began in the window: how many were worth it, by what their cases came to. */
export function precisionView(
  { occurrences }: KpiFacts,
  window: Window,
): KpisView['precision'] {
  const judged = occurrences.filter(
    ({ raisedAt, outcome }) => outcome !== null && isWithin(window, raisedAt),
  )
  const real = judged.filter(({ outcome }) => outcome === 'real').length
  return {
    real,
    nuisance: judged.length - real,
    precision: part(real, judged.length),
  }
}

/** What citizens saw first. A report on an asset that nothing watches is nobody's miss. */
export function reportsView(
  { reports }: KpiFacts,
  window: Window,
): Pick<KpisView, 'missed' | 'detectLead'> {
  const within = reports.filter(({ at }) => isWithin(window, at))
  const monitored = within.filter((one) => one.monitored)
  const leads = within.flatMap(({ at, raisedAt }) =>
    raisedAt === null ? [] : [at - raisedAt],
  )
  const missed = monitored.filter(({ at, raisedAt }) => raisedAt === null || raisedAt > at)
  return {
    missed: {
      reports: within.length,
      monitored: monitored.length,
      missed: missed.length,
      share: part(missed.length, monitored.length),
    },
    detectLead: {
      count: leads.length,
      p50: inSeconds(percentile(leads, 0.5)),
      p95: inSeconds(percentile(leads, 0.95)),
    },
  }
}

/** From hearing of what caused them to telling people, of annunciations that a record caused. */
export function latencyView(told: KpiFacts['annunciations']): KpisView['latency'] {
  const times = told.flatMap(({ at, heardAt }) =>
    heardAt === undefined ? [] : [Math.max(0, at - heardAt)],
  )
  return {
    count: times.length,
    p50: inSeconds(percentile(times, 0.5)),
    p99: inSeconds(percentile(times, 0.99)),
  }
}
