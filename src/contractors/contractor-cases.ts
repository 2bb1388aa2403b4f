import { categoryName } from '../cases/catalogue.ts'
import type { CaseMove } from '../cases/cases.ts'
import { caseState, casePriority, closingReason, matter } from '../cases/views.ts'
import type { CaseDetailView, CaseState } from '../cases/views.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { toIso, type TimeUs } from '../domain/time.ts'
import { writeAudit } from '../identity/audit.ts'
import type { ContractorParts } from './parts.ts'
import {
  contractorActor,
  grantors,
  reach,
  reachAll,
  touched,
  type ContractorUser,
  type Reached,
} from './reach.ts'
import { sharing, showReporter, type Sharing } from './show-reporter.ts'
import type { ContractorCaseView, ContractorDetailView, SharingView } from './views.ts'

/** What a contractor says of its work. */
export type ContractorMove = Pick<CaseMove, 'to' | 'version' | 'text' | 'at'>

/** Where a case lies. */
interface Where {
  readonly organisation: OrganisationId
  readonly id: string
}

/** The cases that others granted to a contractor, and nothing else of theirs. */
export interface ContractorCases {
  /** Of everybody it works for, the latest changed first. */
  list(
    who: ContractorUser,
    filter: { readonly which: 'open' | 'all'; readonly limit: number },
  ): Promise<readonly ContractorCaseView[]>
  /** Everybody who granted it anything, at most 500. */
  grantors(who: ContractorUser): Promise<readonly OrganisationId[]>
  /**
   * Of these cases (at most 1,001) those that are granted to it, or were until an hour ago, so that it
   * hears of one that goes away.
   */
  touched(
    who: ContractorUser,
    of: { readonly organisation: OrganisationId; readonly ids: readonly string[] },
  ): Promise<readonly string[]>
  /** Throws Problem not_found. Who reads of a reporter is written to the organisation's audit log. */
  get(who: ContractorUser, where: Where): Promise<ContractorDetailView>
  /** Throws Problem not_found, invalid or conflict, as the moves of a case do. */
  move(
    who: ContractorUser,
    where: Where,
    move: ContractorMove,
  ): Promise<ContractorDetailView>
  /** Gives photos to a case that were sent to its organisation before. Throws Problem not_found, invalid. */
  addPhotos(
    who: ContractorUser,
    where: Where,
    ids: readonly string[],
  ): Promise<ContractorDetailView>
  /** One of the photos that `get` lists, as JPEG; undefined for any other. Throws Problem not_found. */
  photo(
    who: ContractorUser,
    where: Where,
    asked: { readonly id: string; readonly size?: 'full' | 'small' },
  ): Promise<Uint8Array | undefined>
  /**
   * The organisation lets its contractor know who reported a case, or no longer, and the case's history
   * says why. Throws Problem not_found when no contractor has it, conflict when the contract says never.
   */
  showReporter(where: Where, asked: Sharing): Promise<void>
  /** Whether it lets, and might let, its contractor know; null when no contractor has the case. Throws Problem not_found. */
  sharing(where: Where): Promise<SharingView | null>
}

/** On the database; every call asks `reach` first. */
export function createContractorCases(parts: ContractorParts): ContractorCases {
  return {
    async list(who, filter) {
      const views: ContractorCaseView[] = []
      for (const organisation of await grantors(parts, who)) {
        const reached = await reachAll(parts, who, { organisation, ...filter })
        const name = await nameOf(parts, organisation)
        views.push(...reached.map((one) => viewOf(one, { id: organisation, name })))
      }
      return views
        .toSorted((a, b) => (a.changedAt < b.changedAt ? 1 : -1))
        .slice(0, filter.limit)
    },
    grantors: (who) => grantors(parts, who),
    touched: (who, of) => touched(parts, who, of),
    get: (who, where) => get(parts, who, where),
    async move(who, where, move) {
      const reached = await reach(parts, who, where)
      await parts.cases.move(where.organisation, where.id, asMove(reached, who, move))
      return await get(parts, who, where)
    },
    async addPhotos(who, where, ids) {
      const { photos } = parts
      await reach(parts, who, where)
      const to = { ids, case: where.id, actor: contractorActor(who) }
      await parts.database.write(where.organisation, 'normal', async (work) => {
        await photos?.add(work, to)
      })
      return await get(parts, who, where)
    },
    async photo(who, where, { id, size }) {
      const seen = await photosOf(parts, await reach(parts, who, where), where)
      if (!seen.includes(id)) return undefined
      return await parts.photos?.bytes(where.organisation, id, size)
    },
    showReporter: (where, asked) => showReporter(parts, where, asked),
    sharing: (where) => sharing(parts, where),
  }
}

async function nameOf(
  { database }: ContractorParts,
  organisation: OrganisationId,
): Promise<string> {
  const row = await database
    .read(organisation)
    .selectFrom('organisation')
    .select('name')
    .executeTakeFirst()
  return row?.name ?? organisation
}

async function get(
  parts: ContractorParts,
  who: ContractorUser,
  { organisation, id }: Where,
): Promise<ContractorDetailView> {
  const reached = await reach(parts, who, { organisation, id })
  const name = await nameOf(parts, organisation)
  const { identity } = reached
  if (identity) {
    // Before it is read: what cannot be written down is not shown.
    await parts.database.write(organisation, 'normal', (work) =>
      writeAudit(work, {
        at: parts.clock.now(),
        actor: contractorActor(who),
        action: 'case.person.read',
        subject: id,
      }),
    )
  }
  const found = await parts.cases.get(organisation, id, identity, 'contractor')
  return {
    ...viewOf(reached, { id: organisation, name }),
    events: found.events.flatMap((event) => eventOf(event, who)),
    photos: await photosOf(parts, reached, { organisation, id }),
    moves: [...new Set([...ownMoves(reached), ...found.moves])],
    reporters:
      found.reporters?.map(({ receivedAt, name: by, email, phone, text }) => {
        return { receivedAt, name: by, email, phone, text }
      }) ?? null,
  }
}

/** What a reporter took may show people: it is seen once it is public, or with who that is. */
async function photosOf(
  { database, photos }: ContractorParts,
  { identity }: Reached,
  { organisation, id }: Where,
): Promise<string[]> {
  const all = (await photos?.of(database.read(organisation), [id])) ?? []
  return all
    .filter(({ report, isPublic }) => report === null || isPublic || identity)
    .map((photo) => photo.id)
}

function eventOf(
  { at, kind, actor, visibility, data }: CaseDetailView['events'][number],
  who: ContractorUser,
): ContractorDetailView['events'] {
  const own = actor.startsWith(contractorActor({ ...who, user: '' }))
  if (visibility !== 'public' && !own) return []
  const state = caseState.nullable().catch(null)
  const text = typeof data['text'] === 'string' ? data['text'] : null
  const [from, to] = [state.parse(data['from']), state.parse(data['to'])]
  return [{ at, kind, own, from, to, text }]
}

/** Moves that the contract allows beside those of every contractor. */
function ownMoves({ row, contract }: Reached): readonly CaseState[] {
  if (row.state === 'received') return ['assigned']
  return row.state === 'done_reported' && contract.closes ? ['closed'] : []
}

/** What the contract allows is done as by the organisation; all else is as the table of moves has it. */
function asMove(
  reached: Reached,
  who: ContractorUser,
  { to, version, text, at }: ContractorMove,
): CaseMove {
  const byContract = ownMoves(reached).includes(to)
  return {
    to,
    version,
    by: byContract
      ? { role: 'handler', name: contractorActor(who), contracted: true }
      : { role: 'contractor', name: contractorActor(who) },
    ...(byContract && to === 'closed' && { reason: 'fixed' }),
    ...(text !== undefined && { text }),
    ...(at !== undefined && { at }),
  }
}

function viewOf(
  { row, catalogue }: Reached,
  organisation: ContractorCaseView['organisation'],
): ContractorCaseView {
  const { lat, lon } = row
  const name = row.asset === null ? undefined : catalogue.assets.get(row.asset)?.name
  return {
    organisation,
    id: row.id,
    number: row.number,
    state: caseState.parse(row.state),
    closingReason: closingReason.nullable().parse(row.closing_reason),
    category: { id: row.category, name: categoryName(catalogue, row.category) },
    asset: row.asset === null ? null : { id: row.asset, name: name ?? row.asset },
    place: lat === null || lon === null ? null : { lat, lon },
    address: row.address,
    matter: matter.parse(row.matter),
    priority: casePriority.parse(row.priority),
    version: row.version,
    openedAt: toIso(row.opened_at),
    changedAt: toIso(row.changed_at),
    closedAt: isoOrNull(row.closed_at),
    plannedFor: isoOrNull(row.planned_for),
    dueAt: isoOrNull(row.due_at),
  }
}

function isoOrNull(time: TimeUs | null): string | null {
  return time === null ? null : toIso(time)
}
