import type { GroupValue } from '../condition.ts'
import type { Node, Part } from '../compile.ts'
import type { LeafSetting } from '../conditions/leaf.ts'
import type { Crowd, Members } from '../crowd.ts'
import { UNKNOWN } from '../truth.ts'
import { Limit } from '../windows/limit.ts'
import type { MemberValues } from './member-values.ts'
import { eachMemberOf, isKnownEnough, mostUnknownOf } from './members.ts'

/**
 * A node that holds the sum or the mean of what the members of an asset's group measure against a
 * limit. It is added up anew in the order of the members each time: a sum that is kept and moved by
 * differences would depend on the order of the readings in its last digits.
 */
export function createGroupValue(
  condition: GroupValue,
  crowd: Crowd,
  parts: {
    readonly members: Members
    /** Is the value of a member known and fresh? */
    readonly of: Node
    readonly values: MemberValues
    /** Of the group itself: the limit is its own. */
    readonly setting: LeafSetting
  },
): { readonly node: Node; readonly part: Part } {
  const { members, of, values, setting } = parts
  const limit = new Limit(condition, setting)
  const each = eachMemberOf(crowd, members)
  const needed = {
    population: condition.population,
    mostUnknown: mostUnknownOf(condition),
  }

  /** NaN while too few members are known. */
  function valueOf(row: number, at: number): number {
    let sum = 0
    let known = 0
    let all = 0
    each(row, (member) => {
      all += 1
      if (of.judge(member, at) === UNKNOWN) return
      known += 1
      sum += values.value(member)
    })
    if (!isKnownEnough(needed, { known, all })) return Number.NaN
    return condition.value === 'sum' ? sum : sum / known
  }

  const node: Node = {
    condition,
    crowd,
    judge: (row, at) => limit.judge(row, at, valueOf(row, at)),
    // Ageing alone judges nothing.
    due: (row, at) => limit.due(row, at),
    below: (row) => {
      const rows: { node: Node; row: number }[] = []
      each(row, (member) => rows.push({ node: of, row: member }))
      return rows
    },
    figures: (row, at, holds) => {
      const computed = valueOf(row, at)
      const held = limit.figure(row, at, holds)
      return {
        ...(!Number.isNaN(held) && { limit: held }),
        ...(!Number.isNaN(computed) && { computed }),
      }
    },
  }
  const { latch } = limit
  const part: Part = {
    latch: (row, holds) => latch.load(row, holds ? 1 : 0),
    copy: (from, to) => latch.copy(from, to),
    clear: (row) => latch.clear(row),
    save: (row) => latch.save(row),
    load: (row, saved) => latch.load(row, saved),
  }
  return { node, part }
}
