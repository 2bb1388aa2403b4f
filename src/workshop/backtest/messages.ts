import type { ProblemDetails } from '../../domain/problem.ts'
import type { BacktestJob, SourcePiece } from '../../rules/backtest/job.ts'
import type { BacktestPartial, BacktestReport } from '../../rules/backtest/report.ts'
import type { SweepReport } from '../../rules/backtest/sweep.ts'
import type { PastTown } from './past-town.ts'

/** What a run says on its way; the last line is its report. */
export type RunLine = BacktestPartial | BacktestReport | SweepReport

/** What a run took. Never twice the same, so it is no part of the report. */
export interface BacktestCost {
  readonly kind: 'cost'
  readonly readings: number
  /** From its turn to its report. */
  readonly seconds: number
  /** Null: it was over too soon to say. */
  readonly readingsPerSecond: number | null
}

/** What whoever asked is told: a run, and behind its report what it took. */
export type BacktestLine = RunLine | BacktestCost

/** What a worker is told. */
export type ToWorker =
  | {
      readonly kind: 'start'
      readonly what: 'backtest' | 'sweep'
      readonly job: BacktestJob
      readonly town: PastTown
      readonly list: number
    }
  | { readonly kind: 'piece'; readonly piece: SourcePiece }
  | { readonly kind: 'end' }

/** What it says. */
export type FromWorker =
  | { readonly kind: 'line'; readonly line: RunLine }
  /** It took a piece out of its queue and has room for another. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'failed'; readonly message: string; readonly problem?: ProblemDetails }
