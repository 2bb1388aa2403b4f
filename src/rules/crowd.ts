import { maxGapOf } from './freshness.ts'
import type { GroupMember, RuleTarget } from './detector.ts'

/** Rows each subject has: what is now, and two checkpoints to rewind to. */
export const ROWS_EACH = 3

/**
 * The subjects of a part of a condition, one row each and checkpoint: the assets of a rule, or the
 * members of their groups. Row `k × size + subject` is checkpoint k of a subject.
 */
export interface Crowd {
  readonly size: number
  subject(index: number): GroupMember
  /** Index of the target that a subject stands for. */
  targetOf(index: number): number
  /** Of any row of a subject, µs. */
  maxGap(row: number): number
  /** By target: its first subject, and one entry more; left out where each target is its own only one. */
  readonly first?: Uint32Array
}

/** All members of all groups, group after group. */
export interface Members extends Crowd {
  readonly first: Uint32Array
}

/** The assets of a rule themselves. */
export function crowdOf(targets: readonly RuleTarget[]): Crowd {
  return new Assets(targets)
}

class Assets implements Crowd {
  readonly size: number
  readonly #targets: readonly RuleTarget[]
  /** µs. Mostly all are the same; then one number does. */
  readonly #gap: number
  readonly #gaps: Float64Array | undefined

  constructor(targets: readonly RuleTarget[]) {
    this.size = targets.length
    this.#targets = targets
    const gaps = targets.map(maxGapOf)
    this.#gap = gaps[0] ?? 0
    const isOne = gaps.every((gap) => gap === this.#gap)
    this.#gaps = isOne ? undefined : Float64Array.from(gaps)
  }

  subject(index: number): GroupMember {
    return at(this.#targets, index)
  }

  targetOf(index: number): number {
    return index
  }

  maxGap(row: number): number {
    if (this.#gaps === undefined) return this.#gap
    return this.#gaps[row < this.size ? row : row % this.size] ?? 0
  }
}

export function membersOf(targets: readonly RuleTarget[]): Members {
  const first = new Uint32Array(targets.length + 1)
  const members: GroupMember[] = []
  const owners: number[] = []
  targets.forEach((target, index) => {
    for (const member of target.members ?? []) {
      members.push(member)
      owners.push(index)
    }
    first[index + 1] = members.length
  })
  const assets = crowdOf(targets)
  const targetOf = (index: number): number => owners[index] ?? 0
  return {
    size: members.length,
    subject: (index) => at(members, index),
    targetOf,
    maxGap: (row) => assets.maxGap(targetOf(row % members.length)),
    first,
  }
}

function at<T>(list: readonly T[], index: number): T {
  const one = list[index]
  if (one === undefined) throw new Error(`no subject ${index}`)
  return one
}
