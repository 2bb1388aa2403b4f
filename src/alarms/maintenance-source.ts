import type { SourceWork, SuppressionSource } from './sources.ts'
import type { Suppression } from './suppression.ts'
import { partsOf, whichText } from './timers.ts'
import { stateOfWindow, type WindowRow } from './windows.ts'

/** The name its timers have. */
export const MAINTENANCE = 'maintenance'

/** What a window's timer is called; `begin` comes again while there is more to suppress. */
export function windowTimer(what: 'begin' | 'end', window: string): string {
  return whichText({ kind: what, ref: window })
}

/**
 * Planned work: alarms of what it touches reach nobody while it lasts, whatever they do. It begins and ends by
 * timers against the clock of the service, so neither waits for a reading.
 */
export const maintenanceSource: SuppressionSource = {
  name: MAINTENANCE,

  async reasonsFor({ records, now }, raises) {
    const found = new Map<string, Suppression[]>()
    const assets = [...new Set(raises.map(({ asset }) => asset))]
    for (const window of await records.runningWindows(now)) {
      const touched = await records.touched(window, assets)
      for (const { alarm, asset } of raises) {
        if (!touched.has(asset)) continue
        found.set(alarm, [...(found.get(alarm) ?? []), reasonBy(window)])
      }
    }
    return found
  },

  async due(work, ref) {
    const { name, ref: id } = partsOf(ref)
    const window = await work.records.window(id)
    if (window === undefined) return
    const state = stateOfWindow(window, work.now)
    if (state === 'over') work.releaseAll({ kind: MAINTENANCE, ref: id })
    else if (name === 'begin' && state === 'running') await begin(work, window)
  },
}

function reasonBy({ id, to_at: until, by, reason }: WindowRow): Suppression {
  return { kind: MAINTENANCE, ref: id, until, by, reason }
}

/** Suppresses what stands open there, as many alarms as there is room for, and comes back for the rest. */
async function begin(work: SourceWork, window: WindowRow): Promise<void> {
  const { records, now } = work
  const room = work.room()
  const untold = await records.untoldOfWindow(window, room + 1)
  for (const id of untold.slice(0, room)) work.suppress(id, reasonBy(window))
  if (untold.length > room) work.wake(windowTimer('begin', window.id), now)
}
