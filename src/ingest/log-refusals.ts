/** What every implementation of the reading log refuses, in the same words. */

import { comparePositions, type Position } from '../domain/position.ts'
import { Problem } from '../domain/problem.ts'

/** Consumers that may hold back retention at most. */
export const maxConsumers = 100

/** Why a position must not be read from or released; undefined when it lies inside this log. */
export function strangePosition(
  position: Position,
  log: { readonly epoch: string; readonly head: Position | undefined },
): Problem | undefined {
  const { epoch, head } = log
  const ours = position.epoch === epoch
  if (ours && head !== undefined && comparePositions(position, head) <= 0) return undefined
  return new Problem({
    kind: 'conflict',
    what: ours
      ? 'The cursor lies beyond the end of the reading log'
      : 'The cursor belongs to another reading log',
    where: `${position.epoch}, commit ${position.sequence}, record ${position.index}`,
    why: `This log is ${epoch}, its newest commit is ${head?.sequence ?? 0}`,
    next: 'Bring back the log that belongs to the rest of the data, or run gatuvakt log adopt',
  })
}

/** A consumer that comes back too late must not be led past what retention took away. */
export function gapAfter(sequence: number, oldest: number): Problem {
  return new Problem({
    kind: 'conflict',
    what: `The reading log no longer holds what follows commit ${sequence}`,
    where: `commit ${sequence + 1} to ${oldest - 1}`,
    why: 'Retention removed it: this reader had not told the log how far it had come',
    next: 'Start the reader anew from the oldest record kept',
  })
}

/** One consumer more than retention can follow. */
export function tooManyConsumers(consumer: string): Problem {
  return new Problem({
    kind: 'too_many',
    what: `The reading log knows ${maxConsumers} consumers already`,
    where: consumer,
    why: 'Every consumer holds back what it has not read',
    next: 'Use the name of a consumer that exists',
  })
}
