import type { OrganisationId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'
import { type TimeUs, timeUs } from '../domain/time.ts'
import type { DetectorTransition, Evidence } from '../domain/transition.ts'
import type { Saying } from './block.ts'
import type { RuleTarget } from './detector.ts'

/** The place in the log of the record at hand, and when it reached us. */
export interface Cause {
  readonly position: Position
  readonly ingest: TimeUs
}

const nothing: readonly DetectorTransition[] = Object.freeze([])

/** Collects the transitions of one record. Quiet records share one empty list. */
export class Journal {
  readonly #organisation: OrganisationId
  #cause: Cause | undefined
  /** Where the record at hand begins among the transitions. */
  #first = 0
  #transitions: DetectorTransition[] = []
  /** Is what is said due to readings that came out of order? */
  late = false

  constructor(organisation: OrganisationId) {
    this.#organisation = organisation
  }

  /** A record comes. What was said of the one before is still there, until `end`. */
  begin(cause: Cause): void {
    this.#cause = cause
    this.#first = this.#transitions.length
  }

  /** When the record at hand reached us. */
  get now(): TimeUs {
    return this.#current().ingest
  }

  /** When the newest record reached us; 0 before the first. */
  get last(): number {
    return this.#cause?.ingest ?? 0
  }

  /** One more transition, on `target`. In a storm every alarm comes by here, so without an object for the way. */
  add(
    target: RuleTarget,
    { event, at, historical }: Saying,
    level: number,
    evidence: readonly Evidence[],
  ): void {
    const { position, ingest } = this.#current()
    this.#transitions.push({
      key: {
        organisation: this.#organisation,
        rule: target.ruleId,
        asset: target.asset,
        discriminator: '',
      },
      event,
      position,
      ordinal: this.#transitions.length - this.#first,
      at: timeUs(at),
      ingest,
      historical,
      late: this.late,
      level,
      ruleVersion: target.ruleVersion,
      evidence,
    })
  }

  end(): readonly DetectorTransition[] {
    if (this.#transitions.length === 0) return nothing
    const transitions = this.#transitions
    this.#transitions = []
    return transitions
  }

  #current(): Cause {
    if (this.#cause === undefined) throw new Error('a transition without a record')
    return this.#cause
  }
}
