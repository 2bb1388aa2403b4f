import type { ScopedQueries } from '../../database/database.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { language } from '../../domain/language.ts'
import { Problem } from '../../domain/problem.ts'
import { automaticTexts } from '../automatic-text.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import { publicAsset, publicCategories, type CaseCatalogue } from '../catalogue.ts'
import type { Cases } from '../cases.ts'
import { publicView } from '../case-views.ts'
import { caseById, rootOf } from '../change.ts'
import { readEvents, type StoredEvent } from '../events.ts'
import { isAskable } from '../guards.ts'
import { followTokenShape, tokenHash } from '../ids.ts'
import type { OwnParts } from '../parts.ts'
import { foundBySensor } from '../tree.ts'
import { allowedMoves } from '../workflow/table.ts'

const EVENTS_MAX = 500

/** Whose link it is. Throws Problem not_found, also when the case is hidden. */
export function followerOf({ database }: OwnParts): Cases['follower'] {
  return async (token) => {
    const follower = followTokenShape.test(token)
      ? await database.installation.query
          .selectFrom('subscriber')
          .select(['organisation', 'case', 'report'])
          .where('token_hash', '=', tokenHash(token))
          .executeTakeFirst()
      : undefined
    if (follower === undefined) throw noLink()
    return follower
  }
}

function noLink(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'No report belongs to this link.',
    where: 'token',
    next: 'Check that the whole link was copied.',
  })
}

/** What became of a report; of one that was merged, what becomes of the other. */
export function follow(parts: OwnParts): Cases['follow'] {
  const whose = followerOf(parts)
  return async (token) => {
    const { organisation, case: id } = await whose(token)
    const query = parts.database.read(organisation)
    const own = await caseById(query, id)
    const root = await rootOf(query, own)
    if (own.state === 'hidden' || root.state === 'hidden') throw noLink()
    const catalogue = await parts.catalogue(organisation)
    const events = await eventsOf(query, own, root)
    const bySensor = await foundBySensor(query, root.id)
    const at = parts.clock.now()
    const moves = allowedMoves({ state: root.state, priorState: null }, 'reporter')
    return {
      ...publicView(catalogue, { ...root, number: own.number }, { events, bySensor }),
      organisation,
      automatic: await automaticTexts(query, catalogue, {
        row: { ...root, number: own.number },
        of: { state: root.state, reason: root.closing_reason },
        languages: language.options,
        medium: 'page',
      }),
      mayWithdraw: own === root && moves.includes('closed'),
      mayReopen:
        moves.includes('reopen_requested') && isAskable({ row: root, at, catalogue }),
      openAnew: root.state === 'closed' && !isAskable({ row: root, at, catalogue }),
    }
  }
}

/** Its own history, and that of the case it lies in from when people were told of that. */
async function eventsOf(
  query: ScopedQueries,
  own: CaseRow,
  root: CaseRow,
): Promise<readonly StoredEvent[]> {
  const filter = { publicOnly: false, limit: EVENTS_MAX }
  const events = (await readEvents(query, own.id, filter)).filter(isForFollowers)
  if (own === root) return events
  const merged = events.findLast(({ kind }) => kind === 'merged')
  const since = merged === undefined ? {} : { since: merged.at }
  const later = await readEvents(query, root.id, { ...filter, ...since })
  const all = [...events, ...later.filter(isForFollowers)]
  // What lies in it from its beginning is told everything of it, also what was before.
  return all.toSorted((a, b) => a.at - b.at)
}

function isForFollowers({ visibility, data }: StoredEvent): boolean {
  return visibility === 'public' || data.followers === true
}

/** Open cases on a public asset, as everybody may know them. */
export function knownAt(parts: OwnParts): Cases['knownAt'] {
  return async (organisation: OrganisationId, asset) => {
    const catalogue = await parts.catalogue(organisation)
    if (publicAsset(catalogue, asset) === undefined) return []
    // What citizens cannot report they are not told of either: an open hatch is nobody's business.
    const categories = publicCategories(catalogue).map(([id]) => id)
    if (categories.length === 0) return []
    const query = parts.database.read(organisation)
    const rows = await query
      .selectFrom('case')
      .selectAll()
      .where('asset', '=', asset)
      .where('closed_at', 'is', null)
      .where('private', '=', 0)
      .where('category', 'in', categories)
      .orderBy('opened_at')
      .limit(50)
      .execute()
    return await Promise.all(rows.map((row) => knownView(query, catalogue, caseRow(row))))
  }
}

async function knownView(query: ScopedQueries, catalogue: CaseCatalogue, row: CaseRow) {
  const events = await readEvents(query, row.id, { publicOnly: true, limit: 50 })
  const bySensor = await foundBySensor(query, row.id)
  return { ...publicView(catalogue, row, { events, bySensor }), id: row.id }
}
