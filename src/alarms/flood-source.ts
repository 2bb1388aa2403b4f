import type { OrganisationId } from '../domain/ids.ts'
import { elapsed } from '../domain/time.ts'
import { FLOOD_WINDOW, floodAt, floodEnds, moreOf, waitsForFlood } from './flood.ts'
import type { Raise, SuppressionSource } from './sources.ts'
import type { Suppression } from './suppression.ts'

/** Which desk is told of an alarm. */
export type DeskOf = (
  organisation: OrganisationId,
  raise: Pick<Raise, 'rule' | 'asset' | 'priority' | 'facts'>,
) => string

/**
 * While a desk is told more than people can read, priorities 3 and 4 wait until it is over. What
 * others keep from people anyway neither counts nor waits, and what rose longer ago than the window
 * is no news: so what comes out after a flood does not make the next.
 */
export function createFloodSource(deskOf: DeskOf): SuppressionSource {
  return {
    name: 'flood',
    async reasonsFor(work, raises, others) {
      const reasons = new Map<string, readonly Suppression[]>()
      const news = raises.filter(
        ({ alarm, at }) =>
          (others.get(alarm)?.length ?? 0) === 0 && elapsed(at, work.now) < FLOOD_WINDOW,
      )
      const byDesk = Map.groupBy(news, (raise) => deskOf(work.organisation, raise))
      for (const [desk, own] of byDesk) {
        // Who must not wait is counted first, and so is told before the flood begins.
        const inOrder = own.toSorted((a, b) => a.priority - b.priority)
        let state = floodAt(await work.records.flood(desk), work.now)
        for (const { alarm, priority } of inOrder) {
          state = moreOf(state, work.now)
          if (state.since !== undefined && waitsForFlood(priority))
            reasons.set(alarm, [waiting(desk)])
        }
        await work.records.saveFlood(desk, state)
        const ends = floodEnds(state)
        if (ends !== undefined) work.wake(desk, ends)
      }
      return reasons
    },
    async due(work, desk) {
      const state = floodAt(await work.records.flood(desk), work.now)
      await work.records.saveFlood(desk, state)
      const ends = floodEnds(state)
      if (ends === undefined) work.releaseAll({ kind: 'flood', ref: desk })
      else work.wake(desk, ends)
    },
  }
}

function waiting(desk: string): Suppression {
  return { kind: 'flood', ref: desk, by: 'flood', reason: 'more alarms than can be read' }
}
