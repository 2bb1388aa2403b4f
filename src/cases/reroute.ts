import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { checkActing } from './acting.ts'
import type { CaseRow } from './case-row.ts'
import { viewOf } from './case-views.ts'
import { joinClassOf, type CaseCatalogue } from './catalogue.ts'
import type { Cases } from './cases.ts'
import { caseById, checkOwn } from './change.ts'
import { checkReopening } from './join/find.ts'
import { handOn } from './join/hand-on.ts'
import { searchText } from './join/insert.ts'
import type { OwnParts } from './parts.ts'
import { chooseUnit } from './route.ts'
import type { Routing } from '../routing/routing.ts'
import { storedAnswers } from './answers.ts'
import { reportSource } from './views.ts'
import { checkVersion } from './workflow/check-move.ts'
import { settled } from './workflow/table.ts'

type Asked = Parameters<Cases['reroute']>[2]

/** What a case is about after it was rerouted. */
type About = Pick<CaseRow, 'category' | 'join_class' | 'asset' | 'lat' | 'lon' | 'priority'>

/** Another category, asset, place or priority, and the routes are asked again. One event tells all of it. */
export function reroute(parts: OwnParts): Cases['reroute'] {
  return async (organisation, id, asked) => {
    const catalogue = await parts.catalogue(organisation)
    const at = parts.clock.now()
    return await parts.database.write(organisation, 'normal', async (work) => {
      const row = await caseById(work.query, id)
      await checkActing(work, parts, asked.by, id)
      checkOwn(row)
      checkVersion({ ...row, priorState: row.prior_state }, asked)
      checkMay(row, asked)
      const about = aboutOf(catalogue, row, asked)
      await checkReopening(work, { ...row, ...about })
      const routing = await routingOf(work, catalogue, { row, about, at })
      await write(work, catalogue, { row, about, routing, at })
      await takeAway(work, parts, { row, routing, by: asked.by.name, at })
      await parts.append(work, id, {
        kind: 'rerouted',
        actor: asked.by.name,
        at,
        visibility: 'internal',
        data: {
          category: about.category,
          ...(routing.unit !== null && { unit: routing.unit }),
          ...(routing.order !== null && { route: routing.order }),
        },
      })
      if (routing.unit !== row.unit) await handOn(work, parts, { id, routing, at })
      return await viewOf(work.query, catalogue, await caseById(work.query, id))
    })
  }
}

function checkMay({ state }: CaseRow, { by }: Asked): void {
  const may = ['customer_service', 'handler', 'administrator'].includes(by.role)
  if (may && !settled.has(state)) return
  throw new Problem({
    kind: 'conflict',
    what: may ? 'The case is not open.' : 'Your role cannot say what the case is about.',
    where: 'id',
    next: may ? 'Open it again first.' : 'Ask somebody of the unit.',
  })
}

function aboutOf(catalogue: CaseCatalogue, row: CaseRow, asked: Asked): About {
  const { category = row.category, asset = row.asset, priority = row.priority } = asked
  const known = catalogue.categories.get(category)
  if (asked.category !== undefined && known === undefined) throw unknown('category')
  if (typeof asked.asset === 'string' && !catalogue.assets.has(asked.asset)) {
    throw unknown('asset')
  }
  return {
    category,
    join_class: known === undefined ? row.join_class : joinClassOf(known),
    asset,
    ...placeOf(catalogue, row, { asset, place: asked.place }),
    priority,
  }
}

/** The place that was named; a case that goes to another asset goes to its place, too. */
function placeOf(
  catalogue: CaseCatalogue,
  row: CaseRow,
  { asset, place }: { readonly asset: string | null; readonly place: Asked['place'] },
): Pick<About, 'lat' | 'lon'> {
  if (place !== undefined) return { lat: place.lat, lon: place.lon }
  const elsewhere = asset !== null && asset !== row.asset
  const stands = elsewhere ? catalogue.assets.get(asset)?.place : undefined
  return { lat: stands?.lat ?? row.lat, lon: stands?.lon ?? row.lon }
}

function unknown(where: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `There is no such ${where}.`,
    where,
    next: 'Choose another one.',
  })
}

/** The routes look at the case as its first report told it. */
async function routingOf(
  work: UnitOfWork,
  catalogue: CaseCatalogue,
  { row, about, at }: { readonly row: CaseRow; readonly about: About; readonly at: TimeUs },
): Promise<Routing> {
  const first = await work.query
    .selectFrom('report')
    .select(['source', 'answers'])
    .where('case', '=', row.id)
    .orderBy('received_at')
    .limit(1)
    .executeTakeFirst()
  const { category, asset, lat, lon, priority } = about
  const place = lat === null || lon === null ? null : { lat, lon }
  return chooseUnit(
    catalogue,
    {
      category,
      asset,
      place,
      source: reportSource.catch('web').parse(first?.source),
      matter: row.matter,
      priority,
      answers: storedAnswers.parse(JSON.parse(first?.answers ?? '{}')),
    },
    at,
  )
}

/** Whoever had it is not of the unit that gets it now, and the history says so. */
async function takeAway(
  work: UnitOfWork,
  { assign }: Pick<OwnParts, 'assign'>,
  {
    row,
    routing: { unit },
    by,
    at,
  }: {
    readonly row: CaseRow
    readonly routing: Routing
    readonly by: string
    readonly at: TimeUs
  },
): Promise<void> {
  if (unit === row.unit || row.assignee === null) return
  await assign?.(work, { case: row.id, unit, person: null, by, at, via: 'route' })
}

async function write(
  work: UnitOfWork,
  catalogue: CaseCatalogue,
  {
    row,
    about,
    routing,
    at,
  }: {
    readonly row: CaseRow
    readonly about: About
    readonly routing: Routing
    readonly at: TimeUs
  },
): Promise<void> {
  work.tell({ kind: 'case', subject: row.id })
  await work.query
    .updateTable('case')
    .set({
      ...about,
      unit: routing.unit,
      priority: about.priority === row.priority ? routing.priority : about.priority,
      policy: routing.serviceLevel,
      border: routing.border ? 1 : 0,
      private: catalogue.categories.get(about.category)?.private === true ? 1 : row.private,
      search: searchText(catalogue, { ...row, ...about }),
      version: row.version + 1,
      changed_at: at,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .returning('id')
    .executeTakeFirstOrThrow()
}
