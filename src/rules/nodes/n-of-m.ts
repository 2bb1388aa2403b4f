import type { Condition } from '../condition.ts'
import type { Node, Part } from '../compile.ts'
import { ROWS_EACH } from '../crowd.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { damagedLeaf } from '../conditions/damaged.ts'

type NOfM = Extract<Condition, { kind: 'nOfM' }>

/**
 * TRUE in at least `n` of the last `m` evaluations that a reading caused. Those that were UNKNOWN
 * leave: with fewer than `least` that are known it is UNKNOWN.
 */
export function createNOfM(
  condition: NOfM,
  child: Node,
  pace: { readonly counts: boolean },
): { readonly node: Node; readonly part: Part } {
  const { n, m, least } = condition
  const { crowd } = child
  const window = 2 ** m - 1
  // Bit 0 is the newest evaluation; m is at most 30.
  const held = new Uint32Array(ROWS_EACH * crowd.size)
  const known = new Uint32Array(ROWS_EACH * crowd.size)
  const heldAt = (row: number): number => held[row] ?? 0
  const knownAt = (row: number): number => known[row] ?? 0
  const node: Node = {
    condition,
    crowd,
    judge: (row, at) => {
      const truth = child.judge(row, at)
      if (pace.counts) {
        held[row] = ((heldAt(row) << 1) | (truth === TRUE ? 1 : 0)) & window
        known[row] = ((knownAt(row) << 1) | (truth === UNKNOWN ? 0 : 1)) & window
      }
      return judge(heldAt(row), knownAt(row))
    },
    due: (row, at) => child.due(row, at),
    below: (row) => [{ node: child, row }],
  }
  const judge = (heldBits: number, knownBits: number): Truth => {
    if (bitsOf(heldBits) >= n) return TRUE
    return bitsOf(knownBits) >= least ? FALSE : UNKNOWN
  }
  const part: Part = {
    copy: (from, to) => {
      held[to] = heldAt(from)
      known[to] = knownAt(from)
    },
    clear: (row) => {
      held[row] = 0
      known[row] = 0
    },
    save: (row) => [heldAt(row), knownAt(row)],
    load: (row, saved) => {
      if (!Array.isArray(saved)) throw damagedLeaf('nOfM')
      const [heldBits, knownBits] = saved as readonly unknown[]
      held[row] = Number(heldBits)
      known[row] = Number(knownBits)
    },
  }
  return { node, part }
}

function bitsOf(bits: number): number {
  let left = bits
  let count = 0
  for (; left !== 0; count += 1) left &= left - 1
  return count
}
