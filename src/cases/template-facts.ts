import type { ScopedQueries } from '../database/database.ts'
import type { Language } from '../domain/language.ts'
import type { CaseRow } from './case-row.ts'
import { categoryName, publicAsset, type CaseCatalogue } from './catalogue.ts'
import { longDay } from './local-time.ts'
import type { TemplateFacts } from './template.ts'

/** A case as templates know it; one that is not open yet has no number. */
export type DescribedCase = { readonly number: string | null } & Pick<
  CaseRow,
  | 'category'
  | 'asset'
  | 'unit'
  | 'planned_for'
  | 'answer_by'
  | 'forwarded_to'
  | 'forwarded_reference'
>

/** What templates may say of a case: nothing of people, and no thing that the public may not know. */
export async function templateFacts(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  {
    row,
    language,
  }: {
    readonly row: DescribedCase
    readonly language: Language
  },
): Promise<TemplateFacts> {
  const { name: organisation, timezone } = await query
    .selectFrom('organisation')
    .select(['name', 'timezone'])
    .executeTakeFirstOrThrow()
  const place = row.asset === null ? undefined : publicAsset(catalogue, row.asset)?.name
  const unit = row.unit === null ? undefined : catalogue.units.get(row.unit)?.name
  const day = row.answer_by ?? row.planned_for
  return {
    ...(row.number !== null && { number: row.number }),
    category: categoryName(catalogue, row.category)[language],
    organisation,
    ...(place !== undefined && { place }),
    ...(unit !== undefined && { unit }),
    ...(day !== null && { date: longDay(day, { timezone, language }) }),
    ...(row.forwarded_to !== null && { outside: row.forwarded_to }),
    ...(row.forwarded_reference !== null && { reference: row.forwarded_reference }),
  }
}

/** What the organisation that a case was handed to calls its state; undefined for none. */
export async function externalStatus(
  query: ScopedQueries,
  caseId: string,
): Promise<string | undefined> {
  const row = await query
    .selectFrom('open311_forward')
    .select('status')
    .where('case', '=', caseId)
    .where('status', '<>', '')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.status
}
