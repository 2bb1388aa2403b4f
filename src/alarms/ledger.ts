import type { UnitOfWork } from '../database/database.ts'
import type { AlarmEffects, Annunciation } from './alarms.ts'
import type { Happening } from './happening.ts'
import { commandId } from './ids.ts'
import {
  advance,
  type LifeCycleEffect,
  type LifeCycleState,
  type Refusal,
} from './life-cycle.ts'
import { occurrenceAfter } from './occurrence.ts'
import { stateColumns, stateOf } from './rows.ts'
import type { AlarmRow, OccurrenceRow, TransitionRow } from './rows.ts'
import { loadAlarms, saveAlarms, saveOccurrences, saveTransitions } from './statements.ts'

interface Entry {
  alarm: AlarmRow
  occurrence: OccurrenceRow | undefined
  state: LifeCycleState
  sequence: number
}

type Call = { readonly kind: 'confirm' | 'cleared'; readonly annunciation: Annunciation }

/**
 * The alarms that one transaction works on: read together, moved in memory one happening at a time,
 * written together. Lives as long as the transaction's body.
 */
export class Ledger {
  readonly #work: UnitOfWork
  readonly #entries: Map<string, Entry>
  readonly #changed = new Set<string>()
  readonly #occurrences = new Map<string, OccurrenceRow>()
  readonly #transitions: TransitionRow[] = []
  readonly #calls: Call[] = []

  private constructor(work: UnitOfWork, entries: Map<string, Entry>) {
    this.#work = work
    this.#entries = entries
  }

  /** Reads the alarms with these ids; the transaction is serialisable, so reading locks them. */
  static async open(work: UnitOfWork, ids: readonly string[]): Promise<Ledger> {
    const loaded = await loadAlarms(work, ids)
    const entries = loaded.map(({ alarm, occurrence, sequence }): [string, Entry] => [
      alarm.id,
      { alarm, occurrence, sequence, state: stateOf(alarm, occurrence) },
    ])
    return new Ledger(work, new Map(entries))
  }

  /** The row as it is now, with the open occurrence. */
  look(
    alarm: string,
  ): { alarm: AlarmRow; occurrence: OccurrenceRow | undefined } | undefined {
    return this.#entries.get(alarm)
  }

  /** Adds an alarm that nobody heard of before. */
  add(alarm: AlarmRow): void {
    const state = stateOf(alarm, undefined)
    this.#entries.set(alarm.id, { alarm, occurrence: undefined, sequence: 0, state })
  }

  /** Moves one alarm and journals it; a refusal leaves everything as it was. */
  move(alarm: string, happening: Happening): Refusal | undefined {
    const entry = this.#entry(alarm)
    const answer = advance(entry.state, happening.event)
    if (!answer.ok) return answer.refusal
    const before = entry.occurrence
    const id = happening.id ?? commandId(alarm, entry.sequence + 1)
    const after = occurrenceAfter(
      before,
      { alarm: entry.alarm, id, happening },
      answer.effects,
    )
    this.#journal(entry, happening, { id, to: answer.state, occurrence: after ?? before })
    this.#note(entry, happening, { effects: answer.effects, occurrence: after ?? before })
    entry.occurrence = after?.closed_at === null ? after : undefined
    entry.state = answer.state
    entry.alarm = {
      ...entry.alarm,
      ...stateColumns(answer.state),
      priority: happening.rule.priority,
      occurrence: entry.occurrence?.id ?? null,
      last_change_at: happening.at,
      last_position: happening.position ?? entry.alarm.last_position,
    }
    return undefined
  }

  /** Journals what comes too late to change anything. */
  journalOnly(alarm: string, happening: Happening & { readonly id: string }): void {
    const entry = this.#entry(alarm)
    this.#journal(entry, happening, {
      id: happening.id,
      to: entry.state,
      occurrence: undefined,
    })
  }

  /**
   * Writes everything, then lets the other folders do their part, in the order it happened.
   * Gives the cases that were opened, by occurrence.
   */
  async save(effects: AlarmEffects): Promise<ReadonlyMap<string, string>> {
    const alarms = [...this.#changed].map((id) => this.#entry(id).alarm)
    await saveAlarms(this.#work, alarms)
    await saveOccurrences(this.#work, [...this.#occurrences.values()])
    await saveTransitions(this.#work, this.#transitions)
    const cases = await this.#carryOut(effects)
    for (const id of this.#changed) this.#work.tell({ kind: 'alarm', subject: id })
    return cases
  }

  async #carryOut(effects: AlarmEffects): Promise<ReadonlyMap<string, string>> {
    const opened = new Map<string, string>()
    for (const { kind, annunciation } of this.#calls) {
      const { occurrence } = annunciation
      if (kind === 'confirm') {
        opened.set(occurrence, await effects.confirm(this.#work, annunciation))
        continue
      }
      const caseId = opened.get(occurrence) ?? this.#occurrences.get(occurrence)?.case
      if (typeof caseId === 'string') {
        await effects.cleared(this.#work, annunciation, caseId)
      }
    }
    const rows = [...this.#occurrences.values()].flatMap((row) => {
      const caseId = opened.get(row.id)
      return caseId === undefined ? [] : [{ ...row, case: caseId }]
    })
    await saveOccurrences(this.#work, rows)
    return opened
  }

  #entry(alarm: string): Entry {
    const entry = this.#entries.get(alarm)
    if (entry === undefined) throw new Error(`alarm ${alarm} was not loaded`)
    return entry
  }

  #journal(
    entry: Entry,
    happening: Happening,
    moved: { id: string; to: LifeCycleState; occurrence: OccurrenceRow | undefined },
  ): void {
    entry.sequence += 1
    this.#changed.add(entry.alarm.id)
    this.#transitions.push({
      organisation: entry.alarm.organisation,
      id: moved.id,
      alarm: entry.alarm.id,
      occurrence: moved.occurrence?.id ?? null,
      sequence: entry.sequence,
      event: happening.event.kind,
      from_state: entry.state.standing,
      to_state: moved.to.standing,
      at: happening.at,
      processed_at: happening.now,
      actor: happening.actor,
      comment: happening.comment,
      historical: 'historical' in happening.event && happening.event.historical ? 1 : 0,
      rule_version: happening.ruleVersion,
      evidence: happening.evidence,
    })
  }

  #note(
    entry: Entry,
    { rule, at, now }: Happening,
    moved: {
      effects: readonly LifeCycleEffect[]
      occurrence: OccurrenceRow | undefined
    },
  ): void {
    const { effects, occurrence } = moved
    if (occurrence === undefined || effects.length === 0) return
    this.#occurrences.set(occurrence.id, occurrence)
    const { id: alarm, asset } = entry.alarm
    const annunciation = { alarm, occurrence: occurrence.id, rule, asset, at, now }
    if (effects.includes('open_case')) this.#calls.push({ kind: 'confirm', annunciation })
    if (effects.includes('clear')) this.#calls.push({ kind: 'cleared', annunciation })
  }
}
