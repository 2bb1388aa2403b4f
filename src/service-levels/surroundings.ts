import type { UnitOfWork } from '../database/database.ts'
import type { Surroundings } from './becomes.ts'
import { neighboursOf } from './neighbours.ts'
import type { DeadlineCatalogue } from './parts.ts'

interface About {
  readonly id: string
  readonly kind: 'single' | 'group' | 'storm'
  readonly asset: string | null
  readonly join_class: string
}

/** Open cases around one, and those of them that it may lead to another level. */
export interface Around extends Surroundings {
  /** Ids of the cases at the assets around it, not its own. */
  readonly cases: readonly string[]
}

/** Looks at what hangs on the same feeder and stands in the same street. */
export async function readSurroundings(
  { query }: UnitOfWork,
  { assets }: DeadlineCatalogue,
  about: About,
): Promise<Around> {
  const neighbours = neighboursOf(assets)
  const own = about.asset
  const near =
    own === null ? [] : [...neighbours.onFeeder(own), ...neighbours.inStreet(own)]
  const wanted = [...new Set(near)].slice(0, 900)
  const open =
    wanted.length === 0
      ? []
      : await query
          .selectFrom('case')
          .select(['id', 'asset'])
          .where('join_class', '=', about.join_class)
          .where('asset', 'in', wanted)
          .where('closed_at', 'is', null)
          .execute()
  const gathered =
    wanted.length === 0
      ? []
      : await query
          .selectFrom('case_asset')
          .innerJoin('case', 'case.id', 'case_asset.case')
          .select('case_asset.asset')
          .where('case.join_class', '=', about.join_class)
          .where('case.closed_at', 'is', null)
          .where('case_asset.asset', 'in', wanted)
          .execute()
  const out = new Set([...open, ...gathered].flatMap(({ asset }) => asset ?? []))
  if (own !== null) out.add(own)
  return {
    neighbours,
    out,
    gathered: await gatheredIn(query, about),
    cases: open.flatMap(({ id }) => (id === about.id ? [] : [id])),
  }
}

async function gatheredIn(query: UnitOfWork['query'], about: About): Promise<number> {
  if (about.kind === 'single') return 1
  const { count } = await query
    .selectFrom('case_asset')
    .select((select) => select.fn.countAll<number | string>().as('count'))
    .where('case', '=', about.id)
    .executeTakeFirstOrThrow()
  return 1 + Number(count)
}
