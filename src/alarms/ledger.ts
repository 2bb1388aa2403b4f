import { callsOf, type AlarmCall } from './calls.ts'
import type { Refusal } from './events.ts'
import type { Happening } from './happening.ts'
import { commandId, occurrenceId } from './ids.ts'
import { journalRow } from './journal-row.ts'
import { advance } from './life-cycle.ts'
import { occurrenceAfter } from './occurrence.ts'
import type { AlarmRecords, RecordChanges } from './records.ts'
import { priorityAt } from './rule-facts.ts'
import { stateColumns, stateOf, suppressionRow } from './rows.ts'
import type { AlarmRow, OccurrenceRow, TransitionRow } from './rows.ts'
import type { LifeCycleState } from './state.ts'
import type { Suppression } from './suppression.ts'
import { timersAfter, type TimerRow } from './timers.ts'

/** One alarm as the transaction sees it. */
export interface Entry {
  readonly alarm: AlarmRow
  /** The open or the last occurrence. */
  readonly last: OccurrenceRow | undefined
  readonly state: LifeCycleState
  readonly sequence: number
}

/** An alarm before and after a step, for those who listen. */
export interface Moved {
  readonly before: LifeCycleState
  readonly entry: Entry
  readonly happening: Happening
}

/**
 * The alarms that one transaction works on: read together, moved in memory one happening at a time,
 * written together with `flush`, as often as somebody must see them. Lives as long as the body.
 */
export class Ledger {
  readonly #records: AlarmRecords
  readonly #entries = new Map<string, Entry>()
  readonly #asked = new Set<string>()
  readonly #dirty = new Set<string>()
  readonly #touched = new Set<string>()
  readonly #savedReasons = new Map<string, readonly Suppression[]>()
  readonly #occurrences = new Map<string, OccurrenceRow>()
  /** Every occurrence this transaction wrote, as it is now. */
  readonly #written = new Map<string, OccurrenceRow>()
  readonly #timers = new Map<string, TimerRow | undefined>()
  #transitions: TransitionRow[] = []
  #moves: Moved[] = []
  #calls: AlarmCall[] = []

  constructor(records: AlarmRecords) {
    this.#records = records
  }

  /** Reads alarms that were not read yet; the transaction is serialisable, so reading locks them. */
  async load(ids: readonly string[]): Promise<void> {
    const fresh = ids.filter((id) => !this.#asked.has(id))
    for (const id of fresh) this.#asked.add(id)
    if (fresh.length === 0) return
    const loaded = await this.#records.load(fresh)
    for (const { alarm, last, suppression, sequence } of loaded) {
      const state = stateOf(alarm, last, suppression)
      this.#entries.set(alarm.id, { alarm, last, state, sequence })
      this.#savedReasons.set(alarm.id, suppression)
    }
  }

  look(alarm: string): Entry | undefined {
    return this.#entries.get(alarm)
  }

  /** Adds an alarm that nobody heard of before. */
  add(alarm: AlarmRow): Entry {
    const entry = {
      alarm,
      last: undefined,
      state: stateOf(alarm, undefined, []),
      sequence: 0,
    }
    this.#entries.set(alarm.id, entry)
    return entry
  }

  /** The occurrence a raise would belong to: open, continued or new. */
  occurrenceFor(alarm: string, happening: Pick<Happening, 'id'>, goesOn: boolean): string {
    const { last, sequence } = this.entry(alarm)
    if (goesOn && last !== undefined) return last.id
    return occurrenceId(happening.id ?? commandId(alarm, sequence + 1))
  }

  /** Moves one alarm and journals it; a refusal leaves everything as it was. */
  move(alarm: string, happening: Happening): Refusal | undefined {
    const before = this.entry(alarm)
    const { rule, now } = happening
    const answer = advance(before.state, happening.event, rule)
    if (!answer.ok) return answer.refusal
    const { state, effects } = answer
    const sequence = before.sequence + 1
    const id = happening.id ?? commandId(alarm, sequence)
    const cause = { alarm: before.alarm, id, happening, state }
    const last = occurrenceAfter(before.last, cause, effects)
    const isRaise = state.raise !== before.state.raise
    const row: AlarmRow = {
      ...before.alarm,
      ...stateColumns(state),
      priority: priorityAt(rule, state.level),
      fault_class: rule.faultClass,
      occurrence: state.open ? (last?.id ?? null) : null,
      last_occurrence: last?.id ?? null,
      last_change_at: happening.at,
      last_position: happening.position ?? before.alarm.last_position,
      ...(isRaise && { raised_at: happening.at, raised_by: id }),
    }
    const entry: Entry = { alarm: row, last, state, sequence }
    this.#entries.set(alarm, entry)
    this.#dirty.add(alarm)
    if (last !== undefined && last !== before.last) this.#writeOccurrence(last)
    this.#transitions.push(journalRow(id, { before, after: entry, happening, effects }))
    this.#note(timersAfter(before.state, state, { ...row, alarm, policy: rule, now }))
    this.#calls.push(...callsOf(effects, { entry, happening, id }))
    this.#moves.push({ before: before.state, entry, happening })
    return undefined
  }

  /** Journals what comes too late to change anything. */
  journalOnly(alarm: string, happening: Happening & { readonly id: string }): void {
    const before = this.entry(alarm)
    const after = { ...before, sequence: before.sequence + 1 }
    this.#entries.set(alarm, after)
    this.#dirty.add(alarm)
    const moved = { before, after, happening, effects: [] }
    this.#transitions.push({ ...journalRow(happening.id, moved), occurrence: null })
  }

  setTimer(timer: TimerRow): void {
    this.#timers.set(timer.id, timer)
  }

  forgetTimer(id: string): void {
    this.#timers.set(id, undefined)
  }

  /** What moved since the last call, in order. */
  takeMoves(): readonly Moved[] {
    const moves = this.#moves
    this.#moves = []
    return moves
  }

  /** What other folders are asked to do, in the order it happened. */
  takeCalls(): readonly AlarmCall[] {
    const calls = this.#calls
    this.#calls = []
    return calls
  }

  /** The case of an occurrence that this transaction moved; null when it has none. */
  caseOf(occurrence: string): string | null {
    return this.#written.get(occurrence)?.case ?? null
  }

  setCase(occurrence: string, caseId: string): void {
    const row = this.#written.get(occurrence)
    if (row === undefined) throw new Error(`occurrence ${occurrence} was not moved`)
    const after = { ...row, case: caseId }
    this.#writeOccurrence(after)
    const entry = this.entry(row.alarm)
    if (entry.last?.id === occurrence) {
      this.#entries.set(row.alarm, { ...entry, last: after })
    }
  }

  /** Writes everything that changed since the last time. */
  async flush(): Promise<void> {
    if (this.#dirty.size + this.#timers.size + this.#occurrences.size === 0) return
    const timers = [...this.#timers]
    await this.#records.save({
      alarms: [...this.#dirty].map((id) => this.entry(id).alarm),
      occurrences: [...this.#occurrences.values()],
      transitions: this.#transitions,
      ...this.#reasons(),
      timers: timers.flatMap(([, timer]) => timer ?? []),
      forgotten: timers.flatMap(([id, timer]) => (timer === undefined ? [id] : [])),
    })
    for (const id of this.#dirty) this.#touched.add(id)
    this.#dirty.clear()
    this.#occurrences.clear()
    this.#timers.clear()
    this.#transitions = []
  }

  /** Tells the feed which alarms changed. */
  tell(): void {
    this.#records.tell(this.#touched)
  }

  entry(alarm: string): Entry {
    const entry = this.#entries.get(alarm)
    if (entry === undefined) throw new Error(`alarm ${alarm} was not loaded`)
    return entry
  }

  #writeOccurrence(row: OccurrenceRow): void {
    this.#occurrences.set(row.id, row)
    this.#written.set(row.id, row)
  }

  /** Reasons that came and went since the last time. */
  #reasons(): Pick<RecordChanges, 'came' | 'went'> {
    const { organisation } = this.#records
    const came = []
    const went = []
    for (const alarm of this.#dirty) {
      const { suppression } = this.entry(alarm).state
      const saved = this.#savedReasons.get(alarm) ?? []
      if (saved === suppression) continue
      const since = this.entry(alarm).alarm.last_change_at
      const at = { organisation, alarm, since }
      for (const one of suppression) {
        if (!saved.includes(one)) came.push(suppressionRow(one, at))
      }
      for (const one of saved) if (!suppression.includes(one)) went.push({ ...one, alarm })
      this.#savedReasons.set(alarm, suppression)
    }
    return { came, went }
  }

  #note({ set, forget }: ReturnType<typeof timersAfter>): void {
    for (const id of forget) this.#timers.set(id, undefined)
    for (const timer of set) this.#timers.set(timer.id, timer)
  }
}
