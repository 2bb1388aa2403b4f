import {
  joinClassOf,
  publicAsset,
  publicCategories,
  type CaseCatalogue,
} from '../cases/catalogue.ts'
import type { Cases } from '../cases/cases.ts'
import type { Category } from '../cases/category.ts'
import type { PublicCaseView } from '../cases/views.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { NoticeView } from '../notices/notice.ts'
import type { Notices } from '../notices/notices.ts'
import {
  assetId,
  chosenCategory,
  placeOf,
  type FieldName,
  type FormValues,
} from './form.ts'
import type { PageContext } from './layout.ts'
import { categoriesPage } from './pages/categories.ts'
import { reportPage } from './pages/report.ts'
import type { AnswerError, TypedAnswers } from './questions.ts'
import type { SentPhotos } from './uploads.ts'

export interface FormPageParts {
  readonly cases: Pick<Cases, 'knownAt'>
  readonly catalogue: (organisation: OrganisationId) => Promise<CaseCatalogue>
  /** Left out: nothing is told beforehand but what is known at an asset. */
  readonly notices?: Pick<Notices, 'answering'>
}

/** What the form shows again. */
export interface Filled {
  readonly values: FormValues
  readonly typed: TypedAnswers
  /** Undefined where none are taken. */
  readonly photos: SentPhotos | undefined
  readonly wrong: readonly FieldName[]
  readonly answers: ReadonlyMap<string, AnswerError>
  readonly follow: boolean
  /** Another category is wanted. */
  readonly choosing: boolean
}

/** The form with everything that was typed, and what is known of it already. */
export async function formPage(
  parts: FormPageParts,
  page: PageContext,
  filled: Filled,
): Promise<string> {
  const { values, typed, answers, follow, choosing } = filled
  const catalogue = await parts.catalogue(page.organisation.id)
  const category = choosing ? undefined : chosenCategory(catalogue, values)
  const asset = publicAsset(catalogue, assetId(values.asset))
  const told = follow
    ? nothing
    : await toldBefore(parts, page, { values, catalogue, category })
  // A follower has said nothing yet that must be known.
  const questions = (category?.questions ?? []).filter(
    ({ required }) => required || !follow,
  )
  return reportPage(page, {
    ...filled,
    ...told,
    categories: publicCategories(catalogue, asset?.type),
    category,
    assetName: asset?.name,
    asked: { questions, typed, wrong: answers },
  })
}

/** The first step: which category, with what the address says already. */
export async function choosePage(
  parts: FormPageParts,
  page: PageContext,
  values: FormValues,
): Promise<string> {
  const catalogue = await parts.catalogue(page.organisation.id)
  const id = assetId(values.asset)
  const asset = publicAsset(catalogue, id)
  const { lat, lon, where } = values
  const said = Object.entries({ asset: asset && id, lat, lon, where })
  return categoriesPage(page, {
    ...(await toldBefore(parts, page, { values, catalogue, category: undefined })),
    categories: publicCategories(catalogue, asset?.type),
    query: Object.fromEntries(
      said.filter((one): one is [string, string] => (one[1] ?? '') !== ''),
    ),
    ...(asset !== undefined && { asset: { id, name: asset.name } }),
  })
}

interface Told {
  readonly known: readonly PublicCaseView[]
  readonly notices: readonly NoticeView[]
}

const nothing: Told = { known: [], notices: [] }

interface About {
  readonly values: FormValues
  readonly catalogue: CaseCatalogue
  readonly category: Category | undefined
}

/** What people are told before they write: notices, and open cases of the same fault at the asset. */
async function toldBefore(
  parts: FormPageParts,
  { organisation }: PageContext,
  { values, catalogue, category }: About,
): Promise<Told> {
  const id = assetId(values.asset)
  const isKnown = publicAsset(catalogue, id) !== undefined
  const place = placeOf(values)
  const notices = await parts.notices?.answering(organisation.id, {
    ...(category !== undefined && { category: values.category }),
    ...(isKnown && { asset: id }),
    ...(typeof place === 'object' && { place }),
  })
  const known = isKnown ? await parts.cases.knownAt(organisation.id, id) : []
  return {
    notices: notices ?? [],
    known: known.filter(({ categoryId }) => isSame(catalogue, category, categoryId)),
  }
}

/** Would they be one case? Before a category is chosen everything may be. */
function isSame(
  { categories }: CaseCatalogue,
  category: Category | undefined,
  other: string,
): boolean {
  const known = categories.get(other)
  if (category === undefined || known === undefined) return true
  return joinClassOf(known) === joinClassOf(category)
}
