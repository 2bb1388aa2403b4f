/** A reading log that commits in groups, and whose commits fail or hang when a test says so. */
export interface GroupLog {
  readonly append: () => Promise<void>
  /** The commit with this number, counted from 1, fails. */
  failAt(commit: number): void
  hang(): void
  resume(): void
}

export function createGroupLog(): GroupLog {
  const failing = new Set<number>()
  let waiting: PromiseWithResolvers<void>[] = []
  let commits = 0
  let hanging: PromiseWithResolvers<void> | undefined

  async function commit(): Promise<void> {
    const batch = waiting
    waiting = []
    commits += 1
    const failed = failing.has(commits)
    await hanging?.promise
    for (const { resolve, reject } of batch) {
      if (failed) reject(new Error('the disk said no'))
      else resolve()
    }
  }

  return {
    failAt: (number) => void failing.add(number),
    hang: () => void (hanging = Promise.withResolvers()),
    resume: () => {
      hanging?.resolve()
      hanging = undefined
    },
    append: async () => {
      const place = Promise.withResolvers<void>()
      // The first message of a commit takes the others along that come within 5 ms.
      if (waiting.length === 0) setTimeout(() => void commit(), 5)
      waiting.push(place)
      await place.promise
    },
  }
}
