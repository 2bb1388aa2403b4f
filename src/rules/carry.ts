import type { Block } from './block.ts'
import { eachSubject } from './block.ts'
import type { LeafPart } from './compile.ts'
import { after, cut, signal } from './evaluate.ts'
import { holding } from './holding.ts'
import type { Journal } from './journal.ts'
import { isUsable, type Points } from './points.ts'
import { mark } from './rows.ts'
import type { Speaker } from './speaker.ts'
import { FALSE, TRUE } from './truth.ts'
import type { RuleTarget } from './detector.ts'
import { ROWS_EACH } from './crowd.ts'

export interface CarryParts {
  readonly journal: Journal
  readonly speaker: Speaker
  readonly points: Points
  indexOf(point: number): number | undefined
}

/** One target of a block, before or after an activation. */
export interface Of {
  readonly block: Block
  readonly target: number
}

/**
 * Carries on under a new version of the configuration. The same rule goes on as it was, checkpoints
 * included; a changed one is held against the last known values. Nothing raises and nothing clears.
 */
export function carryTarget(now: Of, before: Of, parts: CarryParts): void {
  const { block, target } = now
  const isSame = block.ruleVersion === before.block.ruleVersion
  const bindings = changedRoles(block.target(target), before.block.target(before.target))
  if (isSame && bindings.size === 0 && sameMembers(now, before)) {
    for (let k = 0; k < ROWS_EACH; k += 1) {
      const from = before.target + k * before.block.size
      block.rows.take(target + k * block.size, before.block.rows, from)
      block.loadParts(target, k, before.block.saveParts(before.target, k))
    }
    block.rows.setNewer(target, before.block.rows.newer(before.target))
    block.episodes.set(target, before.block.episodes.of(before.target))
    return
  }
  block.rows.take(target, before.block.rows, before.target)
  const isBound = block.leaves.some(({ roles }) => roles.some((role) => bindings.has(role)))
  refill(now, before, { bindings, parts })
  block.latch(target, isLatched(block, target))
  if (isBound) changePoint(now, parts)
  else if (!isSame) rejudge(now, parts)
  block.forgetPast(target)
}

/** The rule or the asset is gone, or the rule no longer holds: closes what stands, without a clear. */
export function retire({ block, target }: Of, { journal, speaker }: CarryParts): void {
  const { rows } = block
  const { event } = holding[rows.phaseOf(target)].retired
  signal(block, target, after.retired, journal.now)
  rows.unset(target, mark.lost)
  block.latch(target, false)
  if (event === undefined) return
  const at = Math.max(journal.now, rows.raisedAt[target] ?? -Infinity)
  speaker.say(block, target, { event, at, historical: !block.isAnnounced(target) })
}

type Bound = Pick<RuleTarget, 'points'>

function changedRoles(now: Bound, before: Bound): ReadonlySet<string> {
  const changed = new Set<string>()
  for (const role of [...now.points.keys(), ...before.points.keys()]) {
    if (now.points.get(role) !== before.points.get(role)) changed.add(role)
  }
  return changed
}

/** A group with other members counts other things; it starts from what its members say now. */
function sameMembers(now: Of, before: Of): boolean {
  const members = now.block.target(now.target).members ?? []
  const old = before.block.target(before.target).members ?? []
  return (
    members.length === old.length &&
    members.every((member, index) => {
      const other = old[index]
      return (
        other !== undefined &&
        other.asset === member.asset &&
        changedRoles(member, other).size === 0
      )
    })
  )
}

/**
 * Leaves that are what they were keep what they remember; the others begin with the newest reading
 * of their points. A point that is bound anew has said nothing yet.
 */
function refill(
  now: Of,
  before: Of,
  {
    bindings,
    parts,
  }: { readonly bindings: ReadonlySet<string>; readonly parts: CarryParts },
): void {
  now.block.leaves.forEach((leaf, index) => {
    const old = before.block.leaves[index]
    const keeps =
      old !== undefined &&
      leaf.crowd.first === undefined &&
      old.condition.kind === leaf.condition.kind &&
      leaf.block.latch === undefined &&
      leaf.roles.every((role, slot) => old.roles[slot] === role && !bindings.has(role))
    if (keeps && reload(leaf, now.target, old.block.save(before.target))) return
    eachSubject(leaf.crowd, now.target, (subject) => {
      leaf.block.clear(subject)
      takeNewest({ leaf, subject, bindings, uncertain: now.block.rule.uncertain }, parts)
    })
  })
}

/** A window of another length may not fit; then it fills anew. */
function reload({ block }: LeafPart, target: number, saved: unknown): boolean {
  try {
    block.load(target, saved)
    return true
  } catch {
    block.clear(target)
    return false
  }
}

function takeNewest(
  what: {
    readonly leaf: LeafPart
    readonly subject: number
    readonly bindings: ReadonlySet<string>
    readonly uncertain: 'use' | 'hold'
  },
  parts: CarryParts,
): void {
  const { leaf, subject, bindings, uncertain } = what
  leaf.roles.forEach((role, slot) => {
    const id = leaf.crowd.subject(subject).points.get(role)
    const point = id === undefined || bindings.has(role) ? undefined : parts.indexOf(id)
    const said = point === undefined ? undefined : parts.points.before(point, Infinity)
    if (said === undefined) return
    if (isUsable(said.meta, uncertain))
      leaf.block.take(subject, slot, said.at, said.value, said.text)
    else leaf.block.lose(subject, slot, said.at)
  })
}

function isLatched(block: Block, target: number): boolean {
  const phase = block.rows.phaseOf(target)
  return phase === 'PENDING' || phase === 'ACTIVE'
}

/** The new text of the rule, held against what is known: TRUE keeps, FALSE withdraws, UNKNOWN keeps. */
function rejudge(of: Of, parts: CarryParts): void {
  const { block, target } = of
  const { rows } = block
  const at = rows.time[target] ?? -Infinity
  rows.unset(target, mark.parked)
  if (rows.phaseOf(target) === 'NORMAL' || rows.has(target, mark.blank)) return
  const truth = block.root.judge(target, at)
  if (truth === FALSE) retire(of, parts)
  else if (truth === TRUE) signal(block, target, after.true, at)
}

/** Another point says nothing about what the old one began; an alarm that stands waits for it. */
function changePoint({ block, target }: Of, { journal, speaker }: CarryParts): void {
  const { rows } = block
  cut(block, target)
  rows.time[target] = -Infinity
  rows.set(target, mark.blank)
  const hasPoint = block.leaves.some(({ crowd, roles }) => {
    let found = false
    eachSubject(crowd, target, (subject) => {
      found ||= roles.some((role) => crowd.subject(subject).points.has(role))
    })
    return found
  })
  if (hasPoint || rows.has(target, mark.lost) || !block.isOpen(target)) return
  rows.set(target, mark.lost)
  const historical = !block.isAnnounced(target)
  speaker.say(block, target, { event: 'evidence_lost', at: journal.now, historical })
}
