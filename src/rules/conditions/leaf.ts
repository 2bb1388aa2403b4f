import type { Calendar } from '../../calendar/civil-time.ts'
import type { DurationUs } from '../../domain/time.ts'
import type { LeafCondition } from '../leaf-condition.ts'
import type { Parameter } from '../parameter.ts'
import type { Truth } from '../truth.ts'

/**
 * A parameter for every row of a block. NaN where the asset lacks the attribute: whatever uses it
 * is UNKNOWN.
 */
export interface ParameterColumn {
  /** Its value at `at` (µs, event time). */
  at(row: number, at: number): number
  /** The next time after `at` at which it changes by the clock; Infinity for never. */
  changes(row: number, at: number): number
}

/** What the kind of a condition may ask for when its block is made. */
export interface LeafSetting {
  /** Rows there are. One asset has several: what is now, and checkpoints to rewind to. */
  readonly rows: number
  parameter(parameter: Parameter): ParameterColumn
  /** How long a value vouches for itself, µs: the rule's `maxGap`. */
  maxGap(row: number): number
  /** WGS84 degrees; undefined for an asset without a place. */
  place(row: number): { readonly lat: number; readonly lon: number } | undefined
  /** The organisation's civil time. */
  readonly calendar: Calendar
}

/** Figures a leaf judged by, frozen into evidence for people. */
export interface Figures {
  /** The limit it was held against, in the point's unit. */
  readonly limit?: number
  /** What was computed and held against it: a rate, a baseline, a count. */
  readonly computed?: number
}

/**
 * One leaf of one rule's condition for all assets at once: numeric columns of equal length, one row
 * an asset and checkpoint, so that 100,000 of them cost bytes, not objects. It is told what its
 * points say in the order of event time and answers what that makes of the condition. It knows no
 * delays, no alarms and no order of arrival: those are the engine's.
 */
export interface LeafBlock {
  /**
   * The point in `slot` (an index into `roles`) said something at `at` (µs), later than anything it
   * said before in this row. `value` is finite (a boolean is 0 or 1), or NaN and `text` says it.
   * Allocates nothing.
   */
  take(row: number, slot: number, at: number, value: number, text: string | undefined): void
  /** The point in `slot` said something that is UNKNOWN, at `at`. */
  lose(row: number, slot: number, at: number): void
  /**
   * What the condition is at `at`, not before what was taken last. Asked once after each `take`,
   * `lose` and due time, in order, and only there may it change what the row remembers (a latch).
   */
  judge(row: number, at: number): Truth
  /** Event time (µs) of the newest value the judgement rests on; Infinity where it needs none, -Infinity before any. */
  known(row: number): number
  /** The next time after `at` at which `judge` may answer otherwise with nothing new taken; Infinity for never. */
  due(row: number, at: number): number
  figures(row: number, at: number, holds: boolean): Figures
  /** 1 and up for a condition with levels while it is TRUE; else 1. */
  level(row: number): number
  /** Whether its deadband applies from here on. Left out: what it remembers is its own affair. */
  latch?(row: number, holds: boolean): void
  /** Row `to` becomes what row `from` is. The two share nothing afterwards. */
  copy(from: number, to: number): void
  /** The row knows nothing any more. */
  clear(row: number): void
  /** JSON-able, as short as can be; `load` takes it back exactly. */
  save(row: number): unknown
  /** Throws with what is wrong when `saved` is not what `save` writes. */
  load(row: number, saved: unknown): void
}

/** A kind so common that its readings have a way of their own. */
export interface PromptBlock extends LeafBlock {
  /** What `take` and `judge` would make of a row by a finite number at its own time, as a number. Changes nothing. */
  weigh(row: number, at: number, value: number): number
  /** What `judge` would say then. */
  verdict(weighed: number): Truth
  /** Makes the row so. */
  keep(row: number, at: number, weighed: number): void
}

export function isPrompt(block: LeafBlock): block is PromptBlock {
  return 'weigh' in block
}

/** A kind of condition: a file beside this one that exports one of these, and a line in `registry.ts`. */
export interface Leaf<C extends LeafCondition> {
  /** Its roles; `slot` counts them. */
  roles(condition: C): readonly string[]
  /** How far back readings matter to a judgement; 0 for the newest alone. */
  lookBack(condition: C): DurationUs
  /** Can time alone change it, with nothing new taken? Limits on a schedule apart: any kind may have those. */
  readonly isTimed: boolean
  make(condition: C, setting: LeafSetting): LeafBlock
}
