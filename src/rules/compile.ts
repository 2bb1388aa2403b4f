import type { Condition, GroupCondition } from './condition.ts'
import type { LeafCondition } from './leaf-condition.ts'
import { leafOf } from './conditions/registry.ts'
import type { Calendar } from '../calendar/civil-time.ts'
import type { Figures, LeafBlock, LeafSetting } from './conditions/leaf.ts'
import { type Crowd, membersOf, ROWS_EACH } from './crowd.ts'
import type { RuleTarget } from './detector.ts'
import { createGroup } from './nodes/group.ts'
import { createGroupValue } from './nodes/group-value.ts'
import { createLately } from './nodes/lately.ts'
import { LeafNode } from './nodes/leaf-node.ts'
import { MemberValues } from './nodes/member-values.ts'
import { createNOfM } from './nodes/n-of-m.ts'
import { Not } from './nodes/not.ts'
import { several } from './nodes/several.ts'
import { isScheduled, parameterColumn } from './time/parameters.ts'
import type { Truth } from './truth.ts'

/** What a part of a condition remembers by row; leaves are such parts too. */
export type Part = Pick<LeafBlock, 'copy' | 'clear' | 'save' | 'load' | 'latch'>

/** What a member of a group measures: no condition of its own, but a line of what a group rests on. */
export interface MemberValue {
  readonly kind: 'value'
  readonly role: string
}

/** A node of a condition, compiled once for all assets of a rule. */
export interface Node {
  readonly condition: Condition | MemberValue
  readonly crowd: Crowd
  /**
   * Is it so in this row at `at`? Changes what the row remembers only where asking twice at one
   * time is the same as asking once.
   */
  judge(row: number, at: number): Truth
  /** The next time after `at` at which it may be otherwise with nothing new taken. */
  due(row: number, at: number): number
  /** Nodes below, with the row each has for this row; a group has several for one. */
  below(row: number): readonly { readonly node: Node; readonly row: number }[]
  readonly leaf?: LeafPart
  /** Of a group: what its members make together, and what that is held against. */
  figures?(row: number, at: number, holds: boolean): Figures
}

/** A leaf with the subjects its rows are of. */
export interface LeafPart {
  readonly condition: LeafCondition | MemberValue
  readonly block: LeafBlock
  readonly roles: readonly string[]
  readonly crowd: Crowd
}

/** Something that remembers, by subject of its crowd. */
export interface KeptPart {
  readonly part: Part
  readonly crowd: Crowd
}

/** What a compiled condition has besides its root. */
export interface Compiled {
  readonly root: Node
  readonly leaves: readonly LeafPart[]
  /** Everything that remembers something, leaves included. */
  readonly parts: readonly KeptPart[]
  /** Can time alone change it, with nothing new taken? */
  readonly isTimed: boolean
}

export interface CompileSetting {
  readonly targets: readonly RuleTarget[]
  /** The targets as subjects. */
  readonly crowd: Crowd
  readonly calendar: Calendar
  /** Set while an evaluation comes from a reading: only then does one count for `nOfM`. */
  readonly pace: { counts: boolean }
  /** Does a value age? Not where silence itself is the end of the condition. */
  readonly ages: boolean
}

/** Compiles a condition for all targets of a rule at once. */
export function compile(condition: Condition, setting: CompileSetting): Compiled {
  const compiler = new Compiler(setting)
  const root = compiler.node(condition, setting.crowd)
  const { leaves, parts, isTimed } = compiler
  return { root, leaves, parts, isTimed }
}

class Compiler {
  readonly leaves: LeafPart[] = []
  readonly parts: KeptPart[] = []
  isTimed = false
  readonly #setting: CompileSetting

  constructor(setting: CompileSetting) {
    this.#setting = setting
  }

  node(condition: Condition, crowd: Crowd): Node {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- every other kind is a leaf
    switch (condition.kind) {
      case 'all':
      case 'any':
      case 'oneOf':
      case 'firstKnown': {
        const children = condition.of.map((child) => this.node(child, crowd))
        return several(condition, crowd, children)
      }
      case 'not':
        return new Not(condition, this.node(condition.of, crowd))
      case 'nOfM':
        return this.#keep(
          createNOfM(condition, this.node(condition.of, crowd), this.#setting.pace),
        )
      case 'lately':
        this.isTimed = true
        return this.#keep(createLately(condition, this.node(condition.of, crowd)))
      case 'group':
        return this.#group(condition, crowd)
      case 'noData':
        throw new Error('noData is measured by the clock and is no part of a condition')
      default:
        return this.#leaf(condition, crowd)
    }
  }

  #keep({ node, part }: { readonly node: Node; readonly part: Part }): Node {
    this.parts.push({ part, crowd: node.crowd })
    return node
  }

  #leaf(condition: LeafCondition, crowd: Crowd): Node {
    const leafKind = leafOf(condition)
    this.isTimed ||= leafKind.isTimed
    const block = leafKind.make(this.#leafSetting(crowd))
    return this.#keepLeaf({ condition, block, roles: leafKind.roles, crowd })
  }

  #group(condition: GroupCondition, crowd: Crowd): Node {
    const members = membersOf(this.#setting.targets)
    if ('of' in condition) {
      const of = this.node(condition.of, members)
      return createGroup(condition, crowd, { members, of })
    }
    const { role } = condition
    const values = new MemberValues(ROWS_EACH * members.size)
    const of = this.#keepLeaf({
      condition: { kind: 'value', role },
      block: values,
      roles: [role],
      crowd: members,
    })
    const setting = this.#leafSetting(crowd)
    return this.#keep(createGroupValue(condition, crowd, { members, of, values, setting }))
  }

  #keepLeaf(leaf: LeafPart): Node {
    this.leaves.push(leaf)
    this.parts.push({ part: leaf.block, crowd: leaf.crowd })
    return new LeafNode(leaf, this.#setting.ages)
  }

  #leafSetting(crowd: Crowd): LeafSetting {
    const rows = ROWS_EACH * crowd.size
    const { calendar } = this.#setting
    const subject = (row: number) => crowd.subject(row % crowd.size)
    const attributes = (row: number) => subject(row).attributes
    return {
      rows,
      parameter: (parameter) => {
        this.isTimed ||= isScheduled(parameter)
        return parameterColumn(parameter, { rows, attributes, calendar })
      },
      maxGap: (row) => crowd.maxGap(row),
      place: (row) => subject(row).place,
      calendar,
    }
  }
}
