import type { StreamState } from 'nats'
import { earlier, type TimeUs } from '../../domain/time.ts'
import type { Retained, Retention } from '../reading-log.ts'
import type { Mark, Marks } from './marks.ts'
import { allSubjects, type StoredCommit } from './message.ts'
import { PullConsumer, type PullParts } from './pull-consumer.ts'

/** Commits looked at and deleted at once; appends get in between. */
const sliceCommits = 1_000
/** One call deletes at most this many slices; the next call goes on. */
const maxSlices = 1_000

/** What stands in the way of deleting a commit, and what asks for it. */
interface Rule {
  /** Only commits before this one. */
  readonly below: number
  readonly before: TimeUs | undefined
  readonly maxBytes: number | undefined
  readonly keepSince: TimeUs | undefined
}

/** Deletes whole commits, never one that a consumer still needs, so never the newest. */
export async function retain(
  parts: PullParts & { readonly marks: Marks },
  { maxAge, maxBytes, minAge }: Retention,
  now: TimeUs,
): Promise<Retained> {
  const { marks } = parts
  await marks.flush()
  const slowest = slowestOf(await marks.load())
  if (slowest === undefined) return { deletedCommits: 0, slowest: undefined }
  const deletedCommits = await deleteOldest(parts, {
    below: slowest.position.sequence,
    before: maxAge === undefined ? undefined : earlier(now, maxAge),
    maxBytes,
    keepSince: minAge === undefined ? undefined : earlier(now, minAge),
  })
  return { deletedCommits, slowest: slowest.consumer }
}

async function deleteOldest(parts: PullParts, rule: Rule): Promise<number> {
  const { connection, stream, epoch } = parts
  const { streams } = connection.jsm
  if (rule.before === undefined && rule.maxBytes === undefined) return 0
  const oldest = { from: 1, headersOnly: true, role: 'retain' } as const
  const consumer = await PullConsumer.open(parts, oldest)
  try {
    let deleted = 0
    for (let slice = 0; slice < maxSlices; slice++) {
      const { state } = await connection.during(() => streams.info(stream))
      const commits: StoredCommit[] = []
      await consumer.fetch({ commits: sliceCommits }, (commit) => commits.push(commit))
      const unwanted = countUnwanted(commits, state, rule)
      const last = commits[unwanted - 1]
      if (last === undefined) break
      // With the filter, so that another log made under the same name loses nothing.
      const upTo = { filter: allSubjects(stream, epoch), seq: last.sequence + 1 }
      const { purged } = await connection.during(() => streams.purge(stream, upTo))
      deleted += purged
      if (unwanted < commits.length) break
    }
    return deleted
  } finally {
    await consumer.close()
  }
}

/** How many of these commits, from the oldest on, are too old or too many. */
function countUnwanted(
  commits: readonly StoredCommit[],
  { bytes }: Pick<StreamState, 'bytes'>,
  { below, before, maxBytes, keepSince }: Rule,
): number {
  let left = bytes
  const firstKept = commits.findIndex(({ sequence, committed, storedBytes }) => {
    const tooOld = before !== undefined && committed < before
    const tooLarge = maxBytes !== undefined && left > maxBytes
    const young = keepSince !== undefined && committed >= keepSince
    left -= storedBytes
    return sequence >= below || young || !(tooOld || tooLarge)
  })
  return firstKept === -1 ? commits.length : firstKept
}

function slowestOf(marks: readonly Mark[]): Mark | undefined {
  return marks.reduce<Mark | undefined>(
    (slowest, mark) =>
      slowest === undefined || mark.position.sequence < slowest.position.sequence
        ? mark
        : slowest,
    undefined,
  )
}
