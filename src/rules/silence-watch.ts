import { type DurationUs, timeUs } from '../domain/time.ts'
import type { DetectorEvent, Evidence } from '../domain/transition.ts'
import type { RuleTarget } from './detector.ts'
import { holding, type Phase, type Signal } from './holding.ts'
import type { Journal } from './journal.ts'

/**
 * What is remembered of a rule on the silence of one asset, judged in processing time. Times are µs
 * in plain numbers, -Infinity for "never".
 */
export interface SilenceWatch {
  readonly target: RuleTarget
  readonly timeout: DurationUs
  readonly grace: DurationUs
  phase: Phase
  /** CLEARING: when the delay began. */
  onset: number
  /** ACTIVE and CLEARING: when the alarm began. */
  raisedAt: number
  /** When one of the devices was last heard. */
  heard: number
  /** When the service began to listen to these devices. */
  listening: number
}

/** A watch that has heard nothing yet; `now` is when its version was activated, µs. */
export function freshSilence(target: RuleTarget, now: number): SilenceWatch {
  const { condition } = target.rule
  if (condition.kind !== 'noData') throw new Error(`${target.ruleId} is no rule on silence`)
  return {
    target,
    timeout: condition.timeout,
    grace: condition.grace,
    phase: 'NORMAL',
    onset: -Infinity,
    raisedAt: -Infinity,
    heard: -Infinity,
    listening: now,
  }
}

/** One rule on the silence of all its assets. */
export class SilenceBlock {
  readonly kind = 'processing'
  readonly targets: readonly RuleTarget[]
  /** Index of the first target among all targets of the detector. */
  readonly first: number
  readonly watches: readonly SilenceWatch[]

  constructor(targets: readonly RuleTarget[], first: number, now: number) {
    this.targets = targets
    this.first = first
    this.watches = targets.map((target) => freshSilence(target, now))
  }

  get size(): number {
    return this.targets.length
  }

  watch(target: number): SilenceWatch {
    const watch = this.watches[target]
    if (watch === undefined) throw new Error(`no watch ${target}`)
    return watch
  }
}

/** One of the devices was heard at `now` (µs). Whatever was silent is so no longer. */
export function hear(watch: SilenceWatch, now: number, journal: Journal): void {
  const wasSilent = now > watch.heard + watch.timeout
  watch.heard = Math.max(watch.heard, now)
  if (watch.phase === 'NORMAL') return
  change(watch, 'false', now)
  // Silence between two messages is no quiet: the delay of the clear starts anew.
  if (wasSilent) watch.onset = now
  clear(watch, now, journal)
}

/** A timer record of time `now` (µs) came. `blindTo`: the end of the last time we could not hear. */
export function wakeSilence(
  watch: SilenceWatch,
  { now, blindTo }: { readonly now: number; readonly blindTo: number },
  journal: Journal,
): void {
  if (now < silenceDue(watch, blindTo)) return
  if (watch.phase === 'CLEARING') clear(watch, now, journal)
  // A timer that comes late may find the device silent again after the clear.
  const due = silenceDue(watch, blindTo)
  if (now < due) return
  change(watch, 'true', due)
  change(watch, 'elapsed', due)
  watch.raisedAt = due
  say(watch, 'raised', due, journal)
}

/** When a timer would be useful, in µs; Infinity when only a message can change anything. */
export function silenceDue(watch: SilenceWatch, blindTo: number): number {
  switch (watch.phase) {
    case 'NORMAL':
    case 'PENDING':
      return silentFrom(watch, blindTo) + watch.target.rule.onDelay
    case 'ACTIVE':
      return Infinity
    case 'CLEARING':
      return quietUntilEnd(watch) ? clearEnd(watch) : Infinity
  }
}

/** Carries on under a new version of the configuration; see `carryTarget`. */
export function carrySilence(
  watch: SilenceWatch,
  before: SilenceWatch,
  { blindTo, journal }: { readonly blindTo: number; readonly journal: Journal },
): void {
  watch.phase = before.phase
  watch.onset = before.onset
  watch.raisedAt = before.raisedAt
  watch.heard = before.heard
  if (sameDevices(watch, before)) watch.listening = before.listening
  if (watch.target.ruleVersion === before.target.ruleVersion) return
  if (watch.phase === 'NORMAL' || watch.target.devices.length === 0) return
  if (journal.now < watch.heard + watch.timeout) retireSilence(watch, journal)
  else if (journal.now >= silentFrom(watch, blindTo)) change(watch, 'true', journal.now)
}

/** See `retire`. */
export function retireSilence(watch: SilenceWatch, journal: Journal): void {
  const { event } = holding[watch.phase].retired
  change(watch, 'retired', journal.now)
  if (event !== undefined) say(watch, event, Math.max(journal.now, watch.raisedAt), journal)
}

/** From when on the condition is TRUE if nothing more is heard. An asset without a device is UNKNOWN. */
function silentFrom(
  { target, timeout, grace, heard, listening }: SilenceWatch,
  blindTo: number,
) {
  if (target.devices.length === 0) return Infinity
  return Math.max(Math.max(heard, listening) + timeout, blindTo + grace)
}

function clearEnd({ onset, target }: SilenceWatch): number {
  return onset + target.rule.offDelay
}

/** Was the last message recent enough to vouch for the whole delay of the clear? */
function quietUntilEnd(watch: SilenceWatch): boolean {
  return clearEnd(watch) < watch.heard + watch.timeout
}

function clear(watch: SilenceWatch, now: number, journal: Journal): void {
  const end = clearEnd(watch)
  if (now < end) return
  change(watch, 'elapsed', now)
  say(watch, 'cleared', Math.max(end, watch.raisedAt), journal)
}

function change(watch: SilenceWatch, signal: Signal, at: number): void {
  const { to } = holding[watch.phase][signal]
  if (to === watch.phase) return
  watch.phase = to
  if (to === 'CLEARING') watch.onset = at
}

function sameDevices(a: SilenceWatch, b: SilenceWatch): boolean {
  const known = new Set(b.target.devices)
  return (
    a.target.devices.length === known.size && a.target.devices.every((d) => known.has(d))
  )
}

function say(
  watch: SilenceWatch,
  event: DetectorEvent,
  at: number,
  journal: Journal,
): void {
  const evidence = [silenceEvidence(watch, event)]
  journal.add(watch.target, { event, at, historical: false }, 1, evidence)
}

/** The silence an alarm rests on. */
export function silenceEvidence(
  { target, timeout, heard, listening }: SilenceWatch,
  event: DetectorEvent,
): Evidence {
  const { onDelay, offDelay } = target.rule
  const since = heard === -Infinity ? listening : heard
  return {
    role: '',
    point: null,
    value: null,
    quality: 'bad',
    at: timeUs(since === -Infinity ? 0 : since),
    limit: timeout / 1_000_000,
    condition: 'noData',
    delay: event === 'cleared' ? offDelay : onDelay,
  }
}
