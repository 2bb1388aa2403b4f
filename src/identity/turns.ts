import { Problem } from '../domain/problem.ts'

/** Runs a task when its turn comes; throws Problem too_many when the queue is full. */
export type Turns = <T>(task: () => Promise<T>) => Promise<T>

/** Lets `concurrent` tasks run at a time and `waiting` others wait, in order. */
export function createTurns(limits: {
  readonly concurrent: number
  readonly waiting: number
}): Turns {
  let running = 0
  const queue: (() => void)[] = []

  return async (task) => {
    if (running < limits.concurrent) running += 1
    else {
      if (queue.length >= limits.waiting) throw crowded(running + queue.length)
      // The place of whoever finishes is handed over, so `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve))
    }
    try {
      return await task()
    } finally {
      const next = queue.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

function crowded(before: number): Problem {
  return new Problem({
    kind: 'too_many',
    what: 'Too many people log in at this moment',
    why: `${before} passwords are being checked already`,
    next: 'Try again in a few seconds',
    facts: { retryAfterSeconds: 5 },
  })
}
