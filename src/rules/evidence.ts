import type { PointId } from '../domain/ids.ts'
import { timeUs } from '../domain/time.ts'
import type { DetectorEvent, Evidence } from '../domain/transition.ts'
import type { Block } from './block.ts'
import type { LeafPart, Node } from './compile.ts'
import type { Figures } from './conditions/leaf.ts'
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
  const { root } = block
  // The commonest rule of all has but one leaf.
  if (root.leaf !== undefined) return [entry(root, target, witness, event)]
  const leaves = deciding(root, { row: target, at, most: MOST_EVIDENCE })
  return leaves.map(({ node, row }) => entry(node, row, witness, event))
}

/** What one leaf or group rests on, whatever it decides. */
export function evidenceOfLeaf({ node, row }: Deciding, witness: Witness): Evidence {
  return entry(node, row, witness, 'evidence_back')
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

/** In a storm every alarm comes by here, so nothing is made only to be taken apart again. */
type Draft = { -readonly [K in keyof Evidence]: Evidence[K] } & { condition: string }

function entry(node: Node, row: number, witness: Witness, event: DetectorEvent): Evidence {
  const { leaf } = node
  const role = leaf?.roles[0]
  const draft: Draft =
    leaf === undefined || role === undefined
      ? nobody(witness.at, node.condition)
      : saidIn(leaf, role, row, witness)
  const figures =
    leaf === undefined
      ? (node.figures?.(row, witness.at, event !== 'cleared') ?? {})
      : leaf.block.figures(row, witness.at, event !== 'cleared')
  return withFigures(draft, figures, delayOf(event, witness.block.rule))
}

function withFigures(
  draft: Draft,
  { limit, computed }: Figures,
  delay: number | undefined,
): Evidence {
  // Of a plain limit at once: an object that grows takes twice the room.
  if (limit !== undefined && computed === undefined && delay !== undefined) {
    const { role, point, value, quality, at, condition } = draft
    return { role, point, value, quality, at, condition, limit, delay }
  }
  if (limit !== undefined) draft.limit = limit
  if (computed !== undefined) draft.computed = computed
  if (delay !== undefined) draft.delay = delay
  return draft
}

/** What the point in a leaf's first role said. */
function saidIn(
  leaf: LeafPart,
  role: string,
  row: number,
  { block, target, at, reading }: Witness,
): Draft {
  const point = block.pointOf(leaf, role, row % leaf.crowd.size)
  const said = point === undefined ? undefined : reading(point, at)
  const asOf = said?.at ?? block.rows.time[target] ?? at
  return {
    role,
    point: point ?? null,
    value: said === undefined ? null : valueOf(said),
    quality: said === undefined ? 'bad' : qualityOf(said.meta),
    at: timeUs(asOf === -Infinity ? at : asOf),
    condition: leaf.condition.kind,
  }
}

/** Of what no one point says. */
function nobody(at: number, condition: Node['condition']): Draft {
  const role = 'role' in condition ? condition.role : ''
  const { kind } = condition
  return {
    role,
    point: null,
    value: null,
    quality: 'good',
    at: timeUs(at),
    condition: kind,
  }
}

function delayOf(
  event: DetectorEvent,
  { onDelay, offDelay }: Block['rule'],
): number | undefined {
  switch (event) {
    case 'raised':
    case 'announced':
      return onDelay
    case 'cleared':
      return offDelay
    case 'evidence_lost':
    case 'evidence_back':
    case 'level':
    case 'corrected':
    case 'withdrawn':
      return undefined
  }
}
