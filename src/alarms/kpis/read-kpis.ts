import type { ScopedQueries } from '../../database/database.ts'
import { HOUR, MINUTE, type TimeUs, timeUs } from '../../domain/time.ts'
import type { KpiFacts, Window } from './facts.ts'
import { type Between, readReports } from './read-reports.ts'
import { kindsOf } from './suppressed.ts'

/**
 * One query for each subject. Each brings at most what one read may bring (`database/read-limit.ts`);
 * a window with more is refused with Problem too_large.
 */

const DAY_US = 24 * HOUR

/** An occurrence that began longer ago and has ended is not looked for. */
const OLDEST_US = 400 * DAY_US

const active = [
  'unacknowledged',
  'acknowledged',
  'unannounced',
  'unannounced_acknowledged',
] as const

/** Everything that is measured over a window, in µs. `isMonitored`: does any rule watch the asset? */
export async function readKpiFacts(
  query: ScopedQueries,
  { from, to }: Window,
  isMonitored: (asset: string) => boolean,
): Promise<KpiFacts> {
  const window = { from: past(from), to: timeUs(to) }
  return {
    annunciations: await readAnnunciations(query, { ...window, from: past(from - DAY_US) }),
    moves: await readMoves(query, { ...window, from: past(from - MINUTE) }),
    acknowledgements: await readAcknowledgements(query, {
      from: past(from - DAY_US),
      to: timeUs(to + DAY_US),
    }),
    occurrences: await readOccurrences(query, window),
    suppressions: await readSuppressions(query),
    reports: await readReports(query, window, isMonitored),
  }
}

async function readAnnunciations(query: ScopedQueries, { from, to }: Between) {
  const rows = await query
    .selectFrom('transition')
    .innerJoin('alarm', 'alarm.id', 'transition.alarm')
    .select(['alarm.id as alarm', 'alarm.rule', 'alarm.asset', 'alarm.priority'])
    .select(['transition.processed_at as at', 'transition.event', 'transition.raise'])
    .select('transition.heard_at as heardAt')
    .where('transition.annunciated', '=', 1)
    .where('transition.processed_at', '>=', from)
    .where('transition.processed_at', '<', to)
    .execute()
  return rows.map(({ event, heardAt, ...row }) => {
    const heard = heardAt === null ? {} : { heardAt }
    return Object.assign(row, heard, { again: event === 're_alarm' })
  })
}

/** What became active or ceased to be, of now: what is known from old data alone met nobody. */
async function readMoves(
  query: ScopedQueries,
  { from, to }: Between,
): Promise<KpiFacts['moves']> {
  const rows = await query
    .selectFrom('transition')
    .innerJoin('alarm', 'alarm.id', 'transition.alarm')
    .select(['alarm.id as alarm', 'alarm.rule', 'alarm.asset', 'alarm.priority'])
    .select(['transition.at', 'transition.sequence', 'transition.raise'])
    .select(['transition.event', 'transition.to_state', 'transition.suppression'])
    .where('transition.at', '>=', from)
    .where('transition.at', '<', to)
    .where('transition.historical', '=', 0)
    .where((eb) =>
      eb.or([
        eb.and([
          eb('transition.from_state', 'not in', active),
          eb('transition.to_state', 'in', active),
        ]),
        eb.and([
          eb('transition.from_state', 'in', active),
          eb('transition.to_state', 'not in', active),
        ]),
      ]),
    )
    .execute()
  return rows.map((row) => {
    const { alarm, rule, asset, priority, at, sequence, raise } = row
    const kind = moveOf(row.event, row.to_state)
    const reasons = kindsOf(row.suppression)
    return { alarm, rule, asset, priority, kind, at, sequence, raise, reasons }
  })
}

function moveOf(event: string, state: string): KpiFacts['moves'][number]['kind'] {
  if (active.some((one) => one === state)) return 'raised'
  return event === 'withdrawn' ? 'withdrawn' : 'cleared'
}

function readAcknowledgements(query: ScopedQueries, { from, to }: Between) {
  return query
    .selectFrom('transition')
    .innerJoin('alarm', 'alarm.id', 'transition.alarm')
    .select(['alarm.id as alarm', 'alarm.rule', 'alarm.asset', 'alarm.priority'])
    .select('transition.processed_at as at')
    .where('transition.event', '=', 'acknowledge')
    .where('transition.at', '>=', from)
    .where('transition.at', '<', to)
    .execute()
}

async function readOccurrences(query: ScopedQueries, { from, to }: Between) {
  const rows = await query
    .selectFrom('occurrence')
    .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
    .select(['alarm.id as alarm', 'alarm.rule', 'alarm.asset', 'alarm.priority'])
    .select(['occurrence.raised_at', 'occurrence.cleared_at', 'occurrence.closed_at'])
    .select('occurrence.outcome')
    .where('occurrence.raised_at', '<', to)
    .where('occurrence.raised_at', '>=', past(from - OLDEST_US))
    .where((eb) =>
      eb.or([
        eb('occurrence.historical', '=', 0),
        eb('occurrence.annunciated_at', 'is not', null),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb(eb.fn.coalesce('occurrence.cleared_at', 'occurrence.closed_at'), 'is', null),
        eb(eb.fn.coalesce('occurrence.cleared_at', 'occurrence.closed_at'), '>=', from),
      ]),
    )
    .execute()
  return rows.map(({ alarm, rule, asset, priority, outcome, ...row }) => {
    const clearedAt = row.cleared_at ?? row.closed_at
    return { alarm, rule, asset, priority, raisedAt: row.raised_at, clearedAt, outcome }
  })
}

function readSuppressions(query: ScopedQueries) {
  return query
    .selectFrom('alarm_suppression')
    .innerJoin('alarm', 'alarm.id', 'alarm_suppression.alarm')
    .select(['alarm.id as alarm', 'alarm.rule', 'alarm.asset', 'alarm.priority'])
    .select([
      'alarm_suppression.kind',
      'alarm_suppression.until',
      'alarm_suppression.reason',
    ])
    .execute()
}

/** Nothing happened before 1970. */
function past(us: number): TimeUs {
  return timeUs(Math.max(0, us))
}
