import { z } from 'zod'
import { question } from '../cases/category.ts'
import type { ActiveConfiguration } from '../configuration/active.ts'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { role } from '../domain/identity.ts'
import { localText } from '../domain/language.ts'
import { worksCases } from '../identity/permissions.ts'
import { contractorNames } from './contractor-names.ts'

/** People that are offered; as many as assigning looks at. */
const PEOPLE_MAX = 5_000

/** What a case can be given to, and what lists of cases are narrowed by. Names of staff, no others. */
export const caseChoicesView = z.object({
  /** In the order of the configuration. */
  categories: z.array(
    z.object({
      id: z.string(),
      name: localText,
      /** The only kind of asset it can be about; null: any, or a mere place. */
      assetType: z.string().nullable(),
      /** What is asked of whoever reports it. */
      questions: z.array(question),
    }),
  ),
  units: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** Who takes cases there; none: everybody of the organisation may. */
      members: z.array(z.string()),
      /** A contractor's desk: what goes there leaves the house. */
      contractor: z.boolean(),
    }),
  ),
  /** Whoever may have cases at all, by id; the first 5,000. */
  people: z.array(z.object({ id: z.string(), name: z.string() })),
  areas: z.array(z.object({ id: z.string(), name: z.string() })),
  serviceLevels: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Other organisations that take cases of ours. */
  partners: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Organisations that work for this one by a contract. */
  contractors: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type CaseChoicesView = z.infer<typeof caseChoicesView>

type Configured = Pick<
  ActiveConfiguration,
  'categories' | 'units' | 'areas' | 'serviceLevels' | 'partners' | 'contracts'
>

/** What one organisation has to choose from; without a configuration only people. */
export async function caseChoices(
  database: Database,
  organisation: OrganisationId,
  configured: Configured | undefined,
): Promise<CaseChoicesView> {
  const { categories = [], units = [], partners = [] } = configured ?? {}
  const { areas = [], serviceLevels = [] } = configured ?? {}
  const contracts = [...(configured?.contracts.values() ?? [])]
  const contractors = contracts.map(({ contractor }) => contractor)
  return {
    categories: Array.from(categories, ([id, { name, assetType = null, questions }]) => {
      return { id, name, assetType, questions }
    }),
    units: Array.from(units, ([id, { name, members, contract }]) => {
      return { id, name, members: [...members], contractor: contract !== undefined }
    }),
    people: await peopleOf(database.read(organisation)),
    areas: Array.from(areas, ([id, { name }]) => ({ id, name })),
    serviceLevels: Array.from(serviceLevels, ([id, { name }]) => ({ id, name })),
    partners: [...partners].flatMap(([id, { name, receives }]) =>
      receives === undefined ? [] : [{ id, name }],
    ),
    contractors: Array.from(await contractorNames(database, contractors), ([id, name]) => ({
      id,
      name,
    })),
  }
}

const roleList = z.array(role)

async function peopleOf(query: ScopedQueries): Promise<CaseChoicesView['people']> {
  const rows = await query
    .selectFrom('user')
    .select(['id', 'name', 'roles'])
    .where('disabled', '=', 0)
    .orderBy('id')
    .limit(PEOPLE_MAX)
    .execute()
  return rows.flatMap(({ id, name, roles }) =>
    worksCases(roleList.parse(JSON.parse(roles))) ? [{ id, name }] : [],
  )
}
