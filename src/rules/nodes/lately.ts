import type { Condition } from '../condition.ts'
import type { Node, Part } from '../compile.ts'
import { ROWS_EACH } from '../crowd.ts'
import { TRUE } from '../truth.ts'

type Lately = Extract<Condition, { kind: 'lately' }>

/** TRUE while what is below is, and until `within` after it was TRUE last. */
export function createLately(
  condition: Lately,
  child: Node,
): { readonly node: Node; readonly part: Part } {
  const { within } = condition
  const { crowd } = child
  const held = new Float64Array(ROWS_EACH * crowd.size).fill(-Infinity)
  const heldAt = (row: number): number => held[row] ?? -Infinity
  const node: Node = {
    condition,
    crowd,
    judge: (row, at) => {
      const truth = child.judge(row, at)
      if (truth === TRUE) held[row] = at
      else if (at - heldAt(row) <= within) return TRUE
      return truth
    },
    due: (row, at) => {
      const end = heldAt(row) + within + 1
      const below = child.due(row, at)
      return end > at ? Math.min(end, below) : below
    },
    below: (row) => [{ node: child, row }],
  }
  const part: Part = {
    copy: (from, to) => {
      held[to] = heldAt(from)
    },
    clear: (row) => {
      held[row] = -Infinity
    },
    save: (row) => (heldAt(row) === -Infinity ? null : heldAt(row)),
    load: (row, saved) => {
      held[row] = typeof saved === 'number' ? saved : -Infinity
    },
  }
  return { node, part }
}
