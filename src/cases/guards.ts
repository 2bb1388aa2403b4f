import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, elapsed, HOUR, type TimeUs } from '../domain/time.ts'
import type { CaseRow } from './case-row.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { CaseActor } from './cases.ts'
import type { OwnParts } from './parts.ts'
import { activeAlarms, hasReachable } from './tree.ts'
import { OVERRIDE_PREFIX, type CheckedMove } from './workflow/check-move.ts'
import { reasons } from './workflow/reasons.ts'

const DAY = durationUs(24 * HOUR)
/** Nobody is made to wait longer for, and nothing is planned further ahead than this. */
const AHEAD_MAX = durationUs(5 * 366 * DAY)

interface Asked {
  readonly row: CaseRow
  readonly checked: CheckedMove
  readonly by: CaseActor
  readonly at: TimeUs
  readonly catalogue: CaseCatalogue
}

/** What the tables cannot know: alarms that stand, followers, days, photos. Throws Problem. */
export async function checkStanding(
  work: UnitOfWork,
  { photos }: Pick<OwnParts, 'photos'>,
  asked: Asked,
): Promise<void> {
  checkDay(asked)
  const { to, reason } = asked.checked
  if (reason !== null) await checkAlarms(work, asked)
  if (reason === 'withdrawn') await checkSole(work, asked)
  if (to === 'waiting_reporter') await checkReachable(work, asked)
  if (to === 'reopen_requested') checkAskable(asked)
  if (to === 'done_reported' && photos !== undefined) await checkPhoto(work, photos, asked)
}

/** A fault is not gone while its alarm stands, unless a person says why the alarm is wrong. */
async function checkAlarms(work: UnitOfWork, { row, checked }: Asked): Promise<void> {
  const { reason, override } = checked
  if (reason === null || !reasons[reason].claimsGone || override) return
  const active = await activeAlarms(work, row.id)
  // What is still faulty of a group becomes a case of its own.
  const own =
    row.kind === 'group' ? active.filter(({ asset }) => asset === row.asset) : active
  if (own.length === 0) return
  throw new Problem({
    kind: 'conflict',
    what: 'The alarm of this case still stands.',
    where: 'reason',
    why: 'The sensor has not seen the fault go away.',
    next: `Wait until it clears, or begin the text with "${OVERRIDE_PREFIX}" and say why the sensor is wrong.`,
    facts: { alarms: own.map(({ alarm }) => alarm), override: OVERRIDE_PREFIX },
  })
}

/** A reporter takes back what nobody else has said. */
async function checkSole(work: UnitOfWork, { row, by }: Asked): Promise<void> {
  if (by.role !== 'reporter' && by.role !== 'partner') return
  const reports = await work.query
    .selectFrom('report')
    .innerJoin('case', 'case.id', 'report.case')
    .select('report.id')
    .where('case.root', '=', row.id)
    .limit(2)
    .execute()
  if (reports.length === 1) return
  throw new Problem({
    kind: 'conflict',
    what: 'Others have said the same, so the case goes on.',
    where: 'to',
    next: 'You can stop the messages instead.',
  })
}

async function checkReachable(work: UnitOfWork, { row }: Asked): Promise<void> {
  if (await hasReachable(work.query, row.id)) return
  throw new Problem({
    kind: 'conflict',
    what: 'Nobody who reported it can be asked.',
    where: 'to',
    why: 'No follower left an address and wants messages.',
    next: 'Look for yourself, or close the case and say what was missing.',
  })
}

/** Days after closing within which a case of no category may be asked about again. */
const REOPEN_DAYS = 30

type Closed = Pick<Asked, 'row' | 'at' | 'catalogue'>

function reopenDays({ row, catalogue }: Closed): number {
  return catalogue.categories.get(row.category)?.reopenDays ?? REOPEN_DAYS
}

/** May it be asked to have the case opened again? */
export function isAskable(closed: Closed): boolean {
  const { row, at } = closed
  const since = row.closed_at === null ? 0 : elapsed(row.closed_at, at)
  return row.closing_reason !== 'duplicate' && since <= reopenDays(closed) * DAY
}

/** Throws Problem conflict when it may not. */
export function checkAskable(closed: Closed): void {
  if (isAskable(closed)) return
  throw new Problem({
    kind: 'conflict',
    what: 'This case cannot be opened again.',
    where: 'wish',
    why: `It was closed more than ${reopenDays(closed)} days ago.`,
    next: 'Report it anew.',
  })
}

async function checkPhoto(
  work: UnitOfWork,
  photos: NonNullable<OwnParts['photos']>,
  { row, by, catalogue }: Asked,
): Promise<void> {
  const wanted = catalogue.categories.get(row.category)?.photoWhenDone === true
  if (!wanted || by.role === 'system') return
  const taken = await photos.of(work.query, [row.id])
  if (taken.some(({ report }) => report === null)) return
  throw new Problem({
    kind: 'conflict',
    what: 'Work of this category is reported as done with a photo.',
    where: 'to',
    next: 'Add a photo of what was done.',
  })
}

function checkDay({ checked, at }: Asked): void {
  if (checked.at === null) return
  const ahead = elapsed(at, checked.at)
  const waits = checked.to === 'waiting_reporter' || checked.to === 'waiting_external'
  if (ahead <= AHEAD_MAX && ahead > (waits ? 0 : 0 - DAY)) return
  throw new Problem({
    kind: 'invalid',
    what: 'That day is over, or too far away.',
    where: 'at',
    next: 'Name a day from now on, at most five years ahead.',
  })
}
