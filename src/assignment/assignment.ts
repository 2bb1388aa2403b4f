/** Somebody who may get cases. All times in µs. */
export interface Colleague {
  readonly person: string
  /** Units whose cases come to this person. */
  readonly units: readonly string[]
  /** May this person work the case at all: role, categories, areas. */
  readonly mayWork: boolean
  readonly isAway: boolean
  /** Stands in when away, first first; empty: the nearest of the unit. */
  readonly deputies: readonly string[]
  readonly isOnDuty: boolean
  readonly openCases: number
}

export interface Wanted {
  readonly unit: string
  /** Whom a route or a person named; null: whoever of the unit (the unit's queue). */
  readonly person: string | null
}

/** Who gets it. `person` null is the unit's queue. */
export interface Assignee {
  readonly unit: string
  readonly person: string | null
  /** Whom `person` stands in for. */
  readonly for: string | null
  /** Each step that was looked at, for people: who, and why not. */
  readonly because: readonly {
    readonly person: string
    readonly verdict: 'chosen' | 'away' | 'not_allowed' | 'off_duty' | 'unknown' | 'loop'
  }[]
}

/** The one resolver on every way to an assignee: routes, people, forwards, alarms, on-call. Pure. */
export type ResolveAssignee = (
  wanted: Wanted,
  colleagues: ReadonlyMap<string, Colleague>,
) => Assignee
