import { leafCondition } from '../../../src/rules/leaf-condition.ts'
import type { LeafBlock, LeafSetting } from '../../../src/rules/conditions/leaf.ts'
import { leafOf } from '../../../src/rules/conditions/registry.ts'

const S = 1_000_000

/** A number, a text, or null for what is UNKNOWN. */
export type Said = number | string | null

/** A setting in which every parameter is the number written down and a value vouches for a minute. */
export function setting(rows: number, maxGap = 60 * S): LeafSetting {
  return {
    rows,
    parameter: (parameter) => ({
      at: () => (typeof parameter === 'number' ? parameter : Number.NaN),
      changes: () => Infinity,
    }),
    maxGap: () => maxGap,
    place: () => undefined,
    calendar: { within: () => false, changes: () => Infinity },
  }
}

/** The block of a windowed condition, from its text as it stands in a rule. */
export function blockOf(text: unknown, of: LeafSetting = setting(3)): LeafBlock {
  return leafOf(leafCondition.parse(text)).make(of)
}

/** One row of a block as a test speaks of it: times in seconds, answers T, F and U. */
export class Row {
  readonly block: LeafBlock
  readonly row: number

  constructor(block: LeafBlock, row = 0) {
    this.block = block
    this.row = row
  }

  static of(text: unknown, of?: LeafSetting): Row {
    return new Row(blockOf(text, of))
  }

  /** What a point says, and what that makes of the condition. */
  say(seconds: number, said: Said, slot = 0): string {
    const at = Math.round(seconds * S)
    if (said === null) this.block.lose(this.row, slot, at)
    else if (typeof said === 'string') this.block.take(this.row, slot, at, Number.NaN, said)
    else this.block.take(this.row, slot, at, said, undefined)
    return this.ask(seconds)
  }

  ask(seconds: number): string {
    const truth = this.block.judge(this.row, Math.round(seconds * S))
    return truth === 1 ? 'T' : truth === 0 ? 'F' : 'U'
  }

  /** Seconds; undefined when only a reading can change anything. */
  due(seconds: number): number | undefined {
    const due = this.block.due(this.row, Math.round(seconds * S))
    return due === Infinity ? undefined : due / S
  }

  computed(seconds: number): number {
    const at = Math.round(seconds * S)
    return this.block.figures(this.row, at, true).computed ?? Number.NaN
  }

  limit(seconds: number, holds = true): number {
    const at = Math.round(seconds * S)
    return this.block.figures(this.row, at, holds).limit ?? Number.NaN
  }

  /** `1 2 - 3`: a reading every so many seconds from 0, `-` UNKNOWN, `.` none. */
  play(series: string, every: number): string {
    return series
      .split(' ')
      .map((word, index) => {
        if (word === '.') return '.'
        return this.say(index * every, word === '-' ? null : Number(word))
      })
      .join('')
  }
}
