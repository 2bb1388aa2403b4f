import type { LeafPart, Node } from '../compile.ts'
import type { LeafBlock } from '../conditions/leaf.ts'
import type { Crowd } from '../crowd.ts'
import { type Truth, UNKNOWN } from '../truth.ts'

/** A leaf as a node. Where values age, one that is older than `maxGap` makes it UNKNOWN. */
export class LeafNode implements Node {
  readonly condition: LeafPart['condition']
  readonly crowd: Crowd
  readonly leaf: LeafPart
  readonly #block: LeafBlock
  readonly #ages: boolean

  constructor(leaf: LeafPart, ages: boolean) {
    this.condition = leaf.condition
    this.crowd = leaf.crowd
    this.leaf = leaf
    this.#block = leaf.block
    this.#ages = ages
  }

  judge(row: number, at: number): Truth {
    const truth = this.#block.judge(row, at)
    if (!this.#ages) return truth
    // What vouched for itself until a while ago says nothing about now.
    return at - this.#block.known(row) > this.crowd.maxGap(row) ? UNKNOWN : truth
  }

  due(row: number, at: number): number {
    return this.#block.due(row, at)
  }

  below() {
    return []
  }
}
