import { z } from 'zod'
import type { Place } from '../domain/asset.ts'
import type { Language } from '../domain/language.ts'
import { Problem, type ProblemKind } from '../domain/problem.ts'
import { publicAsset, type CaseCatalogue } from '../cases/catalogue.ts'
import type { Category } from '../cases/category.ts'
import { REPORT_TEXT_MAX, reportInput, type ReportInput } from '../cases/report-input.ts'
import {
  readAnswers,
  type AnswerError,
  type ReadAnswers,
  type TypedAnswers,
} from './questions.ts'

const fieldNames = [
  'category',
  'asset',
  'where',
  'lat',
  'lon',
  'text',
  'name',
  'email',
  'phone',
  'updates',
  'website',
  'key',
] as const
export type FieldName = (typeof fieldNames)[number]

/** Where a mistake can be: a field, the photos, or the answer to a question. */
export type ErrorField = FieldName | 'photos' | `answer-${string}`

/** What somebody typed, field by field, exactly as it came; empty when it did not. */
export type FormValues = Readonly<Record<FieldName, string>>

/** Longest value a field is kept with; more than any field accepts, so that the error can show it. */
const VALUE_MAX = 5_000

const field = z
  .union([
    z.string(),
    z
      .array(z.string())
      .max(20)
      .transform((all) => all.at(-1) ?? ''),
  ])
  .transform((text) => text.slice(0, VALUE_MAX))
  .catch('')
const form = z.record(z.string(), z.unknown()).catch({})

/** The values of a body or query, whatever came; unknown fields are left out. */
export function formValues(body: unknown): FormValues {
  const sent = form.parse(body ?? {})
  const of = (name: FieldName) => field.parse(Object.hasOwn(sent, name) ? sent[name] : '')
  return {
    category: of('category'),
    asset: of('asset'),
    where: of('where'),
    lat: of('lat'),
    lon: of('lon'),
    text: of('text'),
    name: of('name'),
    email: of('email'),
    phone: of('phone'),
    updates: of('updates'),
    website: of('website'),
    key: of('key'),
  }
}

export type FormResult =
  | { readonly ok: true; readonly input: ReportInput }
  | {
      readonly ok: false
      readonly wrong: readonly FieldName[]
      readonly answers: ReadonlyMap<string, AnswerError>
    }

export interface Asked {
  readonly catalogue: CaseCatalogue
  readonly language: Language
  readonly typed: TypedAnswers
  /** Ids of photos that were taken in. */
  readonly photos: readonly string[]
}

/** The category a citizen chose; undefined for one that is not offered. */
export function chosenCategory(
  { categories }: CaseCatalogue,
  { category }: Pick<FormValues, 'category'>,
): Category | undefined {
  const found = categories.get(category)
  return found?.public === true ? found : undefined
}

/** What the form says as a report, or what is wrong, in the order of the form. */
export function readForm(values: FormValues, asked: Asked): FormResult {
  const { catalogue, language, typed } = asked
  const place = placeOf(values)
  const category = chosenCategory(catalogue, values)
  const read = category === undefined ? none : readAnswers(category, typed, language)
  const parsed = reportInput.safeParse(asReport(values, { ...asked, place, ...read }))
  const own = new Set(ownErrors(values, place, catalogue))
  if (parsed.success && own.size + read.wrong.size === 0) {
    return { ok: true, input: parsed.data }
  }
  const theirs = new Set(parsed.error?.issues.map(({ path }) => fieldOf(path)))
  // Saying where it is mends both; one error at a time is enough for one mistake.
  if (own.has('where') && values.text.length <= REPORT_TEXT_MAX) theirs.delete('text')
  return {
    ok: false,
    wrong: fieldNames.filter((name) => own.has(name) || theirs.has(name)),
    answers: read.wrong,
  }
}

const none: ReadAnswers = { answers: {}, wrong: new Map() }

/** What only the form knows: its own fields, and which numbers citizens may name. */
function ownErrors(
  values: FormValues,
  place: TypedPlace,
  catalogue: CaseCatalogue,
): readonly FieldName[] {
  const asset = assetId(values.asset)
  const wrong: FieldName[] = []
  if (values.website !== '') wrong.push('website')
  if (asset !== '' && publicAsset(catalogue, asset) === undefined) wrong.push('asset')
  if (place === 'wrong') wrong.push('lat')
  const nowhere = asset === '' && values.where.trim() === '' && place === undefined
  if (nowhere) wrong.push('where')
  return wrong
}

function asReport(
  values: FormValues,
  {
    place,
    language,
    photos,
    answers,
  }: Asked & ReadAnswers & { readonly place: TypedPlace },
): unknown {
  const asset = assetId(values.asset)
  const { name, email, phone } = values
  return {
    category: values.category,
    ...(asset !== '' && { asset }),
    ...(typeof place === 'object' && { place }),
    text: [values.where.trim(), values.text.trim()]
      .filter((said) => said !== '')
      .join('\n'),
    language,
    ...(Object.keys(answers).length > 0 && { answers }),
    ...(photos.length > 0 && { photos }),
    contact: Object.fromEntries(
      Object.entries({ name, email, phone }).filter(([, said]) => said.trim() !== ''),
    ),
    wantsUpdates: values.updates !== '',
    ...(values.key !== '' && { idempotencyKey: values.key }),
  }
}

/** What the case service refused, as a place in the form. */
export type Refused =
  | { readonly kind: 'field'; readonly name: FieldName }
  | { readonly kind: 'answer'; readonly code: string }
  | { readonly kind: 'photos' }

const mendable: ReadonlySet<ProblemKind> = new Set([
  'invalid',
  'not_found',
  'conflict',
  'reused',
])

/** What to correct after the case service refused; undefined when nothing in the form could help. */
export function refusedBy(error: unknown): Refused | undefined {
  if (!(error instanceof Problem)) return undefined
  const { kind, where } = error.details
  if (!mendable.has(kind)) return undefined
  if (where === undefined) return undefined
  if (where === 'photos') return { kind: 'photos' }
  const [part, code] = where.split('.')
  if (part === 'answers' && code !== undefined) return { kind: 'answer', code }
  return { kind: 'field', name: fieldOf(where.split('.')) }
}

/** Numbers on signs are typed in capitals and with stray spaces. */
export function assetId(typed: string): string {
  return typed.trim().toLowerCase()
}

const fields: Readonly<Record<string, FieldName>> = {
  category: 'category',
  asset: 'asset',
  place: 'lat',
  text: 'text',
  name: 'name',
  email: 'email',
  phone: 'phone',
  wantsUpdates: 'email',
  idempotencyKey: 'key',
}

function fieldOf(path: readonly PropertyKey[]): FieldName {
  return (
    path.map((step) => fields[String(step)]).findLast((name) => name !== undefined) ??
    'text'
  )
}

type TypedPlace = Place | 'wrong' | undefined

/** Where somebody pointed; `wrong` for what is no place. */
export function placeOf({ lat, lon }: FormValues): TypedPlace {
  if (lat.trim() === '' && lon.trim() === '') return undefined
  const place = { lat: degrees(lat), lon: degrees(lon) }
  const within = Math.abs(place.lat) <= 90 && Math.abs(place.lon) <= 180
  return within ? place : 'wrong'
}

/** Degrees with a decimal point or comma; NaN for anything else. */
function degrees(typed: string): number {
  const text = typed.trim().replace(',', '.')
  return /^-?\d{1,3}(?:\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN
}
