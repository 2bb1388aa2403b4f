import type { Block, Sayer, Saying } from './block.ts'
import { evidenceOf, type ReadingBefore } from './evidence.ts'
import type { Journal } from './journal.ts'

/** Carries what blocks say into the journal, with what it rests on. */
export class Speaker implements Sayer {
  readonly #journal: Journal
  readonly #reading: ReadingBefore
  /** Is it said because of readings that came out of order? */
  late = false

  constructor(journal: Journal, reading: ReadingBefore) {
    this.#journal = journal
    this.#reading = reading
  }

  say(block: Block, target: number, { event, at, historical }: Saying): void {
    if (event === 'cleared' || event === 'withdrawn') {
      const raisedAt = block.rows.raisedAt[target] ?? at
      if (!this.late) block.episodes.add(target, raisedAt, at)
    }
    this.#journal.add({
      target: block.target(target),
      event,
      at,
      historical,
      late: this.late,
      level: block.rows.level[target] ?? 1,
      evidence: this.evidence(block, target, event),
    })
  }

  evidence(block: Block, target: number, event: Saying['event']) {
    const time = block.rows.time[target] ?? -Infinity
    const at = time === -Infinity ? this.#journal.now : time
    return evidenceOf({ block, target, at, reading: this.#reading }, event)
  }

  /** The same, with evidence that was taken when it was so. */
  repeat(
    block: Block,
    target: number,
    what: Saying & Pick<Parameters<Journal['add']>[0], 'evidence' | 'level'>,
  ): void {
    this.#journal.add({ target: block.target(target), late: this.late, ...what })
  }
}
