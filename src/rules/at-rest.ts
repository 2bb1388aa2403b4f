import type { Block } from './block.ts'
import { delayEnd } from './evaluate.ts'
import { phases } from './holding.ts'
import type { Points } from './points.ts'
import { mark } from './rows.ts'
import { FALSE, TRUE, type Truth } from './truth.ts'

/**
 * The short way of a reading, for targets of plain rules that stay what they are: nearly every reading
 * there ever is comes this way. It leaves a target exactly as `evaluate` would, and says nothing where
 * that would say nothing; wherever that is not plain to see it is left to `evaluate`.
 */

const NORMAL = phases.indexOf('NORMAL')
const ACTIVE = phases.indexOf('ACTIVE')

/** By phase: the verdict that leaves a target in it. */
export const staying = Int8Array.from(phases, (phase) =>
  phase === 'PENDING' || phase === 'ACTIVE' ? TRUE : FALSE,
)

/** What may be on anyone's mind of an alarm, and of the evidence for one. */
export const OPEN_MATTERS = mark.announced | mark.lost | mark.parked | mark.blank

/** May a target be as it is until a reading of `at` (µs), and then too? Nothing came due, no hole is to be counted. */
export function mayStay(block: Block, target: number, at: number): boolean {
  const { rows } = block
  if (at <= (rows.time[target] ?? 0)) return false
  const phase = rows.phase[target]
  if (phase === NORMAL) return true
  if (((rows.marks[target] ?? 0) & OPEN_MATTERS) !== mark.announced) return false
  if (phase === ACTIVE) return !block.hasLevels
  const stretch = at - (rows.known[target] ?? -Infinity)
  return stretch <= block.maxGap(target) && at < delayEnd(block, target)
}

/**
 * The target, which may stay, hears the newest reading of its point. True when it stays; otherwise it
 * is to be judged by `evaluate`, which may be asked though the reading was taken.
 */
export function stays(
  block: Block,
  target: number,
  points: Points,
  point: number,
): boolean {
  const at = points.at[point] ?? 0
  if (block.hasOldCheckpoint(target, at)) block.moveCheckpoint(target, at)
  const [socket] = block.sockets
  if (socket !== undefined) block.takeNewest(socket, target, points, point)
  if (!staysOn(block, target, block.root.judge(target, at))) return false
  block.rows.stay(target, at)
  return true
}

/** Does this verdict leave the target in the phase it is in? */
export function staysOn({ rows }: Block, target: number, truth: Truth): boolean {
  return truth === staying[rows.phase[target] ?? 0]
}
