import type { Evidence } from '../domain/transition.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Phase } from './holding.ts'

/** One node of a condition, as it is judged now. */
export interface ExplainedNode {
  readonly kind: string
  readonly truth: 'true' | 'false' | 'unknown'
  /** Why it is UNKNOWN: `no_binding`, `no_reading`, `bad`, `stale`, `not_enough`, `no_parameter`, `near_crossing`, `few_known`. */
  readonly because?: string
  /** What a leaf rests on; empty for a node above others. */
  readonly evidence: readonly Evidence[]
  readonly of: readonly ExplainedNode[]
}

/** Why a rule says what it says of an asset at one time: the answer to "why?" and "why not?". */
export interface Explained {
  readonly rule: string
  readonly ruleVersion: number
  readonly asset: string
  /** Time of the newest record taken in. */
  readonly at: TimeUs
  readonly phase: Phase
  /** PENDING and CLEARING: since when the delay runs and when it ends if nothing changes. */
  readonly delay?: { readonly since: TimeUs; readonly until: TimeUs }
  readonly raisedAt?: TimeUs
  /** The condition, and `clearWhen` where the rule has one. */
  readonly condition: ExplainedNode
  readonly clearWhen?: ExplainedNode
}
