import type { OrganisationId } from '../domain/ids.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'
import type { Gathered, RuleFacts } from './alarms.ts'
import type { AlarmRecords } from './records.ts'
import type { RuleBook } from './rule-facts.ts'
import type { Action } from './source-actions.ts'
import type { ReasonName, SourceSays, SourceWork } from './sources.ts'
import type { Suppression } from './suppression.ts'

/** What one source is handed, and the list of what it asked for. */
export function createSourceWork(parts: SourceWorkParts): {
  readonly work: SourceWork
  readonly actions: readonly Action[]
} {
  const actions: Action[] = []
  return { work: new Work(parts, actions), actions }
}

export interface SourceWorkParts {
  /** Of the source. */
  readonly name: string
  readonly records: AlarmRecords
  readonly now: TimeUs
  readonly book: RuleBook
  readonly room: () => number
}

/** One for each source of each step: cheap to make, and mostly asked for nothing. */
class Work implements SourceWork {
  readonly organisation: OrganisationId
  readonly records: AlarmRecords
  readonly now: TimeUs
  readonly #parts: SourceWorkParts
  readonly #actions: Action[]
  #promised = 0

  constructor(parts: SourceWorkParts, actions: Action[]) {
    this.organisation = parts.records.organisation
    this.records = parts.records
    this.now = parts.now
    this.#parts = parts
    this.#actions = actions
  }

  facts(rule: string): RuleFacts | undefined {
    return this.#parts.book(rule)
  }

  room(): number {
    return Math.max(0, this.#parts.room() - this.#promised)
  }

  suppress(alarm: string, reason: Suppression): void {
    this.#promised += 1
    this.#actions.push({ kind: 'suppress', source: this.#parts.name, alarm, reason })
  }

  release(alarm: string, which: ReasonName): void {
    this.#promised += 1
    this.#actions.push({ kind: 'release', source: this.#parts.name, alarm, which })
  }

  releaseAll(which: ReasonName, after?: DurationUs): void {
    const source = this.#parts.name
    this.#actions.push({
      kind: 'release_all',
      source,
      which,
      ...(after !== undefined && { after }),
    })
  }

  wake(ref: string, at: TimeUs): void {
    this.#actions.push({ kind: 'wake', source: this.#parts.name, ref, at })
  }

  unwake(ref: string): void {
    this.#actions.push({ kind: 'unwake', source: this.#parts.name, ref })
  }

  say(said: SourceSays): void {
    this.#actions.push({ kind: 'say', source: this.#parts.name, said })
  }

  gather(alarm: string, assets: Gathered['assets']): void {
    this.#actions.push({ kind: 'gather', source: this.#parts.name, alarm, assets })
  }
}
