import { durationUs, later, MINUTE, type TimeUs } from '../domain/time.ts'

/** More than so many annunciations in ten minutes are a flood (EEMUA 191), … */
export const FLOOD_STARTS_ABOVE = 10
/** … and it is over when there are fewer than so many. */
export const FLOOD_ENDS_BELOW = 5
/** The window both are counted in. */
export const FLOOD_WINDOW = durationUs(10 * MINUTE)

/** What a desk has been told lately, as far as floods go. */
export interface FloodState {
  /** Since when the flood lasts; undefined when there is none. */
  readonly since: TimeUs | undefined
  /** When alarms reached the desk, or would have but for the flood; ascending, at most `MOST_KEPT`. */
  readonly told: readonly TimeUs[]
}

export const noFlood: FloodState = { since: undefined, told: [] }

/** Beyond this many the exact number no longer matters: it is a flood. */
const MOST_KEPT = 64

/** One more alarm at `at`. What is held back by the flood counts too: a held flood is still one. */
export function moreOf(state: FloodState, at: TimeUs): FloodState {
  const before = floodAt(state, at)
  const told = [...before.told, at].toSorted((a, b) => a - b).slice(-MOST_KEPT)
  const since = before.since ?? (told.length > FLOOD_STARTS_ABOVE ? at : undefined)
  return { since, told }
}

/** As it is at `now` with nothing new. */
export function floodAt(state: FloodState, now: TimeUs): FloodState {
  const told = recent(state.told, now)
  const over = told.length < FLOOD_ENDS_BELOW
  return { since: over ? undefined : state.since, told }
}

/** When the flood ends if nothing more comes; undefined when there is none. */
export function floodEnds({ since, told }: FloodState): TimeUs | undefined {
  if (since === undefined) return undefined
  const last = told.at(-FLOOD_ENDS_BELOW)
  // `recent` forgets what is exactly one window old.
  return last === undefined ? since : later(last, FLOOD_WINDOW)
}

/** Are alarms of this priority held while a flood lasts? 1 and 2 never are. */
export function waitsForFlood(priority: number): boolean {
  return priority >= 3
}

function recent(told: readonly TimeUs[], now: TimeUs): readonly TimeUs[] {
  return told.filter((at) => at > now - FLOOD_WINDOW)
}
