import { hash } from 'node:crypto'
import { positionText } from '../domain/position.ts'
import type { AlarmKey, DetectorTransition } from '../domain/transition.ts'

/**
 * Ids of alarms, occurrences and transitions. None is random: the same log gives the same ids, so
 * what a replay brings again is recognised. 128 bits of SHA-256 as 32 hexadecimal digits.
 */

/** The id of the alarm with this key, for ever. */
export function alarmId(key: AlarmKey): string {
  return digest('alarm', key.organisation, key.rule, key.asset, key.discriminator)
}

/** The id of what the detector said: made of the alarm's key and the place of the cause. */
export function transitionId(said: DetectorTransition): string {
  const { organisation, rule, asset, discriminator } = said.key
  const place = [positionText(said.position), String(said.ordinal)]
  return digest('transition', organisation, rule, asset, discriminator, ...place)
}

/** The id of what comes from no log (people, timers, other alarms): its number in the journal serves. */
export function commandId(alarm: string, sequence: number): string {
  return digest('command', alarm, String(sequence))
}

/** The id of the occurrence that this transition opened. */
export function occurrenceId(openedBy: string): string {
  return digest('occurrence', openedBy)
}

/** The id of an alarm's timer of this kind; `alarm` is empty for one of no single alarm. */
export function timerId(kind: string, alarm: string, ref: string): string {
  return digest('timer', kind, alarm, ref)
}

/** The id of planned work: made of who planned what when. */
export function windowId(...made: readonly string[]): string {
  return digest('window', ...made)
}

function digest(...parts: readonly string[]): string {
  // JSON keeps the parts apart, whatever characters they hold.
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32)
}
