import fc from 'fast-check'
import { HOUR, MINUTE, SECOND } from '../../../src/domain/time.ts'
import type {
  AcknowledgementFact,
  AnnunciationFact,
  KpiFacts,
  MoveFact,
  OccurrenceFact,
} from '../../../src/alarms/kpis/facts.ts'
import { kpisOf } from '../../../src/alarms/kpis/kpis.ts'
import type { KpiSetting } from '../../../src/alarms/kpis/setting.ts'

/** Midnight, and so an edge of every grid. */
export const start = Date.UTC(2026, 10, 20) * 1_000
export const DAY = 24 * HOUR

/** A time of that day: `at('12:30')`, `at('12:30:15')`; `at(90)` is so many seconds after midnight. */
export function at(time: string | number): number {
  if (typeof time === 'number') return start + time * SECOND
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return start + hours * HOUR + minutes * MINUTE + seconds * SECOND
}

/** `lamp-dark/lamp-17`: a rule and an asset; priority 3 unless said otherwise. */
export function of(name: string, priority = 3) {
  const [rule = '', asset = ''] = name.split('/')
  return { alarm: name, rule, asset, priority }
}

export function told(
  name: string,
  time: string | number,
  more: Partial<AnnunciationFact> = {},
): AnnunciationFact {
  return { ...of(name), at: at(time), again: false, raise: 1, ...more }
}

/** `rose` and `fell` in one: the moves of an alarm that was active from one time to another. */
export function active(
  name: string,
  from: string | number,
  to?: string | number,
  more: Partial<MoveFact> = {},
): readonly MoveFact[] {
  const base = { ...of(name), raise: 1, reasons: [], ...more }
  const rose = { ...base, kind: 'raised' as const, at: at(from), sequence: at(from) }
  if (to === undefined) return [rose]
  return [
    rose,
    { ...base, reasons: [], kind: 'cleared' as const, at: at(to), sequence: at(to) },
  ]
}

export function acknowledged(name: string, time: string | number): AcknowledgementFact {
  return { ...of(name), at: at(time) }
}

export function occurred(
  name: string,
  from: number,
  more: Partial<OccurrenceFact> = {},
): OccurrenceFact {
  return { ...of(name), raisedAt: from, clearedAt: null, outcome: null, ...more }
}

export function facts(some: Partial<KpiFacts>): KpiFacts {
  return {
    annunciations: [],
    moves: [],
    acknowledgements: [],
    occurrences: [],
    suppressions: [],
    reports: [],
    ...some,
  }
}

/** One desk for everything, the whole day, seen from its end. */
export function setting(some: Partial<KpiSetting> = {}): KpiSetting {
  return {
    window: { from: start, to: start + DAY },
    now: start + DAY,
    desks: [{ desk: 'control', operators: 1 }],
    deskOf: () => 'control',
    asks: () => true,
    ...some,
  }
}

/** Crowded enough for floods, in any order. */
export const someTimes = fc.array(
  fc.integer({ min: 0, max: 2 * 60 * 60 }).map((second) => start + second * SECOND),
  { maxLength: 80 },
)

/** The figures of these rows. */
export function kpis(some: Partial<KpiFacts>, more: Parameters<typeof setting>[0] = {}) {
  return kpisOf(facts(some), setting(more))
}
