import { timeUs, type TimeUs } from '../../domain/time.ts'
import type { DetectorTransition } from '../../domain/transition.ts'
import type { Announcement } from '../alarms.ts'
import { impliedSource } from '../implied.ts'
import { MAINTENANCE, maintenanceSource, windowTimer } from '../maintenance-source.ts'
import { batchesOf, nameAll, saidBy } from '../named.ts'
import { ring, groupsOf } from '../ring.ts'
import type { RuleBook } from '../rule-facts.ts'
import type { Said } from '../said.ts'
import { Session } from '../session.ts'
import type { SuppressionSource } from '../sources.ts'
import { timerRow, whichText } from '../timers.ts'
import { endOf } from '../windows.ts'
import { RecordsInMemory, type MemoryWorld } from './records.ts'

/** Timers of one moment: more than this and alarms do not get on. */
const MOST_ROUNDS = 100_000
/** Timers done in one go, as live. */
const TIMERS_AT_ONCE = 500

export interface InMemoryParts extends MemoryWorld {
  /** Asked after `impliedBy` and maintenance, as live. */
  readonly sources: readonly SuppressionSource[]
  /** The rules as they are at a time. */
  book(now: TimeUs): RuleBook
  /** Something that people who watch alarms are told. */
  announce(announcement: Announcement, records: RecordsInMemory): void
}

/**
 * The life-cycle of alarms that never were, word for word the one of `createAlarms`, with its records in
 * memory and time from its callers: a backtest tells nobody, and nothing of it is kept. Nobody
 * acknowledges, shelves or takes out of service.
 */
export class AlarmsInMemory {
  readonly #parts: InMemoryParts
  readonly #records: RecordsInMemory
  readonly #sources: readonly SuppressionSource[]
  #now = timeUs(0)

  constructor(parts: InMemoryParts) {
    this.#parts = parts
    this.#records = new RecordsInMemory(parts)
    this.#sources = [impliedSource, maintenanceSource, ...parts.sources]
    const { organisation, windows } = parts
    for (const window of windows) {
      for (const [what, due] of [
        ['begin', window.from_at],
        ['end', endOf(window)],
      ] as const) {
        const ref = whichText({ kind: MAINTENANCE, ref: windowTimer(what, window.id) })
        this.#records.timers.set(
          timerRow({ organisation, alarm: '', kind: 'source', ref, due }),
        )
      }
    }
  }

  /** Takes in what a detector said at one time, after what was due by then. */
  async take(transitions: readonly DetectorTransition[], now: TimeUs): Promise<void> {
    await this.pass(now)
    const book = this.#parts.book(this.#now)
    // Evidence stands in the journal alone, and there is none here.
    const all = nameAll(
      this.#parts.organisation,
      transitions.map((said) => ({ ...said, evidence: [] })),
    )
    for (const batch of batchesOf(all, book)) {
      await this.#say(batch.map((named) => saidBy(named, { book, now: this.#now })))
    }
  }

  /** Takes in what is known already as it was said, after what was due by then. */
  async say(said: readonly Said[], now: TimeUs): Promise<void> {
    await this.pass(now)
    await this.#say(said)
  }

  /** Does what is due by then, each at its time. */
  async pass(until: TimeUs): Promise<void> {
    const { timers } = this.#records
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const due = timers.next()
      if (due === undefined || due > until) {
        this.#now = timeUs(Math.max(this.#now, until))
        return
      }
      this.#now = timeUs(Math.max(this.#now, due))
      for (const group of groupsOf(timers.dueBy(this.#now, TIMERS_AT_ONCE))) {
        const still = group.filter((timer) => timers.has(timer))
        if (still.length === 0) continue
        for (const { id } of still) timers.forget(id)
        await ring(this.#session(), still)
      }
    }
    throw new Error(`alarms set ${MOST_ROUNDS} timers for one moment`)
  }

  async #say(said: readonly Said[]): Promise<void> {
    const session = this.#session()
    await session.say(said)
    await session.finish()
  }

  #session(): Session {
    return new Session(this.#records, {
      now: this.#now,
      book: this.#parts.book(this.#now),
      sources: this.#sources,
      effects: {
        announce: (announcement) => {
          this.#parts.announce(announcement, this.#records)
          return Promise.resolve()
        },
        // Whoever would have a case has this one; nobody looks at it.
        confirm: () => Promise.resolve('case'),
        gathered: () => Promise.resolve(),
        cleared: () => Promise.resolve(),
      },
    })
  }
}
