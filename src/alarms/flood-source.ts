import { z } from 'zod'
import type { OrganisationId } from '../domain/ids.ts'
import { elapsed, timeUs } from '../domain/time.ts'
import {
  FLOOD_WINDOW,
  floodAt,
  floodEnds,
  moreOf,
  noFlood,
  waitsForFlood,
  type FloodState,
} from './flood.ts'
import type { Raise, SourceWork, SuppressionSource } from './sources.ts'
import type { Suppression } from './suppression.ts'

const toldTimes = z.array(z.int().transform(timeUs)).max(1_000)

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
        let state = floodAt(await load(work, desk), work.now)
        for (const { alarm, priority } of inOrder) {
          state = moreOf(state, work.now)
          if (state.since !== undefined && waitsForFlood(priority))
            reasons.set(alarm, [waiting(desk)])
        }
        await save(work, desk, state)
        const ends = floodEnds(state)
        if (ends !== undefined) work.wake(desk, ends)
      }
      return reasons
    },
    changed: () => Promise.resolve(),
    async due(work, desk) {
      const state = floodAt(await load(work, desk), work.now)
      await save(work, desk, state)
      const ends = floodEnds(state)
      if (ends === undefined) work.releaseAll({ kind: 'flood', ref: desk })
      else work.wake(desk, ends)
    },
  }
}

function waiting(desk: string): Suppression {
  return { kind: 'flood', ref: desk, by: 'flood', reason: 'more alarms than can be read' }
}

async function load({ query }: SourceWork, desk: string): Promise<FloodState> {
  const row = await query
    .selectFrom('flood')
    .select(['since', 'told'])
    .where('desk', '=', desk)
    .executeTakeFirst()
  if (row === undefined) return noFlood
  return { since: row.since ?? undefined, told: toldTimes.parse(JSON.parse(row.told)) }
}

async function save(
  { organisation, query }: SourceWork,
  desk: string,
  { since, told }: FloodState,
): Promise<void> {
  const state = { since: since ?? null, told: JSON.stringify(told) }
  await query
    .insertInto('flood')
    .values({ organisation, desk, ...state })
    .onConflict((conflict) => conflict.columns(['organisation', 'desk']).doUpdateSet(state))
    .execute()
}
