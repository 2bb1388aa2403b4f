import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../domain/time.ts'
import { caseRow } from './case-row.ts'
import { changeCase } from './change.ts'
import type { OwnParts } from './parts.ts'
import { activeAlarms } from './tree.ts'

const DAY = durationUs(24 * HOUR)
/** Cases of one category that one round closes; the next round takes the others. */
const AT_ONCE = 200
/** States in which nobody has worked on it yet. */
const untouched = ['received', 'assigned'] as const

type ExpiryParts = Pick<OwnParts, 'database' | 'append' | 'catalogue'>

/**
 * Closes what nobody has worked on and nothing has joined for as many days as its category says, as
 * expired: old snow. What an alarm stands for stays. Looks at every organisation; returns how many
 * cases it closed.
 */
export async function closeExpired(parts: ExpiryParts, now: TimeUs): Promise<number> {
  const organisations = await parts.database.installation.query
    .selectFrom('organisation')
    .select('organisation')
    .orderBy('organisation')
    .execute()
  let closed = 0
  for (const { organisation } of organisations) {
    const { categories } = await parts.catalogue(organisation)
    for (const [category, { expiresAfterDays }] of categories) {
      if (expiresAfterDays === undefined) continue
      const before = earlier(now, durationUs(expiresAfterDays * DAY))
      closed += await closeOld(parts, organisation, { category, before, now })
    }
  }
  return closed
}

interface Old {
  readonly category: string
  readonly before: TimeUs
  readonly now: TimeUs
}

async function closeOld(
  { database, append }: ExpiryParts,
  organisation: OrganisationId,
  { category, before, now }: Old,
): Promise<number> {
  const rows = await database
    .read(organisation)
    .selectFrom('case')
    .select('id')
    .where('closed_at', 'is', null)
    .where('category', '=', category)
    .where('state', 'in', untouched)
    .where('changed_at', '<=', before)
    .orderBy('changed_at')
    .limit(AT_ONCE)
    .execute()
  let closed = 0
  for (const { id } of rows) {
    const done = await database.write(organisation, 'normal', (work) =>
      closeOne(work, append, { id, before, now }),
    )
    if (done) closed += 1
  }
  return closed
}

async function closeOne(
  work: UnitOfWork,
  append: OwnParts['append'],
  { id, before, now: at }: { readonly id: string } & Omit<Old, 'category'>,
): Promise<boolean> {
  const stored = await work.query
    .selectFrom('case')
    .selectAll()
    .where('id', '=', id)
    .where('state', 'in', untouched)
    .where('changed_at', '<=', before)
    .executeTakeFirst()
  if (stored === undefined || (await activeAlarms(work, id)).length > 0) return false
  const row = caseRow(stored)
  const reason = 'expired'
  await changeCase(work, row, { state: 'closed', at, closing: { reason, text: null } })
  await append(work, id, {
    kind: 'moved',
    actor: 'system',
    at,
    visibility: 'public',
    data: { from: row.state, to: 'closed', reason },
  })
  return true
}
