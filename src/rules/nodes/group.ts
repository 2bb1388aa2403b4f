import type { GroupCondition } from '../condition.ts'
import type { Node } from '../compile.ts'
import type { Crowd, Members } from '../crowd.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'

/** How the members of a group stand. */
export interface Count {
  /** Members of which the condition is TRUE. */
  readonly holding: number
  /** Members of which it is TRUE or FALSE. */
  readonly known: number
  /** How many must be TRUE. */
  readonly needed: number
}

/** A node that counts those members of an asset's group of which the condition is TRUE. */
export interface GroupNode extends Node {
  count(row: number, at: number): Count
}

export function createGroup(
  condition: GroupCondition,
  crowd: Crowd,
  { members, of }: { readonly members: Members; readonly of: Node },
): GroupNode {
  const { atLeast, share = 0, population } = condition
  const { first } = members

  /** Calls back with every row of a member, for a row of the group. */
  function each(row: number, visit: (row: number) => void): void {
    const target = row % crowd.size
    const base = Math.floor(row / crowd.size) * members.size
    const end = first[target + 1] ?? 0
    for (let member = first[target] ?? 0; member < end; member += 1) visit(base + member)
  }

  function count(row: number, at: number): Count {
    let holding = 0
    let known = 0
    each(row, (member) => {
      const truth = of.judge(member, at)
      if (truth === TRUE) holding += 1
      if (truth !== UNKNOWN) known += 1
    })
    return { holding, known, needed: atLeast ?? Math.max(1, Math.ceil(share * known)) }
  }

  return {
    condition,
    crowd,
    count,
    judge: (row, at): Truth => {
      const { holding, known, needed } = count(row, at)
      if (known < population) return UNKNOWN
      return holding >= needed ? TRUE : FALSE
    },
    due: (row, at) => {
      let due = Infinity
      each(row, (member) => {
        due = Math.min(due, of.due(member, at))
      })
      return due
    },
    below: (row) => {
      const rows: { node: Node; row: number }[] = []
      each(row, (member) => rows.push({ node: of, row: member }))
      return rows
    },
  }
}
