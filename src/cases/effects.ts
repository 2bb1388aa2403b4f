import type { CaseEffects, Annunciation } from '../alarms/alarms.ts'
import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { CaseRow } from './case-row.ts'
import { kindOfFault, type CaseCatalogue, type FaultKind } from './catalogue.ts'
import { activeAlarms, caseById, changeCase, hasPerson, touchCase } from './change.ts'
import { ALARM_ACTOR, appendEvent, lastMoveTo } from './events.ts'
import { gatherAssets } from './group.ts'
import { derivedId } from './ids.ts'
import { openCase, openCaseAt } from './join.ts'
import { mailFollowers, type EnqueueMail } from './mails.ts'

export interface EffectParts {
  /** A transaction awaits only the database, so the catalogue must be at hand. */
  readonly catalogueNow: (organisation: OrganisationId) => CaseCatalogue
  readonly enqueueMail?: EnqueueMail
}

/** What an alarm does to cases, inside the alarm's transaction. */
export function alarmEffects(parts: EffectParts): CaseEffects {
  return {
    async confirm(work, annunciation) {
      const catalogue = parts.catalogueNow(work.organisation)
      const { asset, rule, now } = annunciation
      const fault = kindOfFault(catalogue, rule.faultClass, asset)
      const found = await openCaseAt(work, asset, fault.joinClass)
      if (found === undefined) return await openFor(work, catalogue, annunciation, fault)
      await touchCase(work, found, { category: fault.category, at: now })
      const first = await countReport(work, found.id, annunciation, fault)
      if (first) await note(work, found, annunciation, 'alarm_joined')
      await comeBack(work, parts, found, annunciation)
      return found.id
    },

    gathered: (work, caseId, gathered) => gatherAssets(work, caseId, gathered),

    async cleared(work, annunciation, caseId) {
      const row = await caseById(work.query, caseId)
      if (row.state === 'closed') return
      const others = await activeAlarms(work, row.id, annunciation.alarm)
      if (others.length === 0 && (await hasPerson(work, row.id))) {
        await askToVerify(work, row, annunciation)
      } else if (others.length === 0 && row.state !== 'done_reported') {
        await reportDone(work, row, annunciation)
      } else {
        work.tell({ kind: 'case', subject: row.id })
        await note(work, row, annunciation, 'alarm_cleared')
      }
    },
  }
}

async function openFor(
  work: UnitOfWork,
  catalogue: CaseCatalogue,
  annunciation: Annunciation,
  fault: FaultKind,
): Promise<string> {
  const { occurrence, asset, at, now } = annunciation
  const id = await freeCaseId(work, occurrence)
  work.tell({ kind: 'case', subject: id })
  await openCase(work, catalogue, id, {
    fault,
    asset,
    place: catalogue.assets.get(asset)?.place ?? null,
    source: 'alarm',
    report: reportId(occurrence, id),
    actor: ALARM_ACTOR,
    since: at,
    now,
  })
  await countReport(work, id, annunciation, fault)
  return id
}

/** An occurrence may outlive its case and then needs another one, with another id. */
async function freeCaseId(work: UnitOfWork, occurrence: string): Promise<string> {
  for (let cases = 0; ; cases += 1) {
    const id = derivedId('case', occurrence, cases)
    const taken = await work.query
      .selectFrom('case')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst()
    if (taken === undefined) return id
  }
}

function reportId(occurrence: string, caseId: string): string {
  return derivedId('report', occurrence, caseId)
}

/** One report per occurrence and case; a repeated raise counts up. True when it is the first. */
async function countReport(
  work: UnitOfWork,
  caseId: string,
  { occurrence, asset, now }: Annunciation,
  { category }: FaultKind,
): Promise<boolean> {
  const { count } = await work.query
    .insertInto('report')
    .values({
      organisation: work.organisation,
      id: reportId(occurrence, caseId),
      case: caseId,
      source: 'alarm',
      category,
      asset,
      lat: null,
      lon: null,
      occurrence,
      language: '',
      received_at: now,
      count: 1,
      idempotency_key: null,
      source_detail: null,
      matter: 'fault',
      answers: '{}',
      address: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'id'])
        .doUpdateSet((set) => ({ count: set('report.count', '+', 1) })),
    )
    .returning('count')
    .executeTakeFirstOrThrow()
  return count === 1
}

/** The alarm stands again: what was reported as done is not, and nobody need verify. */
async function comeBack(
  work: UnitOfWork,
  { enqueueMail }: EffectParts,
  row: CaseRow,
  annunciation: Annunciation,
): Promise<void> {
  const { now: at } = annunciation
  if (row.state !== 'done_reported') {
    if (row.verify === 0) return
    await changeCase(work, row, { state: row.state, verify: false, at })
    await note(work, row, annunciation, 'alarm_returned')
    return
  }
  const done = await lastMoveTo(work.query, row.id, 'done_reported')
  const to = done?.data.from ?? 'in_progress'
  await changeCase(work, row, { state: to, verify: false, at })
  const event = await appendEvent(work, row.id, {
    kind: 'moved',
    actor: ALARM_ACTOR,
    at,
    visibility: 'public',
    data: { from: 'done_reported', to, alarm: annunciation.alarm },
  })
  await mailFollowers(work, enqueueMail, {
    kind: 'mail.case_changed',
    case: row.id,
    event,
    at,
  })
}

async function askToVerify(
  work: UnitOfWork,
  row: CaseRow,
  { alarm, now: at }: Annunciation,
): Promise<void> {
  if (row.verify === 1) return
  await changeCase(work, row, { state: row.state, verify: true, at })
  await appendEvent(work, row.id, {
    kind: 'verify',
    actor: ALARM_ACTOR,
    at,
    visibility: 'public',
    data: { alarm },
  })
}

async function reportDone(
  work: UnitOfWork,
  row: CaseRow,
  { alarm, now: at }: Annunciation,
): Promise<void> {
  await changeCase(work, row, { state: 'done_reported', verify: false, at })
  await appendEvent(work, row.id, {
    kind: 'moved',
    actor: ALARM_ACTOR,
    at,
    visibility: 'public',
    data: { from: row.state, to: 'done_reported', alarm },
  })
}

async function note(
  work: UnitOfWork,
  row: CaseRow,
  { alarm, now: at }: Annunciation,
  kind: 'alarm_joined' | 'alarm_cleared' | 'alarm_returned',
): Promise<void> {
  await appendEvent(work, row.id, {
    kind,
    actor: ALARM_ACTOR,
    at,
    visibility: kind === 'alarm_joined' ? 'public' : 'internal',
    data: { alarm },
  })
}
