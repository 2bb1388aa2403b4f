import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { CaseRow } from './case-row.ts'
import type { CaseCatalogue } from './catalogue.ts'
import type { Cases } from './cases.ts'
import { activeAlarms, caseById, changeCase, labelOccurrences } from './change.ts'
import type { CasesParts } from './parts.ts'
import { appendEvent } from './events.ts'
import { openCaseAt } from './join.ts'
import { mailFollowers } from './mails.ts'
import { viewsOf } from './case-views.ts'
import type { CaseView } from './views.ts'
import { checkMove, claimsGone, OVERRIDE_PREFIX, type CheckedMove } from './workflow.ts'

/** Moves a case by hand, with everything that hangs on it in one transaction. */
export function moveCase(parts: CasesParts): Cases['move'] {
  return async (organisation, id, move) => {
    const catalogue = await parts.catalogue(organisation)
    const at = parts.clock.now()
    return await parts.database.write(organisation, 'normal', async (work) => {
      const row = await caseById(work.query, id)
      const from = row.state
      const checked = checkMove(row, move)
      await checkAlarms(work, row, checked)
      if (from === 'closed') await checkReopening(work, row)
      const { to, reason, text } = checked
      const changed = await changeCase(work, row, {
        state: to,
        verify: row.verify === 1 && to !== 'closed',
        at,
        ...(reason === null ? {} : { closing: { reason, text } }),
      })
      if (to === 'closed' || from === 'closed') await labelOccurrences(work, id, reason)
      const event = await appendEvent(work, id, {
        kind: 'moved',
        actor: move.actor,
        at,
        visibility: 'public',
        data: {
          from,
          to,
          ...(reason === null ? {} : { reason }),
          ...(text === null ? {} : { text }),
          ...(checked.override ? { override: true } : {}),
        },
      })
      await mailFollowers(work, parts.enqueueMail, {
        kind: to === 'closed' ? 'mail.case_closed' : 'mail.case_changed',
        case: id,
        event,
        at,
      })
      return await viewOf(work, catalogue, changed)
    })
  }
}

async function viewOf(
  work: UnitOfWork,
  catalogue: CaseCatalogue,
  row: CaseRow,
): Promise<CaseView> {
  const [view] = await viewsOf(work.query, catalogue, [row])
  if (view === undefined) throw new Error('one case makes one view')
  return view
}

/** A fault is not gone while its alarm stands, unless a person says why the alarm is wrong. */
async function checkAlarms(
  work: UnitOfWork,
  row: CaseRow,
  { reason, override }: CheckedMove,
): Promise<void> {
  if (reason === null || !claimsGone[reason] || override) return
  const alarms = await activeAlarms(work, row.id)
  if (alarms.length === 0) return
  throw new Problem({
    kind: 'conflict',
    what: 'The alarm of this case still stands.',
    where: 'reason',
    why: 'The sensor has not seen the fault go away.',
    next: `Wait until it clears, or begin the text with "${OVERRIDE_PREFIX}" and say why the sensor is wrong.`,
    facts: { alarms, override: OVERRIDE_PREFIX },
  })
}

/** Only one case of a join class may be open on an asset. */
async function checkReopening(work: UnitOfWork, row: CaseRow): Promise<void> {
  if (row.asset === null) return
  const open = await openCaseAt(work, row.asset, row.join_class)
  if (open === undefined) return
  throw new Problem({
    kind: 'conflict',
    what: `The same fault has an open case already: ${open.number}.`,
    where: 'to',
    next: 'Go on in that case.',
    facts: { case: open.id, number: open.number },
  })
}
