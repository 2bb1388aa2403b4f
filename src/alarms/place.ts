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
  const match = /^(.*)\/\d+\/(\d+)\/(\d+)#(\d+)$/.exec(last)
  if (match === null) return false
  const [, epoch, sequence, index, lastOrdinal] = match
  if (epoch !== position.epoch) return false
  const difference =
    position.sequence - Number(sequence) ||
    position.index - Number(index) ||
    ordinal - Number(lastOrdinal)
  return difference <= 0
}
