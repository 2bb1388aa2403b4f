import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, elapsed, HOUR, type TimeUs } from '../domain/time.ts'
import { timerId, windowId } from './ids.ts'
import { MAINTENANCE, windowTimer } from './maintenance-source.ts'
import { checkText } from './refusals.ts'
import { saveTimers } from './statements.ts'
import type { AlarmParts } from './take.ts'
import { timerRow, whichText, type TimerRow } from './timers.ts'
import {
  assetsIn,
  viewOfWindow,
  type WindowPreview,
  type WindowScope,
  type WindowView,
} from './windows.ts'

/** Nobody plans work for longer at once. */
export const LONGEST_WINDOW = durationUs(30 * 24 * HOUR)

/** Windows of one organisation that are planned or run. */
const MOST_WINDOWS = 200

/** Windows in one answer: those that are not over, and the last ones that are. */
const LONGEST_LIST = 500

export interface WindowRequest {
  readonly scope: WindowScope
  readonly from: TimeUs
  readonly to: TimeUs
  readonly by: string
  readonly reason: string
}

/** Planned work: who touches what and when, so that its alarms call nobody. */
export interface Maintenance {
  list(organisation: OrganisationId): Promise<readonly WindowView[]>
  preview(organisation: OrganisationId, scope: WindowScope): Promise<WindowPreview>
  /** Throws Problem invalid for times that make no sense, too_many, too_large. */
  plan(organisation: OrganisationId, request: WindowRequest): Promise<WindowView>
  /** Ends it now, or takes it back before it began. Throws Problem not_found or conflict. */
  end(organisation: OrganisationId, window: string, by: string): Promise<WindowView>
}

type Parts = Pick<AlarmParts, 'database' | 'clock'>

export function createMaintenance(parts: Parts): Maintenance {
  return {
    list: (organisation) => list(parts, organisation),
    preview: (organisation, scope) => preview(parts, organisation, scope),
    plan: (organisation, request) => plan(parts, organisation, request),
    end: (organisation, window, by) => end(parts, organisation, { window, by }),
  }
}

async function list(
  { database, clock }: Parts,
  organisation: OrganisationId,
): Promise<readonly WindowView[]> {
  const now = clock.now()
  const rows = await database
    .read(organisation)
    .selectFrom('maintenance_window')
    .selectAll()
    .orderBy('to_at', 'desc')
    .orderBy('id')
    .limit(LONGEST_LIST)
    .execute()
  return rows.map((row) => viewOfWindow(row, now))
}

async function preview(
  { database }: Parts,
  organisation: OrganisationId,
  scope: WindowScope,
): Promise<WindowPreview> {
  const query = database.read(organisation)
  const assets = await assetsIn(query, scope)
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const open = await query
    .selectFrom('alarm')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('alarm.occurrence', 'is not', null)
    .where('alarm.asset', 'in', assetsIn(query, scope))
    .executeTakeFirstOrThrow()
  return { assets: assets.count, openAlarms: open.count }
}

async function plan(
  { database, clock }: Parts,
  organisation: OrganisationId,
  request: WindowRequest,
): Promise<WindowView> {
  const now = clock.now()
  checkText('reason', request.reason)
  checkTimes(request, now)
  const { scope, from, to, by, reason } = request
  const text = JSON.stringify(scope)
  const row = {
    organisation,
    id: windowId(by, text, String(from), String(to), String(now)),
    scope: text,
    from_at: from,
    to_at: to,
    by,
    reason,
    created_at: now,
    ended_at: null,
    ended_by: null,
  }
  await database.write(organisation, 'alarm', async (work) => {
    const { count } = await work.query
      .selectFrom('maintenance_window')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('to_at', '>', now)
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow()
    if (count >= MOST_WINDOWS) throw tooMany()
    // Planned twice in the same moment it is one window.
    await work.query
      .insertInto('maintenance_window')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await saveTimers(work, [timer(row, 'begin', from), timer(row, 'end', to)], [])
  })
  return viewOfWindow(row, now)
}

async function end(
  { database, clock }: Parts,
  organisation: OrganisationId,
  { window: id, by }: { readonly window: string; readonly by: string },
): Promise<WindowView> {
  const now = clock.now()
  return await database.write(organisation, 'alarm', async (work) => {
    const row = await work.query
      .selectFrom('maintenance_window')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) throw notFound(id)
    if (row.ended_at !== null || row.to_at <= now) throw isOver()
    const ended = { ended_at: now, ended_by: by }
    await work.query
      .updateTable('maintenance_window')
      .set(ended)
      .where('id', '=', id)
      .execute()
    const begins = timerId('source', '', refOf('begin', id))
    await saveTimers(work, [timer(row, 'end', now)], [begins])
    return viewOfWindow({ ...row, ...ended }, now)
  })
}

function refOf(what: 'begin' | 'end', window: string): string {
  return whichText({ kind: MAINTENANCE, ref: windowTimer(what, window) })
}

function timer(
  { organisation, id }: { readonly organisation: OrganisationId; readonly id: string },
  what: 'begin' | 'end',
  due: TimeUs,
): TimerRow {
  return timerRow({ organisation, alarm: '', kind: 'source', ref: refOf(what, id), due })
}

function checkTimes({ from, to }: WindowRequest, now: TimeUs): void {
  const length = elapsed(from, to)
  if (length > 0 && length <= LONGEST_WINDOW && to > now) return
  throw new Problem({
    kind: 'invalid',
    what: 'Work cannot be planned for these times.',
    where: 'to',
    why: 'It ends after it begins and after now, and lasts at most 30 days.',
    next: 'Choose other times; plan longer work in parts.',
  })
}

function tooMany(): Problem {
  return new Problem({
    kind: 'too_many',
    what: 'Too much work is planned at once.',
    why: `An organisation has at most ${MOST_WINDOWS} maintenance windows that are not over.`,
    next: 'End some, or plan one for several assets.',
  })
}

function notFound(id: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `There is no maintenance window ${id}.`,
    why: 'The id is wrong, or it belongs to another organisation.',
    next: 'Look it up in the list of maintenance windows.',
  })
}

function isOver(): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'The maintenance is over already.',
    why: 'Its time has passed, or somebody ended it.',
    next: 'Load the list again.',
  })
}
