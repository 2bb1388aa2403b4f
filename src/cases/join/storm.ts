import type { ScopedQueries, UnitOfWork } from '../../database/database.ts'
import { derivedId } from '../../database/derived-id.ts'
import type { Place } from '../../domain/asset.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { Routing } from '../../routing/routing.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import { joinClassOf, type CaseCatalogue, type FaultKind } from '../catalogue.ts'
import { rootOf } from '../change.ts'
import type { OwnParts } from '../parts.ts'
import { settled } from '../workflow/table.ts'
import { handOn } from './hand-on.ts'
import { insertCase, type Finding } from './insert.ts'

/** Storms that the public was told of. */
export interface Storms {
  /** Does one run now, of whatever kind? Awaits nothing but the database. */
  runs(query: ScopedQueries, at: TimeUs): Promise<boolean>
  /** The one that covers a fault; of several the one that was published last. Awaits nothing but the database. */
  over(work: UnitOfWork, about: StormAbout): Promise<StormOver | undefined>
}

/** A fault, as storms are asked about it. */
interface StormAbout {
  /** Its category, and those that are the same to an alarm. */
  readonly categories: readonly string[]
  readonly asset: string | null
  readonly place: Place | null
  readonly at: TimeUs
}

/** A storm over an area. */
interface StormOver {
  readonly notice: string
  /** Empty: no area that the configuration knows. */
  readonly area: string
  /** What is promised in this storm; null: what the routes say. */
  readonly serviceLevel: string | null
}

/** Who is named when a storm's case is opened. */
const STORM = 'storm'

type StormParts = Pick<OwnParts, 'append' | 'assign' | 'storms'>

interface Caught {
  readonly catalogue: CaseCatalogue
  readonly finding: Finding
  readonly routing: Routing
}

/**
 * The one case that gathers what a storm brings to this area, opened with the first; undefined where
 * no storm covers the fault. What is urgent is gathered nowhere: somebody must look at each.
 */
export async function stormCase(
  work: UnitOfWork,
  parts: StormParts,
  caught: Caught,
): Promise<CaseRow | undefined> {
  const { catalogue, finding, routing } = caught
  if (parts.storms === undefined || routing.priority === 'urgent') return undefined
  const { fault, asset, place, now: at } = finding
  const categories = sameFault(catalogue, fault)
  const over = await parts.storms.over(work, { categories, asset, place, at })
  if (over === undefined) return undefined
  return (
    (await openStormCase(work, over)) ?? (await begin(work, parts, { ...caught, over }))
  )
}

function sameFault(catalogue: CaseCatalogue, fault: FaultKind): readonly string[] {
  const same = [...catalogue.categories].filter(
    ([, category]) => joinClassOf(category) === fault.joinClass,
  )
  return [...new Set([fault.category, ...same.map(([id]) => id)])]
}

/** Merged into another one, it goes on there; once settled, the next fault begins a new one. */
async function openStormCase(
  { query }: UnitOfWork,
  { notice, area }: StormOver,
): Promise<CaseRow | undefined> {
  const stored = await query
    .selectFrom('storm_case')
    .innerJoin('case', 'case.id', 'storm_case.case')
    .selectAll('case')
    .where('storm_case.notice', '=', notice)
    .where('storm_case.area', '=', area)
    .executeTakeFirst()
  if (stored === undefined) return undefined
  const root = await rootOf(query, caseRow(stored))
  return settled.has(root.state) ? undefined : root
}

async function begin(
  work: UnitOfWork,
  parts: StormParts,
  { catalogue, finding, routing, over }: Caught & { readonly over: StormOver },
): Promise<CaseRow> {
  const { notice, area } = over
  const { now: at, fault, source, report } = finding
  const id = derivedId('storm', notice, area, finding.report)
  const promised = {
    ...routing,
    serviceLevel: over.serviceLevel ?? routing.serviceLevel,
  }
  const nowhere = { asset: null, place: null }
  work.tell({ kind: 'case', subject: id })
  const row = await insertCase(work, catalogue, {
    id,
    kind: 'storm',
    routing: promised,
    finding: { fault, ...nowhere, source, report, actor: STORM, since: at, now: at },
  })
  await work.query
    .insertInto('storm_case')
    .values({ organisation: work.organisation, notice, area, case: id })
    .onConflict((conflict) =>
      conflict.columns(['organisation', 'notice', 'area']).doUpdateSet({ case: id }),
    )
    .execute()
  const opened = {
    actor: STORM,
    at,
    visibility: 'public',
    data: { source: STORM },
  } as const
  await parts.append(work, id, { kind: 'opened', ...opened })
  await handOn(work, parts, { id, routing: promised, at })
  return row
}
