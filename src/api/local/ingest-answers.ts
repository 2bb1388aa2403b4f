import { z } from 'zod'

/** What the commands about the reading log answer, shared with the commands that call them. */

const time = z.iso.datetime()

export const logStatusAnswer = z.object({
  epoch: z.string(),
  /** What an acknowledged message does not survive; null for nothing. */
  weakness: z.string().nullable(),
  /** The newest commit, 0 for an empty log. */
  head: z.int(),
  /** When the oldest message was heard that the log has. */
  oldest: time.nullable(),
  room: z
    .object({
      bytes: z.number().nullable(),
      fullAt: z.number(),
      diskFree: z.number().nullable(),
      slowest: z.string().nullable(),
    })
    .nullable(),
  readers: z.array(
    z.object({
      name: z.string(),
      /** Commits that it has yet to handle. */
      behind: z.int(),
      /** Why it does not go on; null while it does. */
      failure: z.string().nullable(),
    }),
  ),
  /** How writing to the reading store goes; null in a process that does not. */
  history: z
    .object({
      state: z.enum(['closed', 'open', 'half_open']),
      since: time,
      failures: z.int(),
      lastError: z.string().nullable(),
    })
    .nullable(),
})
export type LogStatusAnswer = z.infer<typeof logStatusAnswer>

const position = z.object({
  epoch: z.string(),
  partition: z.int(),
  sequence: z.int(),
  index: z.int(),
})

/** Where the next part of a replay begins and the last one ends; handed back as it is. */
export const replayPlace = z.object({ after: position.nullable(), end: position })

export const replayAnswer = z.object({
  next: replayPlace.nullable(),
  reachesBackTo: time.nullable(),
  unwritten: z.int(),
  records: z.int(),
  envelopes: z.int(),
  decoded: z.int(),
  stillBad: z.int(),
  readings: z.int(),
  quarantined: z.int(),
})
export type ReplayAnswer = z.infer<typeof replayAnswer>
