import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, earlier, HOUR, type DurationUs, type TimeUs } from '../domain/time.ts'
import { caseRow } from './case-row.ts'
import { changeCase } from './change.ts'
import { ALARM_ACTOR, lastMoveTo } from './events.ts'
import type { OwnParts } from './parts.ts'
import { activeAlarms, hasPerson, labelOccurrences } from './tree.ts'

type RecoveryParts = Pick<OwnParts, 'database' | 'append'>

/** How long a clear alarm must stay away before its case closes by itself. */
const GRACE = durationUs(24 * HOUR)

const pageSize = 200

/**
 * Closes cases whose alarm cleared at least `grace` before `now` and stayed away: as
 * self-recovered, and only those no person reported and no person reported as done. Looks at
 * every organisation, 200 cases at a time; returns how many it closed.
 */
export async function closeRecovered(
  parts: RecoveryParts,
  now: TimeUs,
  grace: DurationUs = GRACE,
): Promise<number> {
  const due = earlier(now, grace)
  let closed = 0
  let after = ''
  for (;;) {
    const page = await parts.database.installation.query
      .selectFrom('case')
      .select(['organisation', 'id'])
      .where('closed_at', 'is', null)
      .where('state', '=', 'done_reported')
      .where('changed_at', '<=', due)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute()
    for (const { organisation, id } of page) {
      if (await closeOne(parts, { organisation, id, due, now })) closed += 1
      after = id
    }
    if (page.length < pageSize) return closed
  }
}

interface Candidate {
  readonly organisation: OrganisationId
  readonly id: string
  readonly due: TimeUs
  readonly now: TimeUs
}

function closeOne(
  { database, append }: RecoveryParts,
  { organisation, id, due, now }: Candidate,
): Promise<boolean> {
  return database.write(organisation, 'normal', async (work) => {
    const row = await work.query
      .selectFrom('case')
      .selectAll()
      .where('id', '=', id)
      .where('state', '=', 'done_reported')
      .where('changed_at', '<=', due)
      .executeTakeFirst()
    if (row === undefined || !(await recoveredAlone(work, id))) return false
    await changeCase(work, caseRow(row), {
      state: 'closed',
      at: now,
      closing: { reason: 'self_recovered', text: null },
    })
    await labelOccurrences(work, id, 'self_recovered')
    await append(work, id, {
      kind: 'moved',
      actor: ALARM_ACTOR,
      at: now,
      visibility: 'public',
      data: { from: 'done_reported', to: 'closed', reason: 'self_recovered' },
    })
    return true
  })
}

async function recoveredAlone(work: UnitOfWork, id: string): Promise<boolean> {
  if (await hasPerson(work.query, id)) return false
  const done = await lastMoveTo(work.query, id, 'done_reported')
  if (done?.actor !== ALARM_ACTOR) return false
  return (await activeAlarms(work, id)).length === 0
}
