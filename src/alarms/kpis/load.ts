import { HOUR, SECOND } from '../../domain/time.ts'
import type { KpiFacts, OfAlarm, Window } from './facts.ts'
import { floodFigures } from './floods.ts'
import {
  distributionOf,
  peak,
  type Slot,
  slidingMax,
  SLOT_US,
  slotCount,
  slotsOf,
  timesOf,
} from './rates.ts'
import { keyOf, iso, part } from './units.ts'
import type { KpiSetting } from './setting.ts'
import type { KpisView } from './views.ts'

/** Annunciations for each operator in ten minutes that people can deal with (EEMUA 191). */
const TARGET_PER_SLOT = 1

/** How much people were told, and when; `times` may lie before the window, for what slides into it. */
export function ratesView(
  times: readonly number[],
  { window, operators }: { readonly window: Window; readonly operators: number },
): Pick<KpisView, 'rate' | 'slots'> {
  const slots = slotsOf(times, window)
  const total = slots.reduce((sum, { count }) => sum + count, 0)
  const length = Math.max(1, window.to - window.from)
  const all = slotCount(window)
  const above = slots.filter(({ count }) => count > TARGET_PER_SLOT * operators).length
  const byCount = slots.toSorted((one, other) => other.count - one.count)
  return {
    rate: {
      per10MinutesAndOperator: total / (length / SLOT_US) / operators,
      perHour: total / (length / HOUR),
      perDayAndOperator: total / (length / (24 * HOUR)) / operators,
      maxPerSlot: byCount[0]?.count ?? 0,
      maxIn10Minutes: slidingMax(times, window),
      peakHour: slotView(peak(times, window, 'hour')),
      peakMinute: slotView(peak(times, window, 'minute')),
    },
    slots: {
      count: all,
      aboveTarget: above,
      timeAboveTarget: all === 0 ? 0 : above / all,
      distribution: distributionOf(slots, window).map(({ count, slots }) => ({
        annunciations: count,
        slots,
      })),
      busiest: byCount.slice(0, 10).flatMap((slot) => slotView(slot) ?? []),
    },
  }
}

function slotView(slot: Slot | undefined) {
  if (slot === undefined) return null
  return { from: iso(slot.from), annunciations: slot.count }
}

/** Each desk has its own floods; the share is of the desks' time together. */
export function floodsView(
  { annunciations }: KpiFacts,
  { window, desks, deskOf }: KpiSetting,
): KpisView['floods'] {
  const byDesk = Map.groupBy(annunciations, (one) => deskOf(one))
  const times = desks.map(({ desk }) => timesOf(byDesk.get(desk) ?? []))
  const { count, time, longest, largest } = floodFigures(times, window)
  const whole = Math.max(1, window.to - window.from) * desks.length
  return { count, share: time / whole, longest: longest / SECOND, largest }
}

/** EEMUA 191 wants some 5, 15 and 80 per cent of priority 1, 2 and 3. */
export function prioritiesView(told: readonly OfAlarm[]): KpisView['priorities'] {
  return [1, 2, 3, 4].map((priority) => {
    const annunciations = told.filter((one) => one.priority === priority).length
    return { priority, annunciations, share: part(annunciations, told.length) ?? 0 }
  })
}

/** The keys that people hear most of. */
export function badActorsView(told: readonly OfAlarm[]): KpisView['badActors'] {
  const keys = [...Map.groupBy(told, ({ alarm }) => alarm).values()]
    .flatMap(([first, ...more]) =>
      first === undefined ? [] : [{ ...keyOf(first), annunciations: more.length + 1 }],
    )
    .toSorted(
      (one, other) =>
        other.annunciations - one.annunciations || one.alarm.localeCompare(other.alarm),
    )
    .slice(0, 10)
    .map(({ alarm, rule, asset, annunciations }) => {
      return { alarm, rule, asset, annunciations, share: annunciations / told.length }
    })
  return {
    share:
      part(
        keys.reduce((sum, { annunciations }) => sum + annunciations, 0),
        told.length,
      ) ?? 0,
    keys,
  }
}
