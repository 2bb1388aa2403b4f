import type { UnitOfWork } from '../../database/database.ts'
import type { TimeUs } from '../../domain/time.ts'
import { storedAnswers } from '../answers.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import type { CaseCatalogue } from '../catalogue.ts'
import { caseById } from '../change.ts'
import { followable } from '../join/followable.ts'
import { caseFor, recentCaseAt } from '../join/find.ts'
import { handOn } from '../join/hand-on.ts'
import { placedAs, routingOf, type Finding } from '../join/insert.ts'
import { lieIn } from '../join/lie-in.ts'
import { tellOpened } from '../join/open.ts'
import { stormCase } from '../join/storm.ts'
import type { OwnParts } from '../parts.ts'
import { doubt } from '../reopen.ts'
import { reportSource } from '../views.ts'

/** After so many failures a report stays in triage, for somebody to look at. */
const ATTEMPTS_MAX = 5

interface Waiting {
  readonly case: string
  readonly report: string
  readonly actor: string
  readonly follows: string | null
  readonly accepted_at: TimeUs
  readonly attempts: number
}

/**
 * Does for the report that waits longest what taking it in would have done: joins it, or routes its
 * case, and tells who hears of it. Its row goes in the same transaction, so that happens once. False
 * when none waits.
 */
export async function placeNext(
  work: UnitOfWork,
  parts: OwnParts,
  {
    catalogue,
    now,
    begins,
  }: {
    readonly catalogue: CaseCatalogue
    readonly now: TimeUs
    /** Hears which case it is about, in case it fails. */
    readonly begins: (caseId: string) => void
  },
): Promise<boolean> {
  const waiting = await firstWaiting(work, now)
  if (waiting === undefined) return false
  begins(waiting.case)
  await work.query.deleteFrom('intake').where('case', '=', waiting.case).execute()
  const row = await caseById(work.query, waiting.case)
  // It was taken back, or merged, before its turn came.
  if (row.closed_at !== null || row.root !== row.id) return true
  work.tell({ kind: 'case', subject: row.id })
  await place(work, parts, { row, waiting, catalogue, now })
  return true
}

/** The first that is due. */
async function firstWaiting(
  { query }: Pick<UnitOfWork, 'query'>,
  now: TimeUs,
): Promise<Waiting | undefined> {
  return await query
    .selectFrom('intake')
    .selectAll()
    .where('due_at', '<=', now)
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst()
}

interface Placing {
  readonly row: CaseRow
  readonly waiting: Waiting
  readonly catalogue: CaseCatalogue
  readonly now: TimeUs
}

async function place(work: UnitOfWork, parts: OwnParts, placing: Placing): Promise<void> {
  const { row, waiting, catalogue, now: at } = placing
  const finding = await findingOf(work, placing)
  const { asset } = finding
  // Somebody has begun to work on it where it lay: there it stays.
  if (row.version > 1 || waiting.attempts >= ATTEMPTS_MAX || isUnknown(placing, asset)) {
    await tellOpened(work, parts, { id: row.id, finding })
    return
  }
  const routing = routingOf(catalogue, finding)
  const found =
    (await knownCase(work, placing, asset)) ??
    (await stormCase(work, parts, { catalogue, finding, routing }))
  // Somebody merged the case of this fault, or of this storm, into the one that waits.
  const into = found?.id === row.id ? undefined : found
  const recent =
    asset === null || into !== undefined
      ? undefined
      : await recentCaseAt(work.query, { asset, joinClass: row.join_class, now: at })
  const whole = { ...finding, recurrenceOf: recent?.id }
  const placed = await settle(work, row, {
    ...placedAs(catalogue, row.number, { finding: whole, routing }),
    asset,
    changed_at: at,
    // What lies in another case holds no asset.
    closed_at: into === undefined ? null : at,
  })
  await tellOpened(work, parts, { id: row.id, finding: whole })
  if (into === undefined) {
    await handOn(work, parts, { id: row.id, routing, at })
    return
  }
  await lieIn(work, parts, { row: placed, into, at })
  await doubt(work, parts, into, at)
}

/** The configuration may have changed since: what it does not know any more stays in triage. */
function isUnknown({ row, catalogue }: Placing, asset: string | null): boolean {
  if (!catalogue.categories.has(row.category)) return true
  return asset !== null && !catalogue.assets.has(asset)
}

async function knownCase(
  work: UnitOfWork,
  { row, waiting, catalogue }: Placing,
  asset: string | null,
): Promise<CaseRow | undefined> {
  const same = await followable(work.query, catalogue, waiting.follows)
  if (same !== undefined || asset === null) return same
  return await caseFor(work.query, asset, row.join_class)
}

async function findingOf(
  work: UnitOfWork,
  { row, waiting, now }: Placing,
): Promise<Finding> {
  const said = await work.query
    .selectFrom('report')
    .select(['asset', 'source', 'address', 'answers'])
    .where('id', '=', waiting.report)
    .executeTakeFirstOrThrow()
  const { lat, lon } = row
  return {
    fault: { category: row.category, joinClass: row.join_class },
    asset: said.asset,
    place: lat === null || lon === null ? null : { lat, lon },
    source: reportSource.parse(said.source),
    ...(said.address !== null && { address: said.address }),
    answers: storedAnswers.parse(JSON.parse(said.answers)),
    report: waiting.report,
    actor: waiting.actor,
    since: waiting.accepted_at,
    now,
  }
}

async function settle(
  work: UnitOfWork,
  row: CaseRow,
  placed: ReturnType<typeof placedAs> & Pick<CaseRow, 'asset' | 'changed_at' | 'closed_at'>,
): Promise<CaseRow> {
  const stored = await work.query
    .updateTable('case')
    .set(placed)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return caseRow(stored)
}
