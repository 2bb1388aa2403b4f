import type { GroupCount } from '../condition.ts'
import type { Node } from '../compile.ts'
import type { Crowd, Members } from '../crowd.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { eachMemberOf, isKnownEnough, mostUnknownOf } from './members.ts'

/** A node that counts those members of an asset's group of which the condition is TRUE. */
export function createGroup(
  condition: GroupCount,
  crowd: Crowd,
  { members, of }: { readonly members: Members; readonly of: Node },
): Node {
  const { atLeast, share = 0, population } = condition
  const each = eachMemberOf(crowd, members)
  const mostUnknown = mostUnknownOf(condition)

  /** How many members are TRUE, how many are that or FALSE, how many there are, and how many must be TRUE. */
  function count(row: number, at: number) {
    let holding = 0
    let known = 0
    let all = 0
    each(row, (member) => {
      const truth = of.judge(member, at)
      all += 1
      if (truth === TRUE) holding += 1
      if (truth !== UNKNOWN) known += 1
    })
    return { holding, known, all, needed: atLeast ?? Math.max(1, Math.ceil(share * known)) }
  }

  return {
    condition,
    crowd,
    figures: (row, at) => {
      const { holding, needed } = count(row, at)
      return { limit: needed, computed: holding }
    },
    judge: (row, at): Truth => {
      const { holding, known, all, needed } = count(row, at)
      if (!isKnownEnough({ population, mostUnknown }, { known, all })) return UNKNOWN
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
