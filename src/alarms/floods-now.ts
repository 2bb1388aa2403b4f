import { z } from 'zod'
import type { ScopedQueries } from '../database/database.ts'
import { timeUs, toIso, type TimeUs } from '../domain/time.ts'
import { floodAt } from './flood.ts'

/** A flood that lasts, for whoever looks at the list of alarms. */
export const floodView = z.object({
  /** Id of the desk; `console` for what no desk takes. */
  desk: z.string(),
  since: z.iso.datetime(),
  /** Alarms that wait for it to end. */
  held: z.int(),
})
export type FloodView = z.infer<typeof floodView>

const toldTimes = z.array(z.int().transform(timeUs)).max(1_000)

/** The floods of an organisation that last at `now`, by desk. */
export async function floodsNow(
  query: ScopedQueries,
  now: TimeUs,
): Promise<readonly FloodView[]> {
  const rows = await query
    .selectFrom('flood')
    .select(['desk', 'since', 'told'])
    .where('since', 'is not', null)
    .orderBy('desk')
    .execute()
  const floods = rows.flatMap(({ desk, since: began, told: text }) => {
    const told = toldTimes.parse(JSON.parse(text))
    const { since } = floodAt({ since: began ?? undefined, told }, now)
    return since === undefined ? [] : [{ desk, since }]
  })
  if (floods.length === 0) return []
  const waiting = await query
    .selectFrom('alarm_suppression')
    .select(({ fn }) => ['ref', fn.countAll<number>().as('held')])
    .where('kind', '=', 'flood')
    .groupBy('ref')
    .execute()
  const held = new Map(waiting.map((row) => [row.ref, row.held]))
  return floods.map(({ desk, since }) => {
    return { desk, since: toIso(since), held: held.get(desk) ?? 0 }
  })
}
