import { z } from 'zod'
import type { CaseCatalogue } from '../cases/catalogue.ts'
import type { Cases } from '../cases/cases.ts'
import type { ReportInput } from '../cases/report-input.ts'
import type { Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Photos } from '../photos/photos.ts'
import { formPage, type Filled, type FormPageParts } from './form-page.ts'
import {
  assetId,
  chosenCategory,
  formValues,
  readForm,
  refusedBy,
  type FormValues,
  type Refused,
} from './form.ts'
import { address, type PageContext } from './layout.ts'
import { nearbyPage } from './pages/nearby.ts'
import { receiptPage } from './pages/receipt.ts'
import { typedAnswers } from './questions.ts'
import { keptPhotos, takePhotos, type SentForm, type SentPhotos } from './uploads.ts'

export interface SendParts extends FormPageParts {
  readonly cases: Pick<Cases, 'report' | 'knownAt' | 'suggestions'>
  readonly random: Random
  /** Did a report come with this key before? Left out: none did. */
  readonly sentBefore?: (organisation: OrganisationId, key: string) => Promise<boolean>
  /** Left out: reports come without photos. */
  readonly photos?: Pick<Photos, 'take'>
}

export type Answer =
  | { readonly kind: 'taken'; readonly page: string }
  /** The form again, with another step of it. */
  | { readonly kind: 'asked'; readonly page: string }
  | { readonly kind: 'refused'; readonly page: string }
  | { readonly kind: 'elsewhere'; readonly to: string }

const following = z.object({ follow: z.literal('1') })
/** Which of the open cases nearby it is; `none` of them. */
const decided = z
  .object({
    follows: z
      .string()
      .regex(/^[\w-]{1,128}$/)
      .optional()
      .catch(undefined),
  })
  .catch({})
const choosing = z.object({ step: z.literal('category') })

/** Takes in the form: the receipt, or the form again with everything still in it. */
export async function sendReport(
  parts: SendParts,
  page: PageContext,
  sent: SentForm,
): Promise<Answer> {
  const { id } = page.organisation
  const values = formValues(sent.fields)
  const catalogue = await parts.catalogue(id)
  const follow = following.safeParse(sent.fields).success
  if (follow && !(await stillKnown(parts, id, values))) {
    // Mended in the meantime: the asset's page says so, and a follower opens no new case.
    return {
      kind: 'elsewhere',
      to: address(page, `/a/${encodeURIComponent(assetId(values.asset))}`),
    }
  }
  const questions = chosenCategory(catalogue, values)?.questions ?? []
  const typed = typedAnswers(sent.fields, questions)
  const photos = follow ? undefined : await photosOf(parts, id, { sent, values })
  const filled = { values, typed, photos, wrong: [], answers: new Map(), follow }
  if (choosing.safeParse(sent.fields).success) {
    const shown = { ...filled, choosing: true }
    return { kind: 'asked', page: await formPage(parts, page, shown) }
  }
  const { follows } = decided.parse(sent.fields)
  return await take(parts, page, { ...filled, catalogue, follows })
}

interface Sent extends Omit<Filled, 'choosing'> {
  readonly catalogue: CaseCatalogue
  /** What was said of the open cases nearby; undefined before they were shown. */
  readonly follows: string | undefined
}

async function take(parts: SendParts, page: PageContext, filled: Sent): Promise<Answer> {
  const { values, catalogue, typed, photos, follows } = filled
  const { language } = page
  const form = readForm(values, { catalogue, language, typed, photos: photos?.ids ?? [] })
  if (!form.ok) return await refused(parts, page, { ...filled, ...form })
  if ((photos?.wrong ?? []).length > 0) return await refused(parts, page, filled)
  const asked = await askNearby(parts, page, filled, form.input)
  if (asked !== undefined) return { kind: 'asked', page: asked }
  const same = follows === undefined || follows === 'none' ? {} : { follows }
  try {
    const report = { ...form.input, ...cameBy(page), ...same }
    const receipt = await parts.cases.report(page.organisation.id, report)
    return { kind: 'taken', page: receiptPage(page, receipt) }
  } catch (error) {
    const mistake = refusedBy(error)
    if (mistake === undefined) throw error
    return await refused(parts, page, { ...filled, ...mistakeOf(mistake) })
  }
}

function cameBy({ door: { source, code } }: PageContext) {
  const actor = 'citizen'
  return code === undefined ? { source, actor } : { source, sourceDetail: code, actor }
}

/** Open cases nearby to choose from, once; who named a thing has said already which it is. */
async function askNearby(
  { cases, sentBefore }: SendParts,
  page: PageContext,
  { values, catalogue, typed, photos, follows, follow }: Sent,
  { category: code, asset, place, idempotencyKey: key }: ReportInput,
): Promise<string | undefined> {
  const category = chosenCategory(catalogue, values)
  const isSaid = follow || follows !== undefined || asset !== undefined
  if (isSaid || category === undefined || place === undefined) return undefined
  const { id } = page.organisation
  const suggestions = await cases.suggestions(id, { category: code, place })
  if (suggestions.length === 0) return undefined
  // The second of a double click would be shown its own case.
  if (key !== undefined && (await sentBefore?.(id, key)) === true) return undefined
  const kept = photos?.ids ?? []
  return nearbyPage(page, { suggestions, category, values, typed, photos: kept })
}

async function photosOf(
  { photos }: SendParts,
  organisation: OrganisationId,
  { sent, values }: { readonly sent: SentForm; readonly values: FormValues },
): Promise<SentPhotos | undefined> {
  if (photos === undefined) return undefined
  // Whoever fell into the trap is no person with photos.
  if (values.website !== '') return { ids: keptPhotos(sent), wrong: [] }
  return await takePhotos(photos, organisation, sent)
}

async function stillKnown(
  { cases }: SendParts,
  organisation: OrganisationId,
  { asset, category }: FormValues,
): Promise<boolean> {
  const known = await cases.knownAt(organisation, assetId(asset))
  return known.some(({ categoryId }) => categoryId === category)
}

/** What the case service refused, as a mistake of the form. */
function mistakeOf(
  refused: Refused,
): Partial<Pick<Filled, 'wrong' | 'answers' | 'photos'>> {
  switch (refused.kind) {
    case 'field':
      return { wrong: [refused.name] }
    case 'answer':
      return { answers: new Map([[refused.code, { kind: 'choice' }]]) }
    case 'photos':
      // They waited too long, or came with another report already.
      return { photos: { ids: [], wrong: ['later'] } }
  }
}

async function refused(
  parts: SendParts,
  page: PageContext,
  filled: Omit<Filled, 'choosing'>,
): Promise<Answer> {
  const { values, wrong } = filled
  // The old key may stand for what was sent before; what is sent next is another report.
  const key = wrong.includes('key')
    ? Buffer.from(parts.random.bytes(16)).toString('base64url')
    : values.key
  const shown = { ...filled, values: { ...values, key }, choosing: false }
  return { kind: 'refused', page: await formPage(parts, page, shown) }
}
