import type { NoticeText, NoticeView } from '../../notices/notice.ts'
import type { StormProposal } from '../../notices/storm.ts'
import type { Language, LocalText } from '../../domain/language.ts'
import type { NewNotice } from '../api/public-commands.ts'
import { instantOf } from '../format/civil-time.ts'
import { degreesIn } from '../format/degrees.ts'
import { catalogues, languages } from '../messages/catalogues.ts'
import type { NoticePlace, WrongNotice } from '../messages/messages-public.ts'

export type NoticeKind = NoticeView['kind']
export type NoticeScope = NoticeText['scope']

export const kinds: readonly NoticeKind[] = ['planned', 'known', 'accepted', 'storm']
export const places: readonly NoticePlace[] = ['everywhere', 'area', 'circle', 'assets']

/** Assets that one notice may name; the service takes no more. */
export const ASSETS_MAX = 200
const RADIUS_LEAST = 10
const RADIUS_MOST = 20_000

/** What is in the form while a notice is written. */
export interface NoticeInput {
  readonly kind: NoticeKind
  readonly title: LocalText
  readonly text: LocalText
  readonly phone: string
  readonly link: string
  /** Empty: the cases keep their own. */
  readonly serviceLevel: string
  /** Ids; none: everything. */
  readonly categories: readonly string[]
  readonly place: NoticePlace
  readonly area: string
  /** As written: degrees, and metres. */
  readonly circle: Readonly<Record<'latitude' | 'longitude' | 'radius', string>>
  readonly assets: readonly { readonly id: string; readonly name: string }[]
  /** Times on the wall: `2026-11-21T14:30`; no end is empty. */
  readonly from: string
  readonly to: string
}

/** A form with the standard words of its kind. */
export function emptyNotice(kind: NoticeKind, from: string): NoticeInput {
  return {
    kind,
    ...standardWords(kind),
    phone: '',
    link: '',
    serviceLevel: '',
    categories: [],
    place: 'everywhere',
    area: '',
    circle: { latitude: '', longitude: '', radius: '' },
    assets: [],
    from,
    to: '',
  }
}

/** What is said unless somebody writes something better, in every language. */
export function standardWords(kind: NoticeKind): Pick<NoticeInput, 'title' | 'text'> {
  const words = (part: 'title' | 'text') =>
    everywhere((language) => catalogues[language].notices.standard[kind][part])
  return { title: words('title'), text: words('text') }
}

/** Another kind: words that nobody has touched become those of that kind. */
export function withKind(input: NoticeInput, kind: NoticeKind): NoticeInput {
  const [before, after] = [standardWords(input.kind), standardWords(kind)]
  const renewed = (part: 'title' | 'text') =>
    everywhere((language) => {
      const said = input[part][language]
      return said === before[part][language] ? after[part][language] : said
    })
  return { ...input, kind, title: renewed('title'), text: renewed('text') }
}

/** The storm that answers a proposal; `what` is the category's name. */
export function stormInput(
  { category, area }: StormProposal,
  { what, from }: { readonly what: LocalText; readonly from: string },
): NoticeInput {
  return {
    ...emptyNotice('storm', from),
    title: everywhere((language) =>
      catalogues[language].notices.stormOf(what[language]).slice(0, WORDS_MAX),
    ),
    categories: category === '' ? [] : [category],
    ...(area !== '' && { place: 'area', area }),
  }
}

/** Does a storm that runs answer those who report this? */
export function isCovered(
  { category, area }: StormProposal,
  notices: readonly NoticeView[],
): boolean {
  return notices.some(({ kind, state, scope }) => {
    if (kind !== 'storm' || state !== 'running') return false
    if (scope.assets.length > 0 || scope.around !== undefined) return false
    const { categories } = scope
    const isAbout = categories.length === 0 || categories.includes(category)
    return isAbout && (scope.area === undefined || scope.area === area)
  })
}

/** Characters of a title or a text; the service takes no more. */
export const WORDS_MAX = 500

/** The notice as the service takes it, or what must be mended first. */
export function readNotice(
  input: NoticeInput,
  { timeZone, now }: { readonly timeZone: string; readonly now: Date },
): NewNotice | { readonly wrong: readonly WrongNotice[] } {
  const { kind } = input
  const scope = scopeOf(input)
  const from = instantOf(input.from, timeZone)
  const to = input.to === '' ? undefined : instantOf(input.to, timeZone)
  const wrong = [
    ...wrongWords(input),
    ...(typeof scope === 'string' ? [scope] : []),
    ...wrongTimes(input, { from, to, now }),
  ]
  if (wrong.length > 0 || typeof scope === 'string' || from === undefined) return { wrong }
  const phone = input.phone.trim()
  const link = input.link.trim()
  return {
    kind,
    title: everywhere((language) => input.title[language].trim()),
    text: everywhere((language) => input.text[language].trim()),
    ...(phone !== '' && { phone }),
    ...(link !== '' && { link }),
    ...(kind === 'storm' &&
      input.serviceLevel !== '' && { serviceLevel: input.serviceLevel }),
    scope,
    from: from.toISOString(),
    ...(to !== undefined && { to: to.toISOString() }),
  }
}

function wrongWords({ title, text, phone, link }: NoticeInput): readonly WrongNotice[] {
  const wrong: WrongNotice[] = []
  if (lacks(title)) wrong.push('title')
  if (lacks(text)) wrong.push('text')
  if (!/^(?:\+?[\d\s()/.-]{3,29})?$/.test(phone.trim())) wrong.push('phone')
  if (link.trim() !== '' && !/^https:\/\/\S+$/.test(link.trim())) wrong.push('link')
  return wrong
}

function lacks(words: LocalText): boolean {
  return languages.some((language) => words[language].trim() === '')
}

function wrongTimes(
  { kind, to: written }: NoticeInput,
  {
    from,
    to,
    now,
  }: {
    readonly from: Date | undefined
    readonly to: Date | undefined
    readonly now: Date
  },
): readonly WrongNotice[] {
  const wrong: WrongNotice[] = []
  if (from === undefined) wrong.push('time')
  if (to === undefined)
    return kind === 'planned' || written !== '' ? [...wrong, 'end'] : wrong
  if (to <= now || (from !== undefined && to <= from)) wrong.push('order')
  return wrong
}

/** What the notice is about; or which field does not say it yet. */
function scopeOf(input: NoticeInput): NoticeScope | 'area' | 'circle' | 'assets' {
  const categories = [...input.categories]
  switch (input.place) {
    case 'everywhere':
      return { categories, assets: [] }
    case 'area':
      if (input.area === '') return 'area'
      return { categories, assets: [], area: input.area }
    case 'assets': {
      const assets = input.assets.map(({ id }) => id)
      const fits = assets.length > 0 && assets.length <= ASSETS_MAX
      return fits ? { categories, assets } : 'assets'
    }
    case 'circle': {
      const around = circleOf(input.circle)
      return around === undefined ? 'circle' : { categories, assets: [], around }
    }
  }
}

function circleOf(circle: NoticeInput['circle']): NoticeScope['around'] {
  const lat = degreesIn(circle.latitude, 90)
  const lon = degreesIn(circle.longitude, 180)
  const radius = Number(circle.radius.trim())
  if (lat === undefined || lon === undefined || !Number.isInteger(radius)) return undefined
  if (radius < RADIUS_LEAST || radius > RADIUS_MOST) return undefined
  return { place: { lat, lon }, radius }
}

function everywhere(words: (language: Language) => string): LocalText {
  return { sv: words('sv'), nb: words('nb'), en: words('en') }
}
