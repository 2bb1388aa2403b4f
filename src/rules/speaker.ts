import type { Evidence } from '../domain/transition.ts'
import type { Block, Sayer, Saying } from './block.ts'
import { evidenceOf, type ReadingBefore, type Witness } from './evidence.ts'
import type { Journal } from './journal.ts'

/** Carries what blocks say into the journal, with what it rests on. */
export class Speaker implements Sayer {
  readonly #journal: Journal
  readonly #reading: ReadingBefore
  /** Used again for whatever is said. */
  #witness: { -readonly [K in keyof Witness]: Witness[K] } | undefined

  constructor(journal: Journal, reading: ReadingBefore) {
    this.#journal = journal
    this.#reading = reading
  }

  /** Is it said because of readings that came out of order? */
  set late(isLate: boolean) {
    this.#journal.late = isLate
  }

  say(block: Block, target: number, what: Saying): void {
    const { event } = what
    const level = block.rows.level[target] ?? 1
    const isEnd = (event === 'cleared' || event === 'withdrawn') && !this.#journal.late
    const said = isEnd ? ended(block, target, what) : what
    const evidence = this.evidence(block, target, event)
    this.#journal.add(block.target(target), said, level, evidence)
  }

  evidence(block: Block, target: number, event: Saying['event']): readonly Evidence[] {
    const time = block.rows.time[target] ?? -Infinity
    const at = time === -Infinity ? this.#journal.now : time
    const witness = (this.#witness ??= { block, target, at, reading: this.#reading })
    witness.block = block
    witness.target = target
    witness.at = at
    return evidenceOf(witness, event)
  }

  /** The same, with evidence that was taken when it was so. */
  repeat(
    block: Block,
    target: number,
    what: Saying & { readonly level: number; readonly evidence: readonly Evidence[] },
  ): void {
    this.#journal.add(block.target(target), what, what.level, what.evidence)
  }
}

/** Keeps when the alarm stood; to people it ends no earlier than they were told it began. */
function ended({ rows, episodes }: Block, target: number, what: Saying): Saying {
  const toldAt = episodes.toldAt(target)
  const at = Math.max(what.at, toldAt ?? -Infinity)
  episodes.add(target, rows.raisedAt[target] ?? what.at, what.at)
  return { ...what, at }
}
