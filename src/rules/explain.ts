import { timeUs } from '../domain/time.ts'
import type { Block } from './block.ts'
import type { Node } from './compile.ts'
import { evidenceOfLeaf, type ReadingBefore, type Witness } from './evidence.ts'
import type { Explained, ExplainedNode } from './explained.ts'
import { delayEnd, isWaiting } from './evaluate.ts'
import { isUsable } from './points.ts'
import { silenceDue, silenceEvidence, type SilenceWatch } from './silence-watch.ts'
import type { AnyBlock } from './targets.ts'
import { TRUE, type Truth, UNKNOWN } from './truth.ts'

interface Context {
  readonly reading: ReadingBefore
  /** µs: the end of the last time in which nothing could be heard. */
  readonly blindTo: number
  /** µs: the newest record. */
  readonly now: number
}

/** Why a rule says what it says of an asset; undefined when it does not watch it. Changes nothing. */
export function explain(
  blocks: readonly AnyBlock[],
  { rule, asset }: { readonly rule: string; readonly asset: string },
  context: Context,
): Explained | undefined {
  const block = blocks.find(({ targets }) => targets[0]?.ruleId === rule)
  const target = block?.targets.findIndex((one) => one.asset === asset) ?? -1
  if (block === undefined || target < 0) return undefined
  if (block.kind === 'processing') return explainSilence(block.watch(target), context)
  return explainEvent(block, target, context)
}

function explainEvent(block: Block, target: number, context: Context): Explained {
  const { rows } = block
  const phase = rows.phaseOf(target)
  const { asset, ruleId } = block.target(target)
  const time = rows.time[target] ?? -Infinity
  const at = Math.max(context.now, time)
  const witness: Witness = { block, target, at, reading: context.reading }
  const isOpen = block.isOpen(target)
  // Judged at a later time than the last: what that does to windows is undone.
  const kept = block.saveParts(target, 0)
  const explained: Explained = {
    rule: ruleId,
    ruleVersion: block.ruleVersion,
    asset,
    at: timeUs(at),
    phase,
    ...(isWaiting(rows.phase[target]) && {
      delay: {
        since: timeUs(rows.onset[target] ?? at),
        until: timeUs(delayEnd(block, target)),
      },
    }),
    ...(isOpen && { raisedAt: timeUs(rows.raisedAt[target] ?? at) }),
    condition: explainNode(block.root, target, witness),
    ...(block.clearRoot !== undefined && {
      clearWhen: explainNode(block.clearRoot, target, witness),
    }),
  }
  block.loadParts(target, 0, kept)
  return explained
}

function explainNode(node: Node, row: number, witness: Witness): ExplainedNode {
  const truth = node.judge(row, witness.at)
  const below = node.below(row)
  const isEnd = node.leaf !== undefined || node.condition.kind === 'group'
  const because = truth === UNKNOWN ? reasonOf(node, row, witness) : undefined
  return {
    kind: node.condition.kind,
    truth: wordOf(truth),
    ...(because !== undefined && { because }),
    evidence: isEnd ? [evidenceOfLeaf({ node, row }, witness)] : [],
    of: below.map((child) => explainNode(child.node, child.row, witness)),
  }
}

/** Why a leaf or a group does not know. */
function reasonOf(
  node: Node,
  row: number,
  { block, at, reading }: Witness,
): string | undefined {
  const { leaf } = node
  if (leaf === undefined) {
    if (node.figures === undefined) return undefined
    return node.figures(row, at, true).limit === undefined ? 'no_parameter' : 'few_known'
  }
  const { points } = leaf.crowd.subject(row % leaf.crowd.size)
  if (leaf.roles.length === 0) return 'near_crossing'
  for (const role of leaf.roles) {
    const point = points.get(role)
    if (point === undefined) return 'no_binding'
    const said = reading(point, at)
    if (said === undefined) return 'no_reading'
    if (!isUsable(said.meta, block.rule.uncertain)) return 'bad'
  }
  if (at - leaf.block.known(row) > leaf.crowd.maxGap(row % leaf.crowd.size)) return 'stale'
  const figures = leaf.block.figures(row, at, true)
  return figures.limit === undefined && hasLimit(node) ? 'no_parameter' : 'not_enough'
}

function hasLimit({ condition }: Node): boolean {
  return (
    condition.kind === 'threshold' ||
    condition.kind === 'outside' ||
    condition.kind === 'levels'
  )
}

function wordOf(truth: Truth): ExplainedNode['truth'] {
  if (truth === UNKNOWN) return 'unknown'
  return truth === TRUE ? 'true' : 'false'
}

function explainSilence(watch: SilenceWatch, { blindTo, now }: Context): Explained {
  const { target, phase } = watch
  const { rule, offDelay } = { rule: target.ruleId, offDelay: target.rule.offDelay }
  const silent = silenceDue(watch, blindTo) - target.rule.onDelay
  const isUnknown = target.devices.length === 0
  const isSilent = phase === 'ACTIVE' || (phase !== 'CLEARING' && now >= silent)
  return {
    rule,
    ruleVersion: target.ruleVersion,
    asset: target.asset,
    at: timeUs(now),
    phase,
    ...(phase === 'CLEARING' && {
      delay: { since: timeUs(watch.onset), until: timeUs(watch.onset + offDelay) },
    }),
    ...((phase === 'ACTIVE' || phase === 'CLEARING') && {
      raisedAt: timeUs(watch.raisedAt),
    }),
    condition: {
      kind: 'noData',
      truth: isUnknown ? 'unknown' : isSilent ? 'true' : 'false',
      ...(isUnknown && { because: 'no_binding' }),
      evidence: [silenceEvidence(watch, 'raised')],
      of: [],
    },
  }
}
