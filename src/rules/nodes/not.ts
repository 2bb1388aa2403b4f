import type { Condition } from '../condition.ts'
import type { Node } from '../compile.ts'
import type { Crowd } from '../crowd.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'

/** Kleene's negation: what is not known is not known the other way round either. */
export class Not implements Node {
  readonly condition: Condition
  readonly crowd: Crowd
  readonly #child: Node

  constructor(condition: Condition, child: Node) {
    this.condition = condition
    this.crowd = child.crowd
    this.#child = child
  }

  judge(row: number, at: number): Truth {
    const truth = this.#child.judge(row, at)
    if (truth === UNKNOWN) return UNKNOWN
    return truth === TRUE ? FALSE : TRUE
  }

  due(row: number, at: number): number {
    return this.#child.due(row, at)
  }

  below(row: number) {
    return [{ node: this.#child, row }]
  }
}
