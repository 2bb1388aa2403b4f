import type { ProblemDetails } from '../domain/problem.ts'
import type { Reading } from '../domain/reading.ts'
import { alarmValues } from './alarm.ts'
import type { DeviceType } from './device-type.ts'
import type { PointDefinition } from './point.ts'
import type { Vector } from './vector.ts'

/** What the vectors of a type have shown so far. */
export class Coverage {
  readonly #type: DeviceType
  readonly #reached = new Set<string>()
  readonly #raised = new Set<string>()
  /** `point name`: names of enums that came out. */
  readonly #named = new Set<string>()

  constructor(type: DeviceType) {
    this.#type = type
  }

  /** `readings`: by key of the point. */
  add({ expect }: Vector, readings: ReadonlyMap<string, Reading>): void {
    for (const key of Object.keys(expect.readings)) {
      const reading = readings.get(key)
      if (reading === undefined || reading.quality === 'bad') continue
      this.#reached.add(key)
      this.#named.add(`${key} ${String(reading.value)}`)
      const point = this.#type.points[key]
      const isAlarm =
        point?.alarm !== undefined &&
        alarmValues(point).some((one) => one === reading.value)
      if (reading.value === true || isAlarm) this.#raised.add(key)
    }
  }

  /** What no vector has shown; empty when all is well. */
  gaps(): ProblemDetails[] {
    return Object.entries(this.#type.points).flatMap(([key, point]) =>
      this.#gapsOf(key, point),
    )
  }

  #gapsOf(key: string, point: PointDefinition): ProblemDetails[] {
    // Added by us to an alarm; a real source need not say it.
    if ('says' in point && point.says === 'acked') return []
    if (!this.#reached.has(key)) return [unreached(key)]
    const gaps: ProblemDetails[] = []
    if (isFault(point) && !this.#raised.has(key)) gaps.push(neverTrue(key))
    const unnamed = this.#unnamed(key, point)
    if (unnamed.length > 0) gaps.push(neverNamed(key, unnamed))
    return gaps
  }

  /** Names of an enum that never came out. */
  #unnamed(key: string, { enum: names = {} }: PointDefinition): string[] {
    return [...new Set(Object.values(names))].filter(
      (name) => !this.#named.has(`${key} ${name}`),
    )
  }
}

/** Whether there is a value that means a fault. One told by names is true under none of them. */
function isFault({ alarm, bit, kind, semantic, enum: names }: PointDefinition): boolean {
  if (alarm !== undefined || bit !== undefined) return true
  if (names !== undefined) return false
  return kind === 'state' && semantic?.startsWith('talq:') === true
}

function unreached(key: string): ProblemDetails {
  return {
    kind: 'invalid',
    what: `No vector gives the point ${key} a usable value`,
    where: `points.${key}`,
    next: 'Add a vector with a real message that carries it',
  }
}

function neverTrue(key: string): ProblemDetails {
  return {
    kind: 'invalid',
    what: `No vector raises the fault ${key}`,
    where: `points.${key}`,
    why: 'a bit that was never seen set may be another one',
    next: 'Add a vector with a message in which it is true',
  }
}

function neverNamed(key: string, names: readonly string[]): ProblemDetails {
  return {
    kind: 'invalid',
    what: `No vector brings ${key} to ${names.join(', ')}`,
    where: `points.${key}`,
    why: 'a code that was never seen may mean something else',
    next: 'Add vectors with messages in which it is so, or take what the device never says out of enum',
  }
}
