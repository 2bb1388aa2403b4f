import { getPosition } from 'suncalc'
import type { Place } from '../../domain/asset.ts'
import { HOUR } from '../../domain/time.ts'
import { DAY_US, Stretches, type DayOfStretches } from '../../calendar/stretches.ts'

const DEGREES = 180 / Math.PI

/** Steps of one day between which the sun turns at most once. */
const STEP_US = HOUR

/** Degrees that are as good as none: the sun takes a tenth of a millisecond for them. */
const CLOSE = 4e-7

/** Looks that find a crossing within an hour, and steps of a parabola that find a turn. */
const MOST_LOOKS = 30
const TURN_STEPS = 3

/** Two months of days, and a search that ends within a week in polar night and midnight sun. */
const KEPT = { kept: 64, horizon: 8 }

/** Where the sun is: below both bounds, between them, above both. */
export type SunStand = 'below' | 'between' | 'above'

/**
 * Elevation of the centre of the sun above the horizon in degrees, without refraction, at `at`
 * (µs). By that measure sunset is -0.833 (34' refraction and 16' half the sun's width) and civil
 * twilight ends at -6. Never throws.
 */
export function sunElevation({ lat, lon }: Place, at: number): number {
  const { altitude } = getPosition(new Date(at / 1_000), lat, lon)
  // The library adds refraction; below the horizon always what there is at the horizon.
  let geometric = altitude - refraction(0)
  for (let i = 0; geometric > 0 && i < 6; i++) geometric = altitude - refraction(geometric)
  return geometric
}

/** Sæmundsson's formula as Meeus has it (Astronomical Algorithms, 16.4), in degrees of degrees. */
function refraction(elevation: number): number {
  const above = Math.max(0, elevation) / DEGREES
  return (0.0002967 / Math.tan(above + 0.00312536 / (above + 0.08901179))) * DEGREES
}

/**
 * Where the sun stands as time goes by, between two elevations in degrees (`low` ≤ `high`); on a
 * bound it is not beyond it.
 */
export function sunStretches(place: Place, low: number, high: number): Stretches<SunStand> {
  return new Stretches((start) => dayOf(place, start, { low, high }), KEPT, 'between')
}

interface Bounds {
  readonly low: number
  readonly high: number
}

interface Stop {
  readonly at: number
  readonly elevation: number
}

/**
 * On a fixed grid, so that a crossing is the same to the µs whenever it is asked for. Within a
 * step the elevation goes one way, or turns once: then the turn is a step of its own.
 */
function dayOf(place: Place, start: number, bounds: Bounds): DayOfStretches<SunStand> {
  const end = start + DAY_US
  const stops: Stop[] = []
  let before = sunElevation(place, start - STEP_US)
  let here = sunElevation(place, start)
  for (let at = start; at <= end; at += STEP_US) {
    const after = sunElevation(place, at + STEP_US)
    stops.push({ at, elevation: here })
    if (here > before === here > after) {
      const turn = turnNear(place, at)
      if (turn > start && turn < end) {
        stops.push({ at: turn, elevation: sunElevation(place, turn) })
      }
    }
    before = here
    here = after
  }
  const ordered = stops.toSorted((one, other) => one.at - other.at)
  const from = [start]
  const states = [standing(sunElevation(place, start), bounds)]
  for (const [i, stop] of ordered.entries()) {
    for (const { at, stand } of crossings(place, [ordered[i - 1] ?? stop, stop], bounds)) {
      from.push(at)
      states.push(stand)
    }
  }
  return { from, states }
}

function standing(elevation: number, { low, high }: Bounds): SunStand {
  if (elevation < low) return 'below'
  return elevation > high || low === high ? 'above' : 'between'
}

/** The changes between two stops, of which there are two where the sun crosses both bounds. */
function crossings(
  place: Place,
  [one, other]: readonly [Stop, Stop],
  bounds: Bounds,
): readonly { readonly at: number; readonly stand: SunStand }[] {
  const was = standing(one.elevation, bounds)
  const is = standing(other.elevation, bounds)
  if (was === is) return []
  const at = (bound: number): number => crossing(place, [one, other], bound)
  const { low, high } = bounds
  // It leaves one side for the other, or for what is between, or what is between for a side.
  if (is === 'between') return [{ at: at(was === 'above' ? high : low), stand: is }]
  const last = { at: at(is === 'above' ? high : low), stand: is }
  if (was === 'between' || low === high) return [last]
  return [{ at: at(was === 'above' ? high : low), stand: 'between' }, last]
}

/**
 * When the elevation is `bound` between two stops on either side of it: regula falsi with the
 * Illinois step (Dowell and Jarratt, 1971), which keeps the two sides and needs some five looks.
 */
function crossing(
  place: Place,
  [one, other]: readonly [Stop, Stop],
  bound: number,
): number {
  let [left, right] = [one.at, other.at]
  let [before, after] = [one.elevation - bound, other.elevation - bound]
  let at = right
  // Which end moved last: one that stays put twice is given less weight.
  let moved = 0
  for (let i = 0; i < MOST_LOOKS && right - left > 1; i++) {
    at = Math.ceil(right - (after * (right - left)) / (after - before))
    const here = sunElevation(place, at) - bound
    if (Math.abs(here) < CLOSE) break
    if (here > 0 === after > 0) {
      right = at
      after = here
      if (moved === 1) before /= 2
      moved = 1
    } else {
      left = at
      before = here
      if (moved === -1) after /= 2
      moved = -1
    }
  }
  return at
}

/** Where the elevation turns near `at`: the peak of a parabola through three times, drawn closer. */
function turnNear(place: Place, at: number): number {
  let middle = at
  let step: number = STEP_US
  for (let i = 0; i < TURN_STEPS; i++) {
    const before = sunElevation(place, middle - step)
    const here = sunElevation(place, middle)
    const after = sunElevation(place, middle + step)
    const bend = before - 2 * here + after
    if (bend === 0) break
    const shift = (step * (before - after)) / (2 * bend)
    middle += Math.round(Math.min(Math.max(shift, -step), step))
    step = Math.floor(step / 8)
  }
  return middle
}
