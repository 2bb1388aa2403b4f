import { NewestLeaf } from '../conditions/newest-leaf.ts'
import { TRUE, type Truth, UNKNOWN } from '../truth.ts'

/** What one role of each member of a group said last. TRUE where that is a number that is known. */
export class MemberValues extends NewestLeaf {
  /** NaN before anything was said, and for a text. */
  value(row: number): number {
    return this.newest.value(row)
  }

  judge(row: number): Truth {
    return this.newest.isLost(row) || Number.isNaN(this.value(row)) ? UNKNOWN : TRUE
  }
}
