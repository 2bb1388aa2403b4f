import { category, unit } from '../src/cases/category.ts'
import type { CaseCatalogue } from '../src/cases/catalogue.ts'
import type { CaseFilter, Cases } from '../src/cases/cases.ts'
import { createCases } from '../src/cases/create-cases.ts'
import { systemClock } from '../src/clock.ts'
import type { Database } from '../src/database/database.ts'
import type { OrganisationId } from '../src/domain/ids.ts'
import { systemRandom } from '../src/random.ts'
import { percentile } from './load/percentile.ts'
import { CATEGORIES, ORGANISATIONS, organisationName, UNITS } from './load/case-town.ts'
import { seconds } from './result.ts'

const LOOKS = 300
const PAGE = 50
/** Pages that somebody turns before the one that is measured as the deep one. */
const DEEP = 20

/** p95 in ms of one page of the list, over first and deep pages of every kind of question. */
export async function listP95Ms(database: Database): Promise<number> {
  const catalogue = bench()
  const cases = createCases({
    database,
    clock: systemClock,
    random: systemRandom,
    secret: systemRandom.bytes(32),
    catalogue: async () => catalogue,
    catalogueNow: () => catalogue,
  })
  const took: number[] = []
  for (let look = 0; look < LOOKS; look += 1) {
    // Large towns look more often than small ones.
    const town = organisationName(Math.floor(ORGANISATIONS * (look / LOOKS) ** 2))
    const pages = look % 3 === 0 ? DEEP : 1
    took.push(
      await pageMs(cases, town, { ...filterOf(look), sort: 'due', limit: PAGE }, pages),
    )
  }
  return percentile(took, 0.95)
}

/** How long page number `pages` takes; of a question with fewer pages the last one. */
async function pageMs(
  cases: Pick<Cases, 'page'>,
  town: OrganisationId,
  filter: CaseFilter,
  pages: number,
): Promise<number> {
  let cursor: string | null = null
  let time = 0
  for (let page = 1; page <= pages; page += 1) {
    const asked: CaseFilter = cursor === null ? filter : { ...filter, cursor }
    time = await seconds(async () => {
      cursor = (await cases.page(town, asked)).next
    })
    if (cursor === null) break
  }
  return time * 1_000
}

/** Every person is scoped to one unit; half of them look for more than that. */
function filterOf(look: number): Omit<CaseFilter, 'limit'> {
  const west = 11 + (look % 7) / 50
  const south = 58 + (look % 5) / 50
  return {
    which: look % 4 === 0 ? 'all' : 'open',
    unit: `unit-${look % UNITS}`,
    ...(look % 2 === 0 && { states: ['received', 'assigned', 'in_progress'] as const }),
    ...(look % 5 === 0 && { category: `category-${look % CATEGORIES}` }),
    ...(look % 3 === 1 && {
      search: ['storgatan', 'åkervägen 4', '2026-00'][look % 3] ?? '',
    }),
    ...(look % 7 === 0 && { box: { west, south, east: west + 0.1, north: south + 0.1 } }),
  }
}

function bench(): CaseCatalogue {
  const name = { sv: 'Kategori', nb: 'Kategori', en: 'Category' }
  const one = category.parse({ name, faultClass: 'fault' })
  const desk = unit.parse({ name: 'Unit' })
  return {
    categories: new Map(each(CATEGORIES, 'category').map((id) => [id, one])),
    units: new Map(each(UNITS, 'unit').map((id) => [id, desk])),
    routes: [],
    areas: new Map(),
    assets: new Map(),
  }
}

function each(count: number, word: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${word}-${index}`)
}
