import { selfService, type ClosingReason, type ReportSource } from '../cases/views.ts'
import type { CaseFact, ReportFact, Window } from './facts.ts'
import type { StatisticsView } from './views.ts'

const MICROSECONDS = 1_000_000

/** Counts one window over facts that come in any order, in memory that grows with the cases alone. */
export class Tally {
  readonly #window: Window
  readonly #bySource = new Map<ReportSource, number>()
  readonly #byReason = new Map<ClosingReason, number>()
  readonly #ages: number[] = []
  readonly #toResponse: number[] = []
  readonly #toClose: number[] = []
  readonly #leads: number[] = []
  #answered = 0
  #opened = 0
  #closed = 0
  #reopened = 0
  #met = 0
  #missed = 0
  #satisfied = 0
  #surveys = 0
  #both = 0
  #personReports = 0
  #personCases = 0

  constructor(window: Window) {
    this.#window = window
  }

  report({ at, source, firstContact }: ReportFact): void {
    if (!this.#isWithin(at)) return
    add(this.#bySource, source)
    if (firstContact) this.#answered += 1
  }

  /** Of a merged case only its reports count: the work is its target's. */
  case(fact: CaseFact): void {
    if (fact.isMerged) return
    if (this.#isWithin(fact.openedAt)) this.#countOpened(fact)
    const { closedAt } = fact
    if (closedAt === null || closedAt >= this.#window.to) {
      if (fact.openedAt < this.#window.to) this.#ages.push(this.#window.to - fact.openedAt)
    } else if (closedAt >= this.#window.from) this.#countClosed(fact, closedAt)
  }

  figures(): StatisticsView {
    const alarms = this.#bySource.get('alarm') ?? 0
    const people = sum(this.#bySource.values()) - alarms
    const own = [...this.#bySource].filter(([source]) => selfService.has(source))
    const fixed =
      (this.#byReason.get('fixed') ?? 0) + (this.#byReason.get('self_recovered') ?? 0)
    return {
      reports: {
        people,
        alarms,
        selfServiceShare: share(sum(own.map(([, count]) => count)), people),
        bySource: Object.fromEntries(this.#bySource),
        firstContact: this.#answered,
        firstContactShare: share(this.#answered, people),
      },
      cases: {
        opened: this.#opened,
        closed: this.#closed,
        backlog: this.#ages.length,
        backlogAge: median(this.#ages),
        byReason: Object.fromEntries(this.#byReason),
        fixedShare: share(fixed, this.#closed),
        absorbedShare: share(this.#personReports - this.#personCases, this.#personReports),
      },
      times: { toFirstResponse: median(this.#toResponse), toClose: median(this.#toClose) },
      serviceLevelShare: share(this.#met, this.#met + this.#missed),
      reopenedShare: share(this.#reopened, this.#closed),
      satisfiedShare: share(this.#satisfied, this.#surveys),
      surveys: this.#surveys,
      alarmFirst: {
        share: share(this.#leads.length, this.#both),
        lead: median(this.#leads),
        cases: this.#both,
      },
    }
  }

  #countOpened(fact: CaseFact): void {
    const { openedAt, firstResponseAt, firstAlarmAt, firstPersonAt } = fact
    this.#opened += 1
    if (firstResponseAt !== null) {
      this.#toResponse.push(Math.max(0, firstResponseAt - openedAt))
    }
    if (fact.personReports > 0) {
      this.#personCases += 1
      this.#personReports += fact.personReports
    }
    if (firstAlarmAt === null || firstPersonAt === null) return
    this.#both += 1
    if (firstAlarmAt < firstPersonAt) this.#leads.push(firstPersonAt - firstAlarmAt)
  }

  #countClosed(fact: CaseFact, closedAt: number): void {
    this.#closed += 1
    if (fact.reason !== null) add(this.#byReason, fact.reason)
    if (fact.reopenedAt.length > 0) this.#reopened += 1
    this.#toClose.push(Math.max(0, closedAt - fact.openedAt))
    this.#surveys += fact.satisfied + fact.unsatisfied
    this.#satisfied += fact.satisfied
    this.#met += fact.deadlinesMet
    this.#missed += fact.deadlinesMissed
  }

  #isWithin(at: number): boolean {
    return at >= this.#window.from && at < this.#window.to
  }
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/** The middle value, or the mean of the two in the middle, in seconds; null of none. */
function median(values: readonly number[]): number | null {
  const sorted = Float64Array.from(values).toSorted()
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  if (upper === undefined) return null
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper
  return (lower + upper) / 2 / MICROSECONDS
}
