import { timeUs } from '../domain/time.ts'
import type { DetectorEvent } from '../domain/transition.ts'
import { holding, type Signal } from './holding.ts'
import type { Journal } from './journal.ts'
import type { SilenceWatch } from './watch.ts'

/** One of the devices was heard at `now` (µs). Whatever was silent is so no longer. */
export function hear(watch: SilenceWatch, now: number, journal: Journal): void {
  const wasSilent = now > watch.heard + watch.judge.timeout
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

/** Carries on under a new version of the configuration; see `carryValue`. */
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
  if (journal.now < watch.heard + watch.judge.timeout) retireSilence(watch, journal)
  else if (journal.now >= silentFrom(watch, blindTo)) change(watch, 'true', journal.now)
}

/** See `retireValue`. */
export function retireSilence(watch: SilenceWatch, journal: Journal): void {
  const { event } = holding[watch.phase].retired
  change(watch, 'retired', journal.now)
  if (event !== undefined) say(watch, event, Math.max(journal.now, watch.raisedAt), journal)
}

/** From when on the condition is TRUE if nothing more is heard. An asset without a device is UNKNOWN. */
function silentFrom({ target, judge, heard, listening }: SilenceWatch, blindTo: number) {
  if (target.devices.length === 0) return Infinity
  return Math.max(Math.max(heard, listening) + judge.timeout, blindTo + judge.grace)
}

function clearEnd({ onset, target }: SilenceWatch): number {
  return onset + target.rule.offDelay
}

/** Was the last message recent enough to vouch for the whole delay of the clear? */
function quietUntilEnd(watch: SilenceWatch): boolean {
  return clearEnd(watch) < watch.heard + watch.judge.timeout
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
  { target, judge, heard, listening }: SilenceWatch,
  event: DetectorEvent,
  at: number,
  journal: Journal,
): void {
  const { onDelay, offDelay } = target.rule
  const evidence = {
    role: '',
    point: null,
    value: null,
    quality: 'bad',
    at: timeUs(heard === -Infinity ? listening : heard),
    limit: judge.timeout / 1_000_000,
    delay: event === 'cleared' ? offDelay : onDelay,
  } as const
  journal.add({ target, event, at, historical: false, evidence })
}
