import type { ScopedQueries } from '../database/database.ts'

/** Rows of each kind in one export; a storm's case may have thousands of reports. */
const rowsAtMost = 20_000

/** Everything that stands about these cases, as it stands there; who said what stands elsewhere. */
export async function rowsOf(query: ScopedQueries, cases: readonly string[]) {
  return { ...(await ownRows(query, cases)), ...(await rowsAround(query, cases)) }
}

/** What the case is, what happened to it, and who said what. */
async function ownRows(query: ScopedQueries, cases: readonly string[]) {
  return {
    cases: await query.selectFrom('case').selectAll().where('id', 'in', cases).execute(),
    merges: await query
      .selectFrom('case_merge')
      .selectAll()
      .where((eb) => eb.or([eb('case', 'in', cases), eb('into', 'in', cases)]))
      .limit(rowsAtMost)
      .execute(),
    events: await query
      .selectFrom('case_event')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('at')
      .orderBy('sequence')
      .limit(rowsAtMost)
      .execute(),
    reports: await query
      .selectFrom('report')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('received_at')
      .limit(rowsAtMost)
      .execute(),
    followUps: await query
      .selectFrom('follow_up')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('received_at')
      .limit(rowsAtMost)
      .execute(),
    // Without the hash of the link: whoever has the export shall not follow as somebody else.
    followers: await query
      .selectFrom('subscriber')
      .select(['id', 'case', 'report', 'language', 'channel', 'wants_updates'])
      .select(['created_at', 'ended_at'])
      .where('case', 'in', cases)
      .limit(rowsAtMost)
      .execute(),
    releasedTexts: await query
      .selectFrom('released_text')
      .selectAll()
      .where('case', 'in', cases)
      .limit(rowsAtMost)
      .execute(),
  }
}

/** What was done because of it, and who else has to do with it. */
async function rowsAround(query: ScopedQueries, cases: readonly string[]) {
  return {
    orders: await query
      .selectFrom('work_order')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('ordered_at')
      .limit(rowsAtMost)
      .execute(),
    holds: await query
      .selectFrom('legal_hold')
      .selectAll()
      .where('case', 'in', cases)
      .limit(rowsAtMost)
      .execute(),
    surveys: await query
      .selectFrom('survey_answer')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('answered_at')
      .limit(rowsAtMost)
      .execute(),
    assets: await query
      .selectFrom('case_asset')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('since')
      .limit(rowsAtMost)
      .execute(),
    grants: await query
      .selectFrom('case_grant')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('from_at')
      .limit(rowsAtMost)
      .execute(),
    received: await query
      .selectFrom('open311_request')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('made_at')
      .limit(rowsAtMost)
      .execute(),
    forwarded: await query
      .selectFrom('open311_forward')
      .selectAll()
      .where('case', 'in', cases)
      .orderBy('at')
      .limit(rowsAtMost)
      .execute(),
  }
}
