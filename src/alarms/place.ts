import { positionText } from '../domain/position.ts'
import type { DetectorTransition } from '../domain/transition.ts'

type Place = Pick<DetectorTransition, 'position' | 'ordinal'>

/** Where the detector said it, as `alarm.last_position` keeps it: position text, `#`, ordinal. */
export function placeText({ position, ordinal }: Place): string {
  return `${positionText(position)}#${ordinal}`
}

/**
 * Does `place` lie before `last`, a text made by `placeText` or empty? Places of two logs cannot be
 * compared; the log that speaks now is then the later one.
 */
export function isOlder({ position, ordinal }: Place, last: string): boolean {
  // By hand: every transition asks twice, and a pattern takes as long as the rest of it.
  const behind = last.lastIndexOf('#')
  const index = last.lastIndexOf('/', behind)
  const sequence = last.lastIndexOf('/', index - 1)
  const epoch = last.lastIndexOf('/', sequence - 1)
  if (epoch < 0 || last.slice(0, epoch) !== position.epoch) return false
  const difference =
    position.sequence - Number(last.slice(sequence + 1, index)) ||
    position.index - Number(last.slice(index + 1, behind)) ||
    ordinal - Number(last.slice(behind + 1))
  return difference <= 0
}
