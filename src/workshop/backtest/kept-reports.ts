import { createHash } from 'node:crypto'
import { canonicalJson, type JsonObject } from '../../configuration/json.ts'
import type { Database } from '../../database/database.ts'
import type { Clock } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { BacktestReport } from '../../rules/backtest/report.ts'
import type { SweepReport } from '../../rules/backtest/sweep.ts'
import type { JobRequest } from './job-of.ts'

export interface KeepParts {
  readonly database: Database
  readonly clock: Pick<Clock, 'now'>
}

/** The newest of an organisation. */
const mostKept = 200
/** Characters; a longer report is kept without its occurrences. */
const longest = 1_000_000

/** Keeps what came of a run, so that a publish can name it; the oldest beyond 200 go. */
export async function keepReport(
  { database, clock }: KeepParts,
  of: {
    readonly organisation: OrganisationId
    readonly request: JobRequest
    readonly author: string
    readonly report: BacktestReport | SweepReport
  },
): Promise<string> {
  const { organisation, request, author, report } = of
  const at = clock.now()
  const hash = documentHash(request.draft ?? {})
  const id = digest(canonicalJson({ hash, rule: request.rule, at, author })).slice(0, 32)
  const row = {
    organisation,
    id,
    rule: request.rule,
    hash,
    from_at: request.from,
    to_at: request.to,
    report: textOf(report),
    author,
    at,
  }
  await database.write(organisation, 'normal', async ({ query }) => {
    await query
      .insertInto('backtest')
      .values(row)
      .onConflict((conflict) => conflict.columns(['organisation', 'id']).doNothing())
      .execute()
    const [last] = await query
      .selectFrom('backtest')
      .select('at')
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .offset(mostKept)
      .limit(1)
      .execute()
    if (last === undefined) return
    await query.deleteFrom('backtest').where('at', '<=', last.at).execute()
  })
  return id
}

/** SHA-256 of a rule's text, whatever the order of its keys. */
export function documentHash(document: JsonObject): string {
  return digest(canonicalJson(document))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function textOf(report: BacktestReport | SweepReport): string {
  const text = JSON.stringify(report)
  if (text.length <= longest || report.kind === 'sweep') return text.slice(0, longest)
  return JSON.stringify({ ...report, occurrences: [], truncated: true })
}
