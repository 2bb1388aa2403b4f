import type { Calendar, CivilTimes } from '../../calendar/civil-time.ts'
import type { ParameterColumn } from '../conditions/leaf.ts'
import type { Parameter } from '../parameter.ts'

/** What the rows of a block stand for, as far as a parameter depends on it. */
export interface ParameterSetting {
  readonly rows: number
  /** What the configuration says of the row's asset. */
  attributes(row: number): Readonly<Record<string, string | number | boolean>>
  readonly calendar: Calendar
}

/**
 * A parameter for every row. An asset without the attribute gets `otherwise`; one whose attribute
 * is no number gets NaN even then, because a slip of the pen must not pass for a limit.
 */
export function parameterColumn(
  parameter: Parameter,
  setting: ParameterSetting,
): ParameterColumn {
  if (typeof parameter === 'number') return new Column(parameter, undefined, undefined)
  if ('schedule' in parameter) {
    return new Column(Number.NaN, undefined, new Scheduled(parameter, setting.calendar))
  }
  const { attribute, otherwise = Number.NaN } = parameter
  const values = new Float64Array(setting.rows)
  for (let row = 0; row < setting.rows; row++) {
    const attributes = setting.attributes(row)
    const said = Object.hasOwn(attributes, attribute) ? attributes[attribute] : otherwise
    values[row] = typeof said === 'number' && Number.isFinite(said) ? said : Number.NaN
  }
  return new Column(Number.NaN, values, undefined)
}

/** Does the clock change it? */
export function isScheduled(parameter: Parameter): boolean {
  return typeof parameter === 'object' && 'schedule' in parameter
}

/** One class for all three sources: every reading asks, and one callee costs a fraction of several. */
class Column implements ParameterColumn {
  readonly #only: number
  readonly #values: Float64Array | undefined
  readonly #scheduled: Scheduled | undefined

  constructor(
    only: number,
    values: Float64Array | undefined,
    scheduled: Scheduled | undefined,
  ) {
    this.#only = only
    this.#values = values
    this.#scheduled = scheduled
  }

  at(row: number, at: number): number {
    if (this.#values !== undefined) return this.#values[row] ?? Number.NaN
    return this.#scheduled === undefined ? this.#only : this.#scheduled.at(at)
  }

  changes(_row: number, at: number): number {
    return this.#scheduled === undefined ? Infinity : this.#scheduled.changes(at)
  }
}

type Schedule = Extract<Parameter, { schedule: unknown }>

/** The same for all rows. The stretch asked about last is kept, so most answers are two comparisons. */
class Scheduled {
  readonly #entries: readonly {
    readonly times: readonly CivilTimes[]
    readonly value: number
  }[]
  readonly #otherwise: number
  readonly #calendar: Calendar
  #from = 0
  #to = 0
  #value: number

  constructor({ schedule, otherwise }: Schedule, calendar: Calendar) {
    // The calendar knows times by identity.
    this.#entries = schedule.map(({ during, value }) => ({ times: [during], value }))
    this.#otherwise = otherwise
    this.#value = otherwise
    this.#calendar = calendar
  }

  at(at: number): number {
    if (!(at >= this.#from && at < this.#to)) this.#seek(at)
    return this.#value
  }

  changes(at: number): number {
    if (!(at >= this.#from && at < this.#to)) this.#seek(at)
    return this.#to
  }

  #seek(at: number): void {
    this.#from = at
    this.#to = Infinity
    this.#value = this.#otherwise
    for (const { times, value } of this.#entries) {
      this.#to = Math.min(this.#to, this.#calendar.changes(times, at))
      if (!this.#calendar.within(times, at)) continue
      this.#value = value
      return
    }
  }
}
