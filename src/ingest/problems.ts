import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Refusal } from '../adapters/adapter.ts'
import type { Database } from '../database/database.ts'
import type { CancelTimer, Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { SECOND, type TimeUs } from '../domain/time.ts'

/** Counts what was refused or not understood, and keeps it where the integrator can see it. */
export interface Problems extends AsyncDisposable {
  note(problem: Refusal): void
  /** Writes what was noted so far. */
  flush(): Promise<void>
}

interface Folded {
  organisation: OrganisationId
  source: string
  reason: string
  detail: string
  sample: string
  count: number
  first: TimeUs
  last: TimeUs
}

/** Different (source, reason) pairs held between two writes; beyond it they count under one name. */
const mostFolded = 2_000
const overflowSource = 'others'

export interface ProblemsParts {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  /** Called for each, for the metrics. */
  readonly counted: (reason: string) => void
}

/** Folds by (organisation, source, reason) and writes once a second, so that a flood stays small. */
export function startProblems(parts: ProblemsParts): Problems {
  const { database, clock, logger } = parts
  let folded = new Map<string, Folded>()
  let timer: CancelTimer | undefined
  let writing: Promise<void> = Promise.resolve()

  function note(problem: Refusal): void {
    parts.counted(problem.reason)
    const { organisation } = problem
    if (organisation === undefined) {
      // Nobody proved who they are, so no organisation's list is the right one.
      logger.warn(
        { source: problem.source, reason: problem.reason, detail: problem.detail },
        'refused',
      )
      return
    }
    const now = clock.now()
    const keyOf = (one: string): string => `${organisation}\n${one}\n${problem.reason}`
    const room = folded.size < mostFolded || folded.has(keyOf(problem.source))
    const source = room ? problem.source : overflowSource
    const key = keyOf(source)
    const known = folded.get(key)
    folded.set(key, {
      organisation,
      source,
      reason: problem.reason,
      detail: problem.detail.slice(0, 500),
      sample: printable(problem.sample),
      count: (known?.count ?? 0) + 1,
      first: known?.first ?? now,
      last: now,
    })
    timer ??= clock.after(SECOND, () => {
      timer = undefined
      void flush()
    })
  }

  function flush(): Promise<void> {
    const batch = folded
    folded = new Map()
    writing = writing
      .then(() => write(database, [...batch.values()]))
      .catch((error: unknown) => {
        logger.error({ err: error, lost: batch.size }, 'refusals could not be written down')
      })
    return writing
  }

  return {
    note,
    flush,
    async [Symbol.asyncDispose]() {
      timer?.()
      await flush()
    },
  }
}

async function write(database: Database, batch: readonly Folded[]): Promise<void> {
  const byOrganisation = Map.groupBy(batch, ({ organisation }) => organisation)
  for (const [organisation, rows] of byOrganisation) {
    await database.write(organisation, 'normal', async ({ query }) => {
      for (const row of rows) {
        await query
          .insertInto('ingest_problem')
          .values({
            organisation,
            source: row.source,
            reason: row.reason,
            count: row.count,
            first_at: row.first,
            last_at: row.last,
            sample: row.sample,
            detail: row.detail,
          })
          .onConflict((conflict) =>
            conflict.columns(['organisation', 'source', 'reason']).doUpdateSet({
              count: sql`ingest_problem.count + ${row.count}`,
              last_at: row.last,
              sample: row.sample,
              detail: row.detail,
            }),
          )
          .execute()
      }
    })
  }
}

/** At most 500 printable characters of a payload. */
function printable(payload: Uint8Array | undefined): string {
  if (payload === undefined) return ''
  const text = Buffer.from(payload.subarray(0, 2_000)).toString('utf8')
  return text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '·').slice(0, 500)
}
