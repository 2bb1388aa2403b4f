import type { Condition } from '../condition.ts'
import type { Node } from '../compile.ts'
import type { Crowd } from '../crowd.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'

type Several = Extract<Condition, { kind: 'all' | 'any' | 'oneOf' | 'firstKnown' }>

/**
 * A node above several others. All of them are asked every time, even when the first decides, so
 * that what each remembers does not depend on its neighbours.
 */
export function several(condition: Several, crowd: Crowd, children: readonly Node[]): Node {
  switch (condition.kind) {
    case 'all':
      return new All(condition, crowd, children)
    case 'any':
      return new Any(condition, crowd, children)
    case 'oneOf':
      return new OneOf(condition, crowd, children)
    case 'firstKnown':
      return new FirstKnown(condition, crowd, children)
  }
}

abstract class Above implements Node {
  readonly condition: Several
  readonly crowd: Crowd
  protected readonly children: readonly Node[]

  constructor(condition: Several, crowd: Crowd, children: readonly Node[]) {
    this.condition = condition
    this.crowd = crowd
    this.children = children
  }

  abstract judge(row: number, at: number): Truth

  due(row: number, at: number): number {
    let due = Infinity
    for (const child of this.children) due = Math.min(due, child.due(row, at))
    return due
  }

  below(row: number) {
    return this.children.map((node) => ({ node, row }))
  }
}

class All extends Above {
  judge(row: number, at: number): Truth {
    let truth: Truth = TRUE
    for (const child of this.children) {
      const one = child.judge(row, at)
      if (one === FALSE) truth = FALSE
      else if (one === UNKNOWN && truth === TRUE) truth = UNKNOWN
    }
    return truth
  }
}

class Any extends Above {
  judge(row: number, at: number): Truth {
    let truth: Truth = FALSE
    for (const child of this.children) {
      const one = child.judge(row, at)
      if (one === TRUE) truth = TRUE
      else if (one === UNKNOWN && truth === FALSE) truth = UNKNOWN
    }
    return truth
  }
}

/** TRUE when exactly one is; two that are TRUE decide, whatever is unknown. */
class OneOf extends Above {
  judge(row: number, at: number): Truth {
    let found = 0
    let unknown = false
    for (const child of this.children) {
      const one = child.judge(row, at)
      if (one === TRUE) found += 1
      else if (one === UNKNOWN) unknown = true
    }
    if (found > 1) return FALSE
    if (unknown) return UNKNOWN
    return found === 1 ? TRUE : FALSE
  }
}

class FirstKnown extends Above {
  judge(row: number, at: number): Truth {
    let truth: Truth = UNKNOWN
    for (const child of this.children) {
      const one = child.judge(row, at)
      if (truth === UNKNOWN) truth = one
    }
    return truth
  }
}
