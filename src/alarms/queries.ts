import type { OrganisationId } from '../domain/ids.ts'
import { toIso, type TimeUs } from '../domain/time.ts'
import type { AlarmFilter, RuleFacts } from './alarms.ts'
import { becauseOf, evidenceRecords, reasonNames } from './evidence.ts'
import { marksOf } from './marks.ts'
import { factsOf } from './rule-facts.ts'
import type { SuppressionRow, TransitionRow } from './rows.ts'
import { selectAlarms } from './select-alarms.ts'
import { displayState, isaLetter } from './state.ts'
import { loadSuppression } from './statements.ts'
import { GATHERED } from './topology/gathering.ts'
import type { AlarmParts } from './take.ts'
import type { AlarmView, SuppressionView, TransitionView } from './views.ts'

/** Rows of one journal that are shown, the newest ones; the rest stays in the database. */
const LONGEST_JOURNAL = 1_000

type Which = AlarmFilter | { readonly alarm: string }

/** Open ones first, then by priority, unacknowledged before acknowledged, the newest raise first. */
export async function readAlarms(
  { database, rules, clock }: Pick<AlarmParts, 'database' | 'rules' | 'clock'>,
  organisation: OrganisationId,
  which: Which,
): Promise<readonly AlarmView[]> {
  const query = database.read(organisation)
  const rows = await selectAlarms(query, which)
  const reasons = await loadSuppression(
    query,
    rows.flatMap(({ id, suppressed }) => (suppressed === 1 ? id : [])),
  )
  const book = await rules(organisation)
  const now = clock.now()
  return rows.map((row) =>
    viewOf(row, { rule: factsOf(book, row), reasons: reasons.get(row.id) ?? [], now }),
  )
}

type Row = Awaited<ReturnType<typeof selectAlarms>>[number]

function viewOf(
  row: Row,
  context: {
    readonly rule: RuleFacts
    readonly reasons: readonly SuppressionRow[]
    readonly now: TimeUs
  },
): AlarmView {
  const { rule, reasons, now } = context
  const regions = {
    open: row.occurrence !== null,
    condition: row.condition,
    acknowledged: row.acknowledged === 1,
    latched: row.latched === 1,
  }
  return {
    id: row.id,
    rule: { id: row.rule, name: { ...rule.name } },
    asset: { id: row.asset, name: row.asset_name ?? row.asset, type: row.asset_type ?? '' },
    priority: row.priority,
    state: displayState(regions),
    letter: isaLetter(
      regions,
      reasons.map(({ kind }) => kind),
    ),
    level: row.level,
    evidence: row.evidence_state,
    raise: row.raise,
    raisedAt: isoOrNull(row.raised_at),
    clearedAt: isoOrNull(row.cleared_at),
    acknowledgedAt: isoOrNull(row.acknowledged_at),
    acknowledgedBy: row.acknowledged_by,
    confirmedAt: isoOrNull(row.confirmed_at),
    confirmedBy: row.confirmed_by,
    latched: regions.latched,
    requireConfirm: rule.requireConfirm,
    suppression: reasons.map((reason) => suppressionView(reason)),
    marks: marksOf(row, now),
    activations: row.activations ?? 0,
    reopened: row.reopen_count ?? 0,
    case:
      row.case_id === null
        ? null
        : { id: row.case_id, number: row.case_number ?? row.case_id },
    gathered: gatheredOf(row),
    because: becauseOf(row.evidence ?? '[]'),
  }
}

/** What it explains now, what its case lists, what it began with: the most of them. */
function gatheredOf(row: Row): number | null {
  const { discriminator, evidence, case_assets: listed, explained } = row
  if (discriminator !== GATHERED) return null
  const [begun] = becauseOf(evidence ?? '[]')
  const atFirst = typeof begun?.value === 'number' ? begun.value : 0
  return Math.max(atFirst, Number(listed ?? 0), Number(explained ?? 0))
}

function suppressionView(row: SuppressionRow): SuppressionView {
  const { kind, ref, since, until, by, reason } = row
  return { kind, ref, since: toIso(since), until: isoOrNull(until), by, reason }
}

/** The newest rows of an alarm's journal, oldest first; empty when there is no such alarm. */
export async function readJournal(
  { database }: Pick<AlarmParts, 'database'>,
  organisation: OrganisationId,
  alarm: string,
  limit: number = LONGEST_JOURNAL,
): Promise<readonly TransitionView[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('transition')
    .selectAll()
    .where('alarm', '=', alarm)
    .orderBy('sequence', 'desc')
    .limit(Math.min(limit, LONGEST_JOURNAL))
    .execute()
  return rows.toReversed().map((row) => transitionViewOf(row))
}

function transitionViewOf(row: TransitionRow): TransitionView {
  return {
    id: row.id,
    sequence: row.sequence,
    event: row.event,
    from: row.from_state,
    to: row.to_state,
    at: toIso(row.at),
    processedAt: toIso(row.processed_at),
    actor: row.actor,
    comment: row.comment,
    historical: row.historical === 1,
    late: row.late === 1,
    annunciated: row.annunciated === 1,
    raise: row.raise,
    level: row.level,
    evidenceState: row.evidence_state,
    ruleVersion: row.rule_version,
    reason: row.reason,
    suppression: reasonNames(row.suppression),
    evidence: evidenceRecords(row.evidence),
  }
}

function isoOrNull(time: TimeUs | null): string | null {
  return time === null ? null : toIso(time)
}
