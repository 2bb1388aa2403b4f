import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import type { ClosingReason } from '../../cases/views.ts'
import type { Language } from '../../domain/language.ts'
import type { FirstAnswer, NewReport, TakenFrom } from '../api/take-report.ts'
import { degreesIn } from '../format/degrees.ts'
import type { WrongIntake } from '../messages/messages-intake.ts'
import { PHOTOS_AT_ONCE } from '../parts/photo-files.ts'
import { readAnswers, type Mistake, type TypedAnswers } from './answers.ts'

export type IntakeCategory = CaseChoicesView['categories'][number]

/** In the order of the list to choose from. */
export const doors: readonly TakenFrom[] = [
  'phone',
  'visit',
  'email',
  'social',
  'internal',
  'inspection',
]

/** A photo that arrived and waits for its report. */
export interface TakenPhoto {
  readonly id: string
  readonly name: string
}

/** What is in the form while a report is taken down. */
export interface IntakeInput {
  readonly source: TakenFrom
  readonly text: string
  /** Id; empty: not chosen yet. */
  readonly category: string
  readonly answers: TypedAnswers
  readonly asset: {
    readonly id: string
    readonly name: string
    readonly type: string
  } | null
  readonly address: string
  /** As written, in degrees. */
  readonly latitude: string
  readonly longitude: string
  /** The case that it is the same as. */
  readonly follows: { readonly id: string; readonly number: string } | null
  /** What was sent with it, at most 5: ids as the service named them, names as the files have them. */
  readonly photos: readonly TakenPhoto[]
  readonly name: string
  readonly phone: string
  readonly email: string
  readonly wantsUpdates: boolean
  /** Of whoever reports. */
  readonly language: Language
  /** It was answered while it was taken down. */
  readonly answered: boolean
  readonly reason: ClosingReason | undefined
  readonly outside: string
  /** The words that answered it. */
  readonly answer: string
}

/** A form with nothing in it but how the report comes. */
export function emptyIntake(source: TakenFrom, language: Language): IntakeInput {
  return {
    source,
    text: '',
    category: '',
    answers: {},
    asset: null,
    address: '',
    latitude: '',
    longitude: '',
    follows: null,
    photos: [],
    name: '',
    phone: '',
    email: '',
    wantsUpdates: false,
    language,
    answered: false,
    reason: undefined,
    outside: '',
    answer: '',
  }
}

/** About something else or elsewhere: then it need not be the same as the case that was chosen. */
export function aboutElse(
  input: IntakeInput,
  change: Partial<Pick<IntakeInput, 'category' | 'asset' | 'latitude' | 'longitude'>>,
): IntakeInput {
  return { ...input, ...change, follows: null }
}

/** With photos that arrived; what is beyond the five of a report stays away. */
export function withPhotos(input: IntakeInput, photos: readonly TakenPhoto[]): IntakeInput {
  return { ...input, photos: [...input.photos, ...photos].slice(0, PHOTOS_AT_ONCE) }
}

/** Where it is; undefined unless both degrees are written as they can be. */
export function placeIn({
  latitude,
  longitude,
}: Pick<IntakeInput, 'latitude' | 'longitude'>): NewReport['place'] | undefined {
  const lat = degreesIn(latitude, 90)
  const lon = degreesIn(longitude, 180)
  return lat === undefined || lon === undefined ? undefined : { lat, lon }
}

/** Is an answer part of it? One to a case of others would answer them too. */
export function isAnswered({ answered, follows }: IntakeInput): boolean {
  return answered && follows === null
}

interface IntakeAround {
  /** The one that is chosen. */
  readonly category: IntakeCategory | undefined
  /** IANA name of the organisation's time zone. */
  readonly zone: string
  /** Made once per report, so that one that is sent twice is one. */
  readonly key: string
}

/** The report as the service takes it, or everything that must be mended first, in the order of the form. Pure. */
export function readIntake(
  input: IntakeInput,
  { category, zone, key }: IntakeAround,
): NewReport | { readonly wrong: readonly Mistake[] } {
  const read = readAnswers(category?.questions ?? [], input.answers, zone)
  const wrong = [
    ...wrongAbout(input, category),
    ...read.wrong,
    ...wrongPlace(input, category),
    ...wrongContact(input),
    ...wrongAnswer(input),
  ]
  if (wrong.length > 0) return { wrong }
  const place = placeIn(input)
  const address = input.address.trim()
  const answered = answeredOf(input)
  return {
    source: input.source,
    category: input.category,
    ...(input.asset !== null && { asset: input.asset.id }),
    ...(place !== undefined && { place }),
    ...(address !== '' && { address }),
    ...(Object.keys(read.answers).length > 0 && { answers: read.answers }),
    ...(input.follows !== null && { follows: input.follows.id }),
    ...(input.photos.length > 0 && { photos: input.photos.map(({ id }) => id) }),
    text: input.text.trim(),
    language: input.language,
    ...contactOf(input),
    wantsUpdates: input.wantsUpdates,
    ...(answered !== undefined && { answered }),
    idempotencyKey: key,
  }
}

/** Characters that say what is wrong and where when no asset does. */
const WORDS_LEAST = 3

function wrongAbout(
  { text, asset, follows }: IntakeInput,
  category: IntakeCategory | undefined,
): readonly Mistake[] {
  const isNamed = asset !== null || follows !== null
  return [
    ...mistake(!isNamed && text.trim().length < WORDS_LEAST, 'text'),
    ...mistake(category === undefined, 'category'),
  ]
}

function wrongPlace(
  input: IntakeInput,
  category: IntakeCategory | undefined,
): readonly Mistake[] {
  const { asset, latitude, longitude } = input
  const type = category?.assetType ?? null
  const isOther = asset !== null && type !== null && type !== asset.type
  const isWritten = latitude.trim() !== '' || longitude.trim() !== ''
  return [
    ...mistake(isOther, 'asset'),
    ...mistake(isWritten && placeIn(input) === undefined, 'latitude'),
  ]
}

/** A telephone number as the service takes it. */
const phonePattern = /^\+?[\d\s()/.-]{4,29}$/
/** Something before and after an @; the service looks closer. */
const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

function wrongContact({ phone, email, wantsUpdates }: IntakeInput): readonly Mistake[] {
  const [number, address] = [phone.trim(), email.trim()]
  const lacks = wantsUpdates && address === ''
  return [
    ...mistake(number !== '' && !phonePattern.test(number), 'phone'),
    ...mistake(lacks || (address !== '' && !emailPattern.test(address)), 'email'),
  ]
}

function wrongAnswer(input: IntakeInput): readonly Mistake[] {
  if (!isAnswered(input)) return []
  const { reason, outside, answer } = input
  return [
    ...mistake(reason === undefined, 'reason'),
    ...mistake(reason === 'not_responsible' && outside.trim() === '', 'outside'),
    ...mistake(answer.trim() === '', 'answer'),
  ]
}

function mistake(is: boolean, kind: WrongIntake): readonly Mistake[] {
  return is ? [{ field: `intake-${kind}`, kind }] : []
}

function contactOf(input: IntakeInput): Pick<NewReport, 'contact'> {
  const [name, phone, email] = [input.name, input.phone, input.email].map((said) =>
    said.trim(),
  )
  const contact = {
    ...(name !== undefined && name !== '' && { name }),
    ...(phone !== undefined && phone !== '' && { phone }),
    ...(email !== undefined && email !== '' && { email }),
  }
  return Object.keys(contact).length === 0 ? {} : { contact }
}

/** Undefined when it was not answered. */
function answeredOf(input: IntakeInput): FirstAnswer | undefined {
  const { reason, outside, answer } = input
  if (!isAnswered(input) || reason === undefined || reason === 'duplicate') return undefined
  const isOthers = reason === 'not_responsible'
  return { reason, text: answer.trim(), ...(isOthers && { outside: outside.trim() }) }
}
