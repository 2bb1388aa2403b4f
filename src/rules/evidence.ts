import type { PointId } from '../domain/ids.ts'
import { timeUs } from '../domain/time.ts'
import type { DetectorEvent, Evidence } from '../domain/transition.ts'
import type { Block } from './block.ts'
import type { Node } from './compile.ts'
import { type KeptReading, qualityOf, valueOf } from './points.ts'
import { type Truth, UNKNOWN } from './truth.ts'

/** At most so many leaves speak for one decision. */
export const MOST_EVIDENCE = 16

/** What a point had said by a time, µs. */
export type ReadingBefore = (point: PointId, at: number) => KeptReading | undefined

/** What a block's targets rest on. */
export interface Witness {
  readonly block: Block
  readonly target: number
  /** µs: the evaluation. */
  readonly at: number
  readonly reading: ReadingBefore
}

/** One entry for each leaf that decided what the target says. */
export function evidenceOf(witness: Witness, event: DetectorEvent): readonly Evidence[] {
  const { block, target, at } = witness
  const holds = event !== 'cleared'
  const root = block.root
  const found: Evidence[] = []
  const leaves = deciding(root, { row: target, at, most: MOST_EVIDENCE })
  for (const one of leaves) found.push(entry(one, witness, { event, holds }))
  return found
}

/** What one leaf or group rests on, whatever it decides. */
export function evidenceOfLeaf(one: Deciding, witness: Witness): Evidence {
  return entry(one, witness, { event: 'evidence_back', holds: true })
}

interface Deciding {
  readonly node: Node
  readonly row: number
}

/** The leaves and groups that make the truth of a node what it is. */
function deciding(
  node: Node,
  { row, at, most }: { readonly row: number; readonly at: number; readonly most: number },
): readonly Deciding[] {
  if (node.leaf !== undefined || node.condition.kind === 'group') return [{ node, row }]
  const below = node.below(row)
  const truths = below.map((child) => child.node.judge(child.row, at))
  const truth = node.judge(row, at)
  const found: Deciding[] = []
  below.forEach((child, index) => {
    if (found.length >= most || !matters(node, truths, { index, truth })) return
    found.push(...deciding(child.node, { row: child.row, at, most: most - found.length }))
  })
  return found
}

function matters(
  { condition }: Node,
  truths: readonly Truth[],
  { index, truth }: { readonly index: number; readonly truth: Truth },
): boolean {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all below every other kind matters
  switch (condition.kind) {
    case 'all':
    case 'any':
      return truths[index] === truth
    case 'firstKnown':
      return truth === UNKNOWN || index === truths.findIndex((one) => one !== UNKNOWN)
    default:
      return true
  }
}

function entry(
  { node, row }: Deciding,
  { block, at, reading, target }: Witness,
  { event, holds }: { readonly event: DetectorEvent; readonly holds: boolean },
): Evidence {
  const { rule } = block
  const kind = node.condition.kind
  const common = { condition: kind, ...delayOf(event, rule) }
  const { leaf } = node
  if (leaf === undefined) {
    return { ...nobody(at), ...countOf(node, row, at), ...common }
  }
  const figures = leaf.block.figures(row, at, holds)
  const role = leaf.roles[0]
  if (role === undefined) return { ...nobody(at), ...figures, ...common }
  const point = leaf.crowd.subject(row % leaf.crowd.size).points.get(role)
  const said = point === undefined ? undefined : reading(point, at)
  const asOf = said?.at ?? block.rows.time[target] ?? at
  return {
    role,
    point: point ?? null,
    value: said === undefined ? null : valueOf(said),
    quality: said === undefined ? 'bad' : qualityOf(said.meta),
    at: timeUs(asOf === -Infinity ? at : asOf),
    ...figures,
    ...common,
  }
}

/** Of what no point says. */
function nobody(at: number): Evidence {
  return { role: '', point: null, value: null, quality: 'good', at: timeUs(at) }
}

function countOf(node: Node, row: number, at: number): Partial<Evidence> {
  const count = node.count?.(row, at)
  return count === undefined ? {} : { limit: count.needed, computed: count.holding }
}

function delayOf(
  event: DetectorEvent,
  { onDelay, offDelay }: Block['rule'],
): { readonly delay?: number } {
  switch (event) {
    case 'raised':
    case 'announced':
      return { delay: onDelay }
    case 'cleared':
      return { delay: offDelay }
    case 'evidence_lost':
    case 'evidence_back':
    case 'level':
    case 'corrected':
    case 'withdrawn':
      return {}
  }
}
