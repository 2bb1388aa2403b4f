import { elapsed, type TimeUs } from '../domain/time.ts'
import type { AlarmKey } from '../domain/transition.ts'
import type { Gathered } from './alarms.ts'
import { carryOut, type SessionEffects } from './calls.ts'
import type { DetectorSays } from './events.ts'
import type { Happening } from './happening.ts'
import { Ledger } from './ledger.ts'
import { isNew, segmentsOf, type Said } from './said.ts'
import { changesOf } from './changes.ts'
import { factsOf, priorityAt, type RuleBook } from './rule-facts.ts'
import { newAlarm } from './rows.ts'
import type { AlarmRecords } from './records.ts'
import { perform, type Action } from './source-actions.ts'
import { createSourceWork } from './source-work.ts'
import { SOURCES_MOVE_AT_MOST } from './sources.ts'
import type { Raise, SuppressionSource } from './sources.ts'
import type { Suppression } from './suppression.ts'

/** A source may answer an answer; longer chains are a mistake in a source. */
const LONGEST_CHAIN = 16

export interface SessionParts {
  readonly book: RuleBook
  readonly now: TimeUs
  readonly effects: SessionEffects
  readonly sources: readonly SuppressionSource[]
}

/**
 * One transaction's work on alarms, whoever began it: steps are taken in memory, sources are asked
 * before raises and told of changes, and when everything is written the other folders do their part.
 */
export class Session {
  readonly ledger: Ledger
  readonly #gathered = new Map<string, Gathered>()
  readonly #records: AlarmRecords
  readonly #parts: SessionParts
  #room = SOURCES_MOVE_AT_MOST

  constructor(records: AlarmRecords, parts: SessionParts) {
    this.#records = records
    this.#parts = parts
    this.ledger = new Ledger(records)
  }

  get records(): AlarmRecords {
    return this.#records
  }

  get parts(): SessionParts {
    return this.#parts
  }

  /** Takes in what was said, in order. */
  async say(all: readonly Said[]): Promise<void> {
    await this.ledger.load([...new Set(all.map(({ alarm }) => alarm))])
    for (const segment of segmentsOf(all)) {
      const reasons = await this.#reasonsFor(segment)
      for (const said of segment) this.#takeIn(said, reasons.get(said.alarm) ?? [])
    }
  }

  /** One source's time has come. */
  async due(name: string, ref: string): Promise<void> {
    const source = this.#parts.sources.find((one) => one.name === name)
    if (source?.due === undefined) return
    const { work, actions } = this.#sourceWork(source)
    await source.due(work, ref)
    await this.perform(actions)
  }

  /** Lets sources answer what changed, writes everything and lets the other folders do their part. */
  async finish(): Promise<void> {
    await this.ledger.flush()
    await this.#tellSources()
    const { effects } = this.#parts
    await carryOut(this.ledger, { effects, gathered: this.#gathered })
    this.ledger.tell()
  }

  perform(actions: readonly Action[]): Promise<void> {
    return perform(this, actions)
  }

  /** How many more alarms sources may move. */
  get room(): number {
    return this.#room
  }

  takeRoom(): void {
    this.#room -= 1
  }

  gather(alarm: string, assets: Gathered['assets']): void {
    const before = this.#gathered.get(alarm)?.assets ?? []
    this.#gathered.set(alarm, { assets: [...before, ...assets], at: this.#parts.now })
  }

  async #tellSources(): Promise<void> {
    for (let round = 0; round < LONGEST_CHAIN; round += 1) {
      const changes = changesOf(this.ledger.takeMoves())
      if (changes.length === 0) return
      for (const source of this.#parts.sources) {
        if (source.changed === undefined) continue
        const { work, actions } = this.#sourceWork(source)
        await source.changed(work, changes)
        if (actions.length === 0) continue
        await this.perform(actions)
        await this.ledger.flush()
      }
    }
    throw new Error('sources of suppression answer one another without end')
  }

  #sourceWork({ name }: SuppressionSource) {
    const { book, now } = this.#parts
    const records = this.#records
    return createSourceWork({ name, records, now, book, room: () => this.#room })
  }

  /** Asks all sources about the raises of a segment that would reach people. */
  async #reasonsFor(
    segment: readonly Said[],
  ): Promise<ReadonlyMap<string, readonly Suppression[]>> {
    const found = new Map<string, readonly Suppression[]>()
    const raises = segment.flatMap((said) => this.#raiseOf(said) ?? [])
    if (raises.length === 0) return found
    await this.ledger.flush()
    for (const source of this.#parts.sources) {
      const { work, actions } = this.#sourceWork(source)
      for (const [alarm, reasons] of await source.reasonsFor(work, raises, found)) {
        found.set(alarm, [...(found.get(alarm) ?? []), ...reasons])
      }
      if (actions.length > 0) await this.perform(actions)
    }
    return found
  }

  /** What sources are asked about, if this is a raise that would reach people. */
  #raiseOf({ alarm, key, happening, isOlder }: Said): Raise | undefined {
    if (!isNew(happening.event)) return undefined
    const entry = this.ledger.look(alarm)
    if (entry !== undefined && isOlder?.(entry.alarm.last_position) === true)
      return undefined
    const state = entry?.state
    if (state?.condition === 'active' && state.current) return undefined
    const { rule, at, event } = happening
    this.#known(alarm, key, at)
    const goesOn = state?.open === true || this.#continues(alarm, happening) !== undefined
    return {
      ...key,
      alarm,
      facts: rule,
      priority: priorityAt(rule, event.level),
      level: event.level,
      occurrence: this.ledger.occurrenceFor(alarm, happening, goesOn),
      at,
    }
  }

  #known(alarm: string, key: AlarmKey, at: TimeUs) {
    return this.ledger.look(alarm) ?? this.ledger.add(newAlarm(alarm, key, at))
  }

  #takeIn(said: Said, reasons: readonly Suppression[]): void {
    const { alarm, key, happening, isOlder } = said
    const entry = this.#known(alarm, key, happening.at)
    const { id } = happening
    if (id !== undefined && isOlder?.(entry.alarm.last_position) === true) {
      const comment = 'older than what was taken in before'
      this.ledger.journalOnly(alarm, { ...happening, id, comment, reason: 'older' })
      return
    }
    const continues = this.#continues(alarm, happening)
    const event = { ...happening.event, reasons, ...(continues && { continues }) }
    const refusal = this.ledger.move(alarm, { ...happening, event })
    if (refusal !== undefined) {
      throw new Error(`the life-cycle refused a detector: ${refusal}`)
    }
  }

  /** The last occurrence, when a raise now would continue it. */
  #continues(alarm: string, { at, rule }: Happening): DetectorSays['continues'] {
    const { last, state } = this.ledger.entry(alarm)
    if (state.open || last === undefined || last.closed_at === null) return undefined
    const isOver = last.close_reason === 'withdrawn' || rule.reopenWithin === 0
    if (isOver || elapsed(last.closed_at, at) > rule.reopenWithin) return undefined
    return { hasCase: last.case !== null, reached: last.annunciated_at !== null }
  }

  /** The facts of an alarm that is loaded. */
  factsOf(alarm: string) {
    return factsOf(this.#parts.book, this.ledger.entry(alarm).alarm)
  }
}
