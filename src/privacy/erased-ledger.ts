import { z } from 'zod'
import type { Database, ScopedQueries, UnitOfWork } from '../database/database.ts'
import { organisationId, type OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Sealer } from './create-personal-data.ts'
import { eraseContacts } from './erase-contacts.ts'
import { eraseOnePerson, eraseWholeCase, type EraseParts } from './erase-parts.ts'
import { heldAmong } from './holds.ts'

/**
 * What was erased, as ids: kept outside of the backups, it is applied to whatever is restored from an
 * older one, so that nobody comes back.
 */
export const erasedLine = z.strictObject({
  organisation: organisationId,
  step: z.enum(['person', 'contacts', 'case']),
  case: z.string().min(1).max(128),
  /** Of the report or follow-up; left out for a case. */
  id: z.string().min(1).max(128).exactOptional(),
})
export type ErasedLine = z.infer<typeof erasedLine>

const pageSize = 1_000
/** Lines in one transaction. */
const linesAtOnce = 20

/** Everything erased so far in an organisation, page by page. */
export async function* erasedLines(
  database: Database,
  organisation: OrganisationId,
): AsyncGenerator<readonly ErasedLine[]> {
  const query = database.read(organisation)
  let after = ''
  for (;;) {
    const rows = await erasedCases(query, after)
    yield rows.map((row) => ({ organisation, step: 'case', case: row.case }))
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) break
    after = last.case
  }
  after = ''
  for (;;) {
    const rows = await erasedPeople(query, after)
    yield rows.map(({ id, case: of, erased_at }) => {
      const step = erased_at === null ? 'contacts' : 'person'
      return { organisation, step, case: of, id }
    })
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) return
    after = last.id
  }
}

async function erasedCases(query: ScopedQueries, after: string) {
  return await query
    .selectFrom('sealing_key')
    .select('case')
    .where('case_erased_at', 'is not', null)
    .where('case', '>', after)
    .orderBy('case')
    .limit(pageSize)
    .execute()
}

async function erasedPeople(query: ScopedQueries, after: string) {
  return await query
    .selectFrom('personal')
    .select(['id', 'case', 'erased_at'])
    .where((eb) =>
      eb.or([eb('erased_at', 'is not', null), eb('contact_erased_at', 'is not', null)]),
    )
    .where('id', '>', after)
    .orderBy('id')
    .limit(pageSize)
    .execute()
}

/** What became of the lines. */
export interface Applied {
  /** Erased now. */
  readonly erased: number
  /** Erased already, or newer than the backup. */
  readonly nothing: number
  /** Under a legal hold: stays, and must be looked at. */
  readonly held: readonly string[]
}

export interface ApplyParts extends EraseParts {
  readonly database: Database
  readonly sealer: Sealer
}

/** Erases once more what the lines name; again: nothing more happens. */
export async function applyErased(
  parts: ApplyParts,
  lines: readonly ErasedLine[],
  { actor, at }: { readonly actor: string; readonly at: TimeUs },
): Promise<Applied> {
  let [erased, nothing] = [0, 0]
  const held = new Set<string>()
  const organisations = Map.groupBy(lines, ({ organisation }) => organisation)
  for (const [organisation, own] of organisations) {
    for (let start = 0; start < own.length; start += linesAtOnce) {
      const some = own.slice(start, start + linesAtOnce)
      const done = await parts.database.write(organisation, 'normal', (work) =>
        applySome(parts, work, some, { actor, at }),
      )
      erased += done.erased
      nothing += done.nothing
      for (const id of done.held) held.add(id)
    }
  }
  return { erased, nothing, held: [...held] }
}

async function applySome(
  parts: ApplyParts,
  work: UnitOfWork,
  lines: readonly ErasedLine[],
  by: { readonly actor: string; readonly at: TimeUs },
): Promise<Applied> {
  const cases = [...new Set(lines.map((line) => line.case))]
  const held = await heldAmong(work.query, cases)
  const free = lines.filter((line) => !held.has(line.case))
  let erased = 0
  for (const line of free) if (await applyOne(parts, work, line, by)) erased += 1
  return { erased, nothing: free.length - erased, held: [...held] }
}

async function applyOne(
  parts: ApplyParts,
  work: UnitOfWork,
  { step, case: caseId, id }: ErasedLine,
  by: { readonly actor: string; readonly at: TimeUs },
): Promise<boolean> {
  if (step === 'case') {
    if (!(await standsWhole(work.query, caseId))) return false
    await eraseWholeCase(parts, work, { case: caseId, ...by })
    return true
  }
  if (id === undefined) return false
  const count =
    step === 'person'
      ? await eraseOnePerson(parts, work, { id, case: caseId, ...by })
      : await eraseContacts(parts.sealer, work, { case: caseId, ids: [id], at: by.at })
  return count > 0
}

/** Is the case there, and not erased? */
async function standsWhole(query: ScopedQueries, caseId: string): Promise<boolean> {
  const row = await query
    .selectFrom('case')
    .leftJoin('sealing_key', 'sealing_key.case', 'case.id')
    .select('sealing_key.case_erased_at')
    .where('case.id', '=', caseId)
    .executeTakeFirst()
  return row !== undefined && row.case_erased_at === null
}
