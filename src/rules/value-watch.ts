import { flag, type Reading } from '../domain/reading.ts'
import { timeUs } from '../domain/time.ts'
import type { DetectorEvent, Evidence } from '../domain/transition.ts'
import { isFresh, isHistorical, uncounted } from './freshness.ts'
import { holding, isLatched, isOpen, isWaiting, type Signal } from './holding.ts'
import type { Journal } from './journal.ts'
import { isSameReading, remember, valueOf, type ValueWatch } from './watch.ts'

/** Takes in one reading of the watch's point. */
export function takeReading(watch: ValueWatch, reading: Reading, journal: Journal): void {
  if (!isNews(watch, reading)) return
  const at = reading.effective
  const skipped = isWaiting(watch.phase) ? uncounted(watch, at) : 0
  remember(watch, reading)
  if (watch.blank) {
    loseEvidence(watch, isHistorical(reading), journal)
    return
  }
  watch.known = at
  watch.parked = false
  if (skipped > 0) skip(watch, skipped)
  const holds = watch.judge.holds(watch.value, isLatched(watch.phase))
  if (isSettled(watch, holds)) return
  const historical = isHistorical(reading)
  if (watch.lost) {
    watch.lost = false
    say(watch, 'evidence_back', { at, historical: historical || !watch.announced }, journal)
  }
  change(watch, holds ? 'true' : 'false', at)
  elapse(watch, { now: at, historical }, journal)
  if (watch.phase === 'ACTIVE' && !watch.announced && !historical) {
    watch.announced = true
    say(watch, 'announced', { at, historical: false }, journal)
  }
}

/** A timer record of time `now` (µs) came: a delay that has run out ends, on fresh evidence only. */
export function wakeValue(watch: ValueWatch, now: number, journal: Journal): void {
  if (now < valueDue(watch)) return
  if (isFresh(watch, now)) elapse(watch, { now, historical: false }, journal)
  else watch.parked = true
}

/** When a timer would be useful, in µs; Infinity when only a reading can change anything. */
export function valueDue(watch: ValueWatch): number {
  return watch.blank || watch.parked ? Infinity : delayEnd(watch)
}

/**
 * Carries on under a new version of the configuration. The same rule goes on as it was; a changed
 * one is held against the last known value. Nothing raises and nothing clears here.
 */
export function carryValue(watch: ValueWatch, before: ValueWatch, journal: Journal): void {
  watch.phase = before.phase
  watch.onset = before.onset
  watch.raisedAt = before.raisedAt
  watch.announced = before.announced
  watch.lost = before.lost
  watch.known = before.known
  if (watch.point !== before.point) {
    changePoint(watch, journal)
    return
  }
  watch.blank = before.blank
  watch.at = before.at
  watch.value = before.value
  watch.form = before.form
  watch.quality = before.quality
  watch.text = before.text
  if (watch.target.ruleVersion === before.target.ruleVersion) {
    watch.parked = before.parked
  } else if (!watch.blank && watch.phase !== 'NORMAL') {
    if (watch.judge.holds(watch.value, isLatched(watch.phase)))
      change(watch, 'true', watch.at)
    else retireValue(watch, journal)
  }
}

/** The rule or the asset is gone, or the rule no longer holds: closes what stands, without a clear. */
export function retireValue(watch: ValueWatch, journal: Journal): void {
  const { event } = holding[watch.phase].retired
  change(watch, 'retired', journal.now)
  watch.lost = false
  if (event === undefined) return
  const at = Math.max(journal.now, watch.raisedAt)
  say(watch, event, { at, historical: !watch.announced }, journal)
}

/**
 * The newest reading of a point decides; what is older is history only. Of two values of one time
 * the later heard wins, unless it is a replay, which says nothing that we did not hear before.
 */
function isNews(watch: ValueWatch, reading: Reading): boolean {
  if (reading.effective !== watch.at) return reading.effective > watch.at
  return (reading.flags & flag.replay) === 0 && !isSameReading(watch, reading)
}

/** Does the reading only confirm what everybody knows? This is the way of nearly all readings. */
function isSettled({ phase, lost, announced }: ValueWatch, holds: boolean): boolean {
  return holds ? phase === 'ACTIVE' && announced && !lost : phase === 'NORMAL'
}

function loseEvidence(watch: ValueWatch, historical: boolean, journal: Journal): void {
  if (watch.phase === 'PENDING' && resets(watch)) change(watch, 'cut', watch.at)
  if (watch.lost || !isOpen(watch.phase)) return
  watch.lost = true
  const when = { at: watch.at, historical: historical || !watch.announced }
  say(watch, 'evidence_lost', when, journal)
}

/** A hole of so many µs in the evidence: a pending alarm starts anew if the rule says so, else the delay is put off. */
function skip(watch: ValueWatch, hole: number): void {
  if (watch.phase === 'PENDING' && resets(watch)) change(watch, 'cut', watch.at)
  else watch.onset += hole
}

function resets({ target }: ValueWatch): boolean {
  return target.rule.gapPolicy === 'reset'
}

/** Another point says nothing about what the old one began; an alarm that stands waits for it. */
function changePoint(watch: ValueWatch, journal: Journal): void {
  change(watch, 'cut', journal.now)
  if (watch.point !== undefined || watch.lost || !isOpen(watch.phase)) return
  watch.lost = true
  const when = { at: journal.now, historical: !watch.announced }
  say(watch, 'evidence_lost', when, journal)
}

function change(watch: ValueWatch, signal: Signal, at: number): void {
  const { to } = holding[watch.phase][signal]
  if (to === watch.phase) return
  watch.phase = to
  if (isWaiting(to)) watch.onset = at
}

function delayEnd({ phase, onset, target: { rule } }: ValueWatch): number {
  switch (phase) {
    case 'PENDING':
      return onset + rule.onDelay
    case 'CLEARING':
      return onset + rule.offDelay
    case 'NORMAL':
    case 'ACTIVE':
      return Infinity
  }
}

/** Ends the delay if it has run out by `now`, as of the time it ran out. */
function elapse(
  watch: ValueWatch,
  { now, historical }: { readonly now: number; readonly historical: boolean },
  journal: Journal,
): void {
  const end = delayEnd(watch)
  if (now < end) return
  const { event } = holding[watch.phase].elapsed
  change(watch, 'elapsed', now)
  if (event === 'raised') {
    watch.raisedAt = end
    watch.announced = !historical
    say(watch, event, { at: end, historical }, journal)
  } else if (event !== undefined) {
    // A value older than the timer that raised may arrive after it; no alarm ends before it began.
    const at = Math.max(end, watch.raisedAt)
    say(watch, event, { at, historical: historical || !watch.announced }, journal)
  }
}

interface When {
  readonly at: number
  readonly historical: boolean
}

function say(
  watch: ValueWatch,
  event: DetectorEvent,
  { at, historical }: When,
  journal: Journal,
): void {
  const { target } = watch
  journal.add({ target, event, at, historical, evidence: evidenceOf(watch, event, at) })
}

function evidenceOf(watch: ValueWatch, event: DetectorEvent, at: number): Evidence {
  const { judge, target } = watch
  const limit = event === 'cleared' ? judge.leaves : judge.enters
  return {
    role: judge.role,
    point: watch.point ?? null,
    value: valueOf(watch),
    quality: watch.quality,
    at: timeUs(watch.at === -Infinity ? at : watch.at),
    limit,
    ...delayOf(event, target.rule),
  }
}

function delayOf(
  event: DetectorEvent,
  { onDelay, offDelay }: ValueWatch['target']['rule'],
): { readonly delay?: number } {
  switch (event) {
    case 'raised':
    case 'announced':
      return { delay: onDelay }
    case 'cleared':
      return { delay: offDelay }
    case 'evidence_lost':
    case 'evidence_back':
    case 'withdrawn':
      return {}
  }
}
