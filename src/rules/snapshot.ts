import { z } from 'zod'
import type { Quality, Value } from '../domain/reading.ts'
import { timeUs } from '../domain/time.ts'
import type { DetectorSnapshot } from './detector.ts'
import type { Phase } from './holding.ts'
import {
  remember,
  type SilenceWatch,
  valueOf,
  type ValueWatch,
  type Watch,
} from './watch.ts'

/** Change it whenever the meaning of the saved state changes: a restart then rebuilds from the log. */
export const ENGINE = 'detector/1'

/** JSON has no Infinity: "never" is null. */
type Time = number | null

/**
 * Phase, marks, onset, raised at, newest reading at, newest known at, its value and quality. A
 * fleet has many watches and a snapshot is taken every few seconds, so the names are left out.
 */
type ValueRow = [Phase, number, Time, Time, Time, Time, Value, Quality]

/** Phase, onset, raised at, heard at, listening since. */
type SilenceRow = [Phase, Time, Time, Time, Time]

export interface SavedState {
  readonly organisation: string
  readonly blindTo: Time
  /** In the order of the targets, which the configuration version fixes. */
  readonly watches: readonly (ValueRow | SilenceRow)[]
}

const mark = { announced: 1, lost: 2, parked: 4, blank: 8 } as const

const time = z.int().nullable()
const phase = z.enum(['NORMAL', 'PENDING', 'ACTIVE', 'CLEARING'])
const value = z.union([z.number(), z.string(), z.boolean(), z.null()])
const quality = z.enum(['good', 'uncertain', 'bad'])
const savedState = z.strictObject({
  organisation: z.string(),
  blindTo: time,
  watches: z.array(
    z.union([
      z.tuple([phase, z.int().min(0).max(15), time, time, time, time, value, quality]),
      z.tuple([phase, time, time, time, time]),
    ]),
  ),
})

/** Reads back what `saveWatch` wrote. A snapshot that cannot be read is an error, never half used. */
export function parseState({ state, configurationVersion }: DetectorSnapshot): SavedState {
  const parsed = savedState.safeParse(state)
  if (parsed.success) return parsed.data
  throw damaged(configurationVersion, z.prettifyError(parsed.error))
}

export function saveWatch(watch: Watch): ValueRow | SilenceRow {
  return watch.clock === 'event' ? saveValue(watch) : saveSilence(watch)
}

/** Puts a saved state into fresh watches of the same targets. */
export function loadWatches(
  watches: readonly Watch[],
  { state, version }: { readonly state: SavedState; readonly version: number },
): void {
  if (watches.length !== state.watches.length) {
    const difference = `${state.watches.length} states for ${watches.length} targets`
    throw damaged(version, difference)
  }
  watches.forEach((watch, index) => {
    const row = state.watches[index]
    if (watch.clock === 'event' && row?.length === 8) loadValue(watch, row)
    else if (watch.clock === 'processing' && row?.length === 5) loadSilence(watch, row)
    else throw damaged(version, `state ${index} is of another kind of condition`)
  })
}

/** JSON has no Infinity: "never" is null. */
export function saveTime(at: number): Time {
  return at === -Infinity ? null : at
}

export function loadTime(at: Time): number {
  return at ?? -Infinity
}

function saveValue(watch: ValueWatch): ValueRow {
  const marks =
    (watch.announced ? mark.announced : 0) |
    (watch.lost ? mark.lost : 0) |
    (watch.parked ? mark.parked : 0) |
    (watch.blank ? mark.blank : 0)
  return [
    watch.phase,
    marks,
    saveTime(watch.onset),
    saveTime(watch.raisedAt),
    saveTime(watch.at),
    saveTime(watch.known),
    valueOf(watch),
    watch.quality,
  ]
}

function loadValue(watch: ValueWatch, row: ValueRow): void {
  const [phase, marks, onset, raisedAt, at, known, value, quality] = row
  if (at !== null) remember(watch, { value, quality, effective: timeUs(at) })
  watch.phase = phase
  watch.announced = (marks & mark.announced) !== 0
  watch.lost = (marks & mark.lost) !== 0
  watch.parked = (marks & mark.parked) !== 0
  watch.blank = (marks & mark.blank) !== 0
  watch.onset = loadTime(onset)
  watch.raisedAt = loadTime(raisedAt)
  watch.known = loadTime(known)
}

function saveSilence(watch: SilenceWatch): SilenceRow {
  return [
    watch.phase,
    saveTime(watch.onset),
    saveTime(watch.raisedAt),
    saveTime(watch.heard),
    saveTime(watch.listening),
  ]
}

function loadSilence(watch: SilenceWatch, row: SilenceRow): void {
  const [phase, onset, raisedAt, heard, listening] = row
  watch.phase = phase
  watch.onset = loadTime(onset)
  watch.raisedAt = loadTime(raisedAt)
  watch.heard = loadTime(heard)
  watch.listening = loadTime(listening)
}

function damaged(version: number, what: string): Error {
  return new Error(
    `the detector's snapshot of configuration ${version} is damaged: ${what}. ` +
      'Delete it, and the state is rebuilt from the reading log.',
  )
}
