import type { Position } from '../../domain/position.ts'
import { timeUs } from '../../domain/time.ts'
import type { DetectorTransition } from '../../domain/transition.ts'
import type { ReadingColumns } from '../columns.ts'
import type { Detector, RuleTarget } from '../detector.ts'
import { createDetector } from '../engine.ts'
import { Coverage } from './coverage.ts'
import {
  standsBefore,
  type Arm,
  type BacktestJob,
  type LoggedControl,
  type RulesFrom,
  type SourceRecord,
} from './job.ts'
import { Hearing, type HearingParts } from './hearing.ts'
import { rowBehind, slice } from './rows.ts'
import { sliceLength } from './slice-length.ts'

/** What comes between the readings. */
type Event =
  | ({ readonly kind: 'rules' } & RulesFrom)
  | ({ readonly kind: 'control' } & LoggedControl)

/** Timers of one moment: more than this and the detector does not get on. */
const mostTimers = 100_000

export interface ArmOptions extends Omit<HearingParts, 'job'> {
  /** Hears every transition, also those of the warm-up. */
  readonly hear?: (transitions: readonly DetectorTransition[]) => void
}

/** One arm on its way through the past. */
export class ArmRun {
  readonly name: string
  /** What becomes of what it says. */
  readonly hearing: Hearing
  readonly coverage: Coverage
  readonly #job: BacktestJob
  readonly #detector: Detector
  readonly #punctual: boolean
  readonly #events: readonly Event[]
  readonly #hear: ArmOptions['hear']
  #nextEvent = 0
  #targets: readonly RuleTarget[] = []
  /** How finely time is cut, so that a timer is not fired much too late. */
  #slice = Infinity
  /** The detector must be looked after before a record that was heard at this time or later. */
  #limit = Infinity
  #now = -Infinity
  #position: Position

  constructor(arm: Arm, job: BacktestJob, options: ArmOptions) {
    this.name = arm.name
    this.#hear = options.hear
    this.#job = job
    this.#punctual = arm.timers === 'punctual'
    this.#detector = createDetector(job.organisation)
    this.hearing = new Hearing(arm, { job, ...options })
    this.coverage = new Coverage(job.from, job.to)
    this.#events = eventsOf(arm, job)
    this.#position = arm.rules[0]?.position ?? nowhere
  }

  /** Assets the rules watch now. */
  get assets(): number {
    return new Set(this.#targets.map(({ asset }) => asset)).size
  }

  columns(columns: ReadingColumns): void {
    let row = 0
    while (row < columns.length) {
      const event = this.#events[this.#nextEvent]
      const end =
        event === undefined
          ? columns.length
          : rowBehind(columns, row, { position: event.position, ingest: timeOf(event) })
      this.#rows(columns, row, end)
      row = end
      if (event !== undefined && end < columns.length) this.#event(event)
    }
  }

  record(record: SourceRecord): void {
    const { position } = record.kind === 'readings' ? record.decoded : record
    const ingest = record.kind === 'readings' ? record.decoded.ingest : record.record.ingest
    this.#eventsBefore({ position, ingest })
    if (record.kind === 'control') {
      if (this.#takes(record)) this.#event({ ...record })
      return
    }
    if (ingest >= this.#limit) this.#look(ingest)
    this.#position = position
    this.#now = Math.max(this.#now, ingest)
    this.#take(this.#detector.step({ kind: 'readings', decoded: record.decoded }))
  }

  /** Nothing follows: what is left happens until the end of the range. */
  end(): void {
    for (;;) {
      const event = this.#events[this.#nextEvent]
      if (event === undefined || timeOf(event) >= this.#job.to) break
      this.#event(event)
    }
    this.#look(this.#job.to - 1)
  }

  #rows(columns: ReadingColumns, first: number, end: number): void {
    const { ingest } = columns
    let start = first
    for (let row = first; row < end; row++) {
      const now = ingest[row] ?? 0
      if (now < this.#limit) continue
      this.#step(columns, start, row)
      start = row
      this.#look(now)
    }
    this.#step(columns, start, end)
  }

  #step(columns: ReadingColumns, first: number, end: number): void {
    if (end <= first) return
    this.#take(this.#detector.stepColumns(slice(columns, first, end)))
    const { epoch, partition } = columns
    const last = end - 1
    const [sequence, index] = [columns.sequence[last] ?? 0, columns.index[last] ?? 0]
    this.#position = { epoch, partition, sequence, index }
    this.#now = Math.max(this.#now, columns.ingest[last] ?? 0)
  }

  /** Events that stand before this place. */
  #eventsBefore(at: { readonly position: Position; readonly ingest: number }): void {
    for (;;) {
      const event = this.#events[this.#nextEvent]
      if (event === undefined) return
      const own = { position: event.position, ingest: timeOf(event) }
      if (!standsBefore(own, at)) return
      this.#event(event)
    }
  }

  #event(event: Event): void {
    if (event === this.#events[this.#nextEvent]) this.#nextEvent++
    const { position } = event
    const now = timeOf(event)
    // At the edge of the range time begins: nothing was due before.
    if (now >= this.#limit) this.#look(now)
    this.#position = position
    this.#now = Math.max(this.#now, now)
    if (event.kind === 'rules') {
      const { ingest, rules } = event
      this.#targets = rules.targets
      this.#slice = this.#punctual ? sliceLength(rules.targets) : Infinity
      this.#take(this.#detector.step({ kind: 'activation', position, ingest, rules }))
    } else {
      this.#take(this.#detector.step({ kind: 'control', position, record: event.record }))
    }
    this.#setLimit(now)
  }

  /** Fires what is due, asks what the detector knows. */
  #look(now: number): void {
    if (this.#punctual) this.#fireUntil(now)
    if (this.coverage.due <= now) this.coverage.ask(this.#detector, this.#targets, now)
    this.#setLimit(now)
  }

  #take(transitions: readonly DetectorTransition[]): void {
    if (transitions.length === 0) return
    this.hearing.add(transitions)
    this.#hear?.(transitions)
  }

  #fireUntil(now: number): void {
    for (let n = 0; n < mostTimers; n++) {
      const due = this.#detector.nextDue()
      if (due === undefined || due > now) return
      // A late reading can ask for a time that has passed: then it is now.
      this.#now = Math.max(this.#now, due)
      const { organisation } = this.#job
      const ingest = timeUs(this.#now)
      const record = { kind: 'control', control: 'timer', organisation, ingest } as const
      this.#take(this.#detector.step({ kind: 'control', position: this.#position, record }))
    }
    throw new Error(`a detector asked for ${mostTimers} timers at one moment`)
  }

  #setLimit(now: number): void {
    const due = this.#punctual ? (this.#detector.nextDue() ?? Infinity) : Infinity
    const edge =
      this.#slice === Infinity
        ? Infinity
        : (Math.floor(now / this.#slice) + 1) * this.#slice
    this.#limit = Math.min(due, edge, this.coverage.due)
  }

  #takes({ record }: LoggedControl): boolean {
    return record.control === 'blind' || !this.#punctual
  }
}

const nowhere: Position = { epoch: '', partition: 0, sequence: 0, index: 0 }

function timeOf(event: Event): number {
  return event.kind === 'rules' ? event.ingest : event.record.ingest
}

/** Rules and control records in one order; of punctual arms without the timers of others. */
function eventsOf({ rules, timers }: Arm, { controls }: BacktestJob): readonly Event[] {
  const own: Event[] = rules.map((from) => ({ kind: 'rules', ...from }))
  for (const control of controls) {
    if (timers === 'recorded' || control.record.control === 'blind')
      own.push({ kind: 'control', ...control })
  }
  const place = (event: Event) => ({ position: event.position, ingest: timeOf(event) })
  return own.toSorted((a, b) => {
    if (standsBefore(place(a), place(b))) return -1
    return standsBefore(place(b), place(a)) ? 1 : 0
  })
}
