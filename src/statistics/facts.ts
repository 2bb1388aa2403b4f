import type { TimeUs } from '../domain/time.ts'
import type { ClosingReason, Matter, ReportSource } from '../cases/views.ts'

/** From when (included) to when (not included). */
export interface Window {
  readonly from: TimeUs
  readonly to: TimeUs
}

/** One report as the channels count it. */
export interface ReportFact {
  readonly at: number
  readonly source: ReportSource
  readonly category: string
  readonly unit: string | null
  readonly contractor: string | null
  readonly area: string | null
  /** Whoever took it answered it and closed its case at once. */
  readonly firstContact: boolean
}

/** One case with what its history says, as far as it is counted. All times in µs. */
export interface CaseFact {
  readonly category: string
  readonly matter: Matter
  readonly unit: string | null
  readonly contractor: string | null
  readonly area: string | null
  readonly openedAt: number
  readonly closedAt: number | null
  readonly reason: ClosingReason | null
  /** Lies in another case: no work of its own. */
  readonly isMerged: boolean
  /** When staff first told people something. */
  readonly firstResponseAt: number | null
  /** Times at which it was opened again after closing, or a reporter asked for it. */
  readonly reopenedAt: readonly number[]
  readonly firstAlarmAt: number | null
  readonly firstPersonAt: number | null
  readonly personReports: number
  /** Answers to the survey. */
  readonly satisfied: number
  readonly unsatisfied: number
  readonly deadlinesMet: number
  readonly deadlinesMissed: number
}
