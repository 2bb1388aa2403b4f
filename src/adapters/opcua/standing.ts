import type { OpcuaEvent } from '../../devices/opcua/message.ts'
import { timeUs, type TimeUs } from '../../domain/time.ts'
import type { Watched } from './watched.ts'

/** What a condition that a point names said last, for an acknowledgement. */
export interface Standing {
  readonly conditionId: string
  readonly eventId: string
  readonly active: boolean
  readonly acked: boolean
  /**
   * When it became active, by our clock: when we heard, or of one that was active before we came, what
   * the server says, but never later than we heard.
   */
  readonly since: TimeUs
}

/** An earlier state of a condition that the server still wants somebody to take note of. */
export interface Branch {
  readonly conditionId: string
  readonly eventId: string
  /** When it was, by the server; left out: it did not say. */
  readonly time: number | undefined
}

/** Earlier states of one condition that are remembered; the oldest go first. */
const mostBranches = 20

/** What the conditions of one session said last: one entry for each point, so the configuration bounds it. */
export class Standings {
  readonly #byPoint = new Map<string, Standing>()
  readonly #branches = new Map<string, Map<string, Branch>>()

  get(device: string, condition: string): Standing | undefined {
    return this.#byPoint.get(keyOf(device, condition))
  }

  /** Forgets conditions that no point of these devices names. */
  keep(watched: readonly Watched[]): void {
    const known = new Set(
      watched.flatMap(({ device, conditions }) =>
        conditions.map(({ text }) => keyOf(device.id, text)),
      ),
    )
    for (const all of [this.#byPoint, this.#branches])
      for (const key of all.keys()) if (!known.has(key)) all.delete(key)
  }

  /** The earlier states of a condition that nobody has taken note of, the oldest first. */
  branches(device: string, condition: string): readonly Branch[] {
    return [...(this.#branches.get(keyOf(device, condition))?.values() ?? [])]
  }

  /** What an event says of an earlier state. */
  takeBranch(device: string, condition: string, event: OpcuaEvent): void {
    const { conditionId, eventId, branch, acked, retain, time } = event
    if (conditionId === undefined || eventId === undefined || branch === undefined) return
    const key = keyOf(device, condition)
    const all = this.#branches.get(key) ?? new Map<string, Branch>()
    all.delete(branch)
    if (acked === false && retain !== false) all.set(branch, { conditionId, eventId, time })
    const [oldest] = all.keys()
    if (all.size > mostBranches && oldest !== undefined) all.delete(oldest)
    this.#branches.set(key, all)
  }

  /** `now` is when it was heard; a refreshed event was told because we asked, not because it changed. */
  take(device: string, condition: string, event: OpcuaEvent, now: TimeUs): void {
    const { conditionId, eventId, active, acked = false, time, refreshed } = event
    if (conditionId === undefined || eventId === undefined) return
    const key = keyOf(device, condition)
    const before = this.#byPoint.get(key)
    const isOld = refreshed === true && time !== undefined
    const began = isOld ? timeUs(Math.min(time, now)) : now
    const since = active && before?.active !== true ? began : (before?.since ?? began)
    this.#byPoint.set(key, { conditionId, eventId, active, acked, since })
  }

  /** Gives what it was. */
  forget(device: string, condition: string): Standing | undefined {
    const key = keyOf(device, condition)
    const last = this.#byPoint.get(key)
    this.#byPoint.delete(key)
    this.#branches.delete(key)
    return last
  }
}

function keyOf(device: string, condition: string): string {
  return `${device} ${condition}`
}
