import type { TimeUs } from '../../domain/time.ts'
import type { Detector, RuleTarget } from '../detector.ts'
import type { ExplainedNode } from '../explained.ts'

/** At so many times of the range the rule is asked what it knows. */
const samples = 100
/** Of so many assets, evenly spread over all. */
const assets = 25

/**
 * The share of time in which a rule had no verdict, from samples: what a detector knows is asked at
 * 100 times evenly spread over the range, of 25 assets at most.
 */
export class Coverage {
  readonly #from: number
  readonly #step: number
  #next = 0
  #asked = 0
  #unknown = 0
  readonly #because = new Map<string, number>()

  constructor(from: TimeUs, to: TimeUs) {
    this.#from = from
    this.#step = (to - from) / samples
  }

  /** When to be asked next, in µs. */
  get due(): number {
    return this.#next >= samples ? Infinity : this.#from + (this.#next + 0.5) * this.#step
  }

  /** Asks for every sample that is due at `now`. */
  ask(detector: Detector, targets: readonly RuleTarget[], now: number): void {
    let due = 0
    for (; this.due <= now; this.#next++) due++
    if (due === 0) return
    const stride = Math.max(1, Math.ceil(targets.length / assets))
    for (let n = 0; n < targets.length; n += stride) {
      const target = targets[n]
      if (target === undefined) continue
      const said = detector.explain(target.ruleId, target.asset)
      if (said === undefined) continue
      this.#asked += due
      if (said.condition.truth !== 'unknown') continue
      this.#unknown += due
      const why = becauseOf(said.condition)
      this.#because.set(why, (this.#because.get(why) ?? 0) + due)
    }
  }

  /** Null: nothing was asked. */
  share(): { readonly unknown: number | null; readonly because: Record<string, number> } {
    const parts = [...this.#because]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([why, count]) => [why, rounded(count / this.#asked)] as const)
    return {
      unknown: this.#asked === 0 ? null : rounded(this.#unknown / this.#asked),
      because: Object.fromEntries(parts),
    }
  }
}

/** The first reason that a node below gives. */
function becauseOf(node: ExplainedNode): string {
  if (node.because !== undefined) return node.because
  const unknown = node.of.find(({ truth }) => truth === 'unknown')
  return unknown === undefined ? 'not_said' : becauseOf(unknown)
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
