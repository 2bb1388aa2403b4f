import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Newest } from '../windows/newest.ts'
import { savedList, savedTime } from '../windows/saved.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting } from './leaf.ts'

type Discrepancy = LeafOf<'discrepancy'>

/** Which point a slot is. */
const FEEDBACK = 1

/**
 * TRUE from `travel` after the command last changed for as long as the feedback differs from it:
 * numbers by more than `tolerance`, texts by anything, a text from every number. Saying the same
 * command again is no change. Feedback may be older than the command: what is in place already
 * needs no travel. After the travel a feedback that leaves its place is TRUE at once. OPC 10000-9
 * calls it a DiscrepancyAlarm.
 *
 * UNKNOWN while either is. The first command that is heard counts as changed then. Time alone
 * makes it TRUE, at command + `travel`.
 */
export const discrepancy: Leaf<Discrepancy> = {
  roles: ({ command, feedback }) => [command, feedback],
  lookBack: ({ travel }) => travel,
  isTimed: true,
  make: (condition, setting) => new DiscrepancyBlock(condition, setting),
}

class DiscrepancyBlock implements LeafBlock {
  readonly #condition: Discrepancy
  readonly #command: Newest
  readonly #feedback: Newest
  /** When the command last changed, µs; -Infinity before any. */
  readonly #changed: Float64Array

  constructor(condition: Discrepancy, { rows }: LeafSetting) {
    this.#condition = condition
    this.#command = new Newest(rows)
    this.#feedback = new Newest(rows)
    this.#changed = new Float64Array(rows).fill(-Infinity)
  }

  // oxlint-disable-next-line max-params -- the contract's: a record for each reading would be an allocation
  take(
    row: number,
    slot: number,
    at: number,
    value: number,
    text: string | undefined,
  ): void {
    if (slot === FEEDBACK) {
      this.#feedback.take(row, at, value, text)
      return
    }
    const isSame = Number.isNaN(value)
      ? text === this.#command.text(row)
      : value === this.#command.value(row)
    if (!isSame) this.#changed[row] = at
    this.#command.take(row, at, value, text)
  }

  lose(row: number, slot: number): void {
    ;(slot === FEEDBACK ? this.#feedback : this.#command).lose(row)
  }

  judge(row: number, at: number): Truth {
    if (this.#command.isLost(row) || this.#feedback.isLost(row)) return UNKNOWN
    return this.#differs(row) && at >= this.#arrival(row) ? TRUE : FALSE
  }

  known(row: number): number {
    return Math.max(this.#command.at(row), this.#feedback.at(row))
  }

  due(row: number, at: number): number {
    if (this.#command.isLost(row) || this.#feedback.isLost(row)) return Infinity
    const arrival = this.#arrival(row)
    return at < arrival && this.#differs(row) ? arrival : Infinity
  }

  /** Computed is what was commanded, where that is a number. */
  figures(row: number): Figures {
    const computed = this.#command.value(row)
    return {
      limit: this.#condition.tolerance,
      ...(Number.isNaN(computed) ? {} : { computed }),
    }
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#command.copy(from, to)
    this.#feedback.copy(from, to)
    this.#changed[to] = this.#changed[from] ?? -Infinity
  }

  clear(row: number): void {
    this.#command.clear(row)
    this.#feedback.clear(row)
    this.#changed[row] = -Infinity
  }

  save(row: number): unknown {
    const changed = this.#changed[row] ?? -Infinity
    return [
      this.#command.save(row),
      this.#feedback.save(row),
      changed === -Infinity ? null : changed,
    ]
  }

  load(row: number, saved: unknown): void {
    const [command, feedback, changed] = savedList(saved, 3)
    this.#command.load(row, command)
    this.#feedback.load(row, feedback)
    this.#changed[row] = changed === null ? -Infinity : savedTime(changed)
  }

  /** When what was commanded should be in place. */
  #arrival(row: number): number {
    return (this.#changed[row] ?? -Infinity) + this.#condition.travel
  }

  #differs(row: number): boolean {
    const command = this.#command.value(row)
    const feedback = this.#feedback.value(row)
    if (Number.isNaN(command) || Number.isNaN(feedback))
      return this.#command.text(row) !== this.#feedback.text(row)
    return Math.abs(command - feedback) > this.#condition.tolerance
  }
}
