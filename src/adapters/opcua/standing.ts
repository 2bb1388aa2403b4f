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

/** What the conditions of one session said last: one entry for each point, so the configuration bounds it. */
export class Standings {
  readonly #byPoint = new Map<string, Standing>()

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
    for (const key of this.#byPoint.keys()) if (!known.has(key)) this.#byPoint.delete(key)
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
    return last
  }
}

function keyOf(device: string, condition: string): string {
  return `${device} ${condition}`
}
