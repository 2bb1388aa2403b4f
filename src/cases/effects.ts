import type { CaseEffects, Annunciation } from '../alarms/alarms.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { CaseRow } from './case-row.ts'
import { kindOfFault, type FaultKind } from './catalogue.ts'
import { storeAlarmReport } from './alarm-report.ts'
import { caseById, changeCase, rootOf, touchCase } from './change.ts'
import { ALARM_ACTOR, lastMoveTo } from './events.ts'
import { gatherAssets } from './group/gather.ts'
import { caseFor, recentCaseAt } from './join/find.ts'
import { openForAlarm } from './join/open-for-alarm.ts'
import type { OwnParts } from './parts.ts'
import { activeAlarms, hasPerson } from './tree.ts'
import { settled } from './workflow/table.ts'

/** What an alarm does to cases, inside the alarm's transaction. */
export function alarmEffects(parts: OwnParts): CaseEffects {
  return {
    async confirm(work, annunciation) {
      const catalogue = parts.catalogueNow(work.organisation)
      const { asset, rule, now } = annunciation
      const fault = kindOfFault(catalogue, rule.faultClass, asset)
      const found = await caseFor(work.query, asset, fault.joinClass)
      if (found === undefined) return await openFor(work, parts, annunciation, fault)
      await touchCase(work, found, { category: fault.category, at: now })
      const first = await storeAlarmReport(work, {
        caseId: found.id,
        occurrence: annunciation.occurrence,
        asset,
        category: fault.category,
        now,
      })
      if (first) await note(work, parts, found, { annunciation, kind: 'alarm_joined' })
      await comeBack(work, parts, found, annunciation)
      return found.id
    },

    gathered: (work, caseId, gathered) => gatherAssets(work, parts, { caseId, gathered }),

    async cleared(work, annunciation, caseId) {
      const row = await rootOf(work.query, await caseById(work.query, caseId))
      if (settled.has(row.state)) return
      const others = await activeAlarms(work, row.id, annunciation.alarm)
      if (others.length === 0 && (await hasPerson(work.query, row.id))) {
        await askToVerify(work, parts, row, annunciation)
      } else if (others.length === 0 && row.state !== 'done_reported') {
        await reportDone(work, parts, row, annunciation)
      } else {
        work.tell({ kind: 'case', subject: row.id })
        await note(work, parts, row, { annunciation, kind: 'alarm_cleared' })
      }
    },
  }
}

async function openFor(
  work: UnitOfWork,
  parts: OwnParts,
  annunciation: Annunciation,
  fault: FaultKind,
): Promise<string> {
  const { occurrence, asset, at, now } = annunciation
  const earlier = await recentCaseAt(work.query, { asset, joinClass: fault.joinClass, now })
  return await openForAlarm(work, parts, {
    catalogue: parts.catalogueNow(work.organisation),
    occurrence,
    asset,
    fault,
    since: at,
    now,
    recurrenceOf: earlier?.id,
  })
}

/** The alarm stands again: what was reported as done is not, and nobody need verify. */
async function comeBack(
  work: UnitOfWork,
  parts: OwnParts,
  row: CaseRow,
  annunciation: Annunciation,
): Promise<void> {
  const { now: at } = annunciation
  if (row.state !== 'done_reported') {
    if (row.verify === 0) return
    await changeCase(work, row, { state: row.state, verify: false, at })
    await note(work, parts, row, { annunciation, kind: 'alarm_returned' })
    return
  }
  const done = await lastMoveTo(work.query, row.id, 'done_reported')
  const before = done?.data.from ?? 'in_progress'
  // Nobody is waited for any more.
  const to = before === 'waiting_reporter' ? 'in_progress' : before
  await changeCase(work, row, { state: to, verify: false, at })
  await parts.append(work, row.id, {
    kind: 'moved',
    actor: ALARM_ACTOR,
    at,
    visibility: 'public',
    data: { from: 'done_reported', to, alarm: annunciation.alarm },
  })
}

async function askToVerify(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  row: CaseRow,
  { alarm, now: at }: Annunciation,
): Promise<void> {
  if (row.verify === 1) return
  await changeCase(work, row, { state: row.state, verify: true, at })
  await append(work, row.id, {
    kind: 'verify',
    actor: ALARM_ACTOR,
    at,
    visibility: 'public',
    data: { alarm },
  })
}

async function reportDone(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  row: CaseRow,
  { alarm, now: at }: Annunciation,
): Promise<void> {
  await changeCase(work, row, { state: 'done_reported', verify: false, at })
  await append(work, row.id, {
    kind: 'moved',
    actor: ALARM_ACTOR,
    at,
    visibility: 'public',
    data: { from: row.state, to: 'done_reported', alarm },
  })
}

async function note(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  row: CaseRow,
  {
    annunciation: { alarm, now: at },
    kind,
  }: {
    readonly annunciation: Annunciation
    readonly kind: 'alarm_joined' | 'alarm_cleared' | 'alarm_returned'
  },
): Promise<void> {
  await append(work, row.id, {
    kind,
    actor: ALARM_ACTOR,
    at,
    visibility: kind === 'alarm_joined' ? 'public' : 'internal',
    data: { alarm },
  })
}
