import type { Language } from '../domain/language.ts'
import type { PublicEventKind } from '../cases/case-views.ts'
import type { NoticeView } from '../notices/notice.ts'
import type { FieldName } from './form.ts'
import type { AnswerError } from './questions.ts'
import type { PhotoError } from './uploads.ts'
import { en } from './texts/en.ts'
import { nb } from './texts/nb.ts'
import { sv } from './texts/sv.ts'

/** Every sentence of the citizen pages. */
export interface CitizenTexts {
  readonly languageName: string
  readonly languages: string
  readonly skip: string
  readonly noCookies: string
  readonly danger: { readonly title: string; readonly text: string; readonly call: string }
  readonly start: {
    readonly title: string
    readonly lead: string
    readonly report: string
    readonly number: string
    readonly numberHint: string
    readonly find: string
    readonly what: string
    readonly unknown: string
  }
  readonly notices: {
    readonly title: string
    readonly kinds: Readonly<Record<NoticeView['kind'], string>>
    readonly until: (time: string) => string
    readonly call: (phone: string) => string
    readonly more: string
    readonly instead: string
  }
  readonly asset: {
    readonly id: string
    readonly owner: string
    readonly maintainer: string
    readonly known: string
    readonly bySensor: (since: string) => string
    readonly reported: (since: string) => string
    readonly status: string
    readonly follow: string
    readonly other: string
    readonly nothingKnown: string
    readonly report: string
  }
  readonly form: {
    readonly title: string
    readonly followTitle: string
    readonly followLead: string
    readonly errors: string
    readonly errorPrefix: string
    readonly what: string
    readonly where: string
    /** Of the fields that say where. */
    readonly oneOf: string
    readonly contact: string
    readonly contactHint: string
    readonly labels: Readonly<Record<FieldName, string>>
    readonly hints: Readonly<Partial<Record<FieldName, string>>>
    readonly wrong: Readonly<Record<FieldName, string>>
    readonly coordinates: string
    readonly optional: string
    readonly required: string
    /** Another category, with everything typed kept. */
    readonly change: string
    readonly several: string
    readonly answers: Readonly<Record<Exclude<AnswerError['kind'], 'danger'>, string>>
    readonly call: (phone: string) => string
    readonly photos: {
      readonly title: string
      readonly label: string
      readonly hint: string
      readonly kept: (number: number) => string
      readonly wrong: Readonly<Record<PhotoError, string>>
    }
    readonly honeypot: string
    readonly send: string
    readonly sendFollow: string
  }
  /** Open cases nearby, before a new one is made. */
  readonly nearby: {
    readonly title: string
    readonly lead: string
    readonly away: (metres: number) => string
    readonly since: (time: string) => string
    readonly same: string
    readonly none: string
  }
  readonly receipt: {
    readonly title: string
    readonly titleKnown: string
    readonly number: string
    readonly next: string
    readonly nextText: string
    readonly knownText: string
    readonly link: string
    readonly linkHint: string
    readonly again: string
    /** So many report that it is placed later. */
    readonly waits: string
    readonly home: string
  }
  readonly follow: {
    readonly title: string
    readonly status: string
    readonly opened: string
    readonly sensor: string
    readonly history: string
    readonly keep: string
    readonly add: string
    readonly answer: string
    readonly text: string
    readonly textHint: string
    readonly send: string
    readonly sendAnswer: string
    readonly stillBroken: string
    readonly withdraw: string
    readonly withdrawHint: string
    readonly reportAnew: string
    readonly mail: string
    readonly quiet: string
    readonly quietHint: string
    readonly said: string
    readonly photos: string
    readonly photo: (number: number) => string
    readonly survey: {
      readonly title: string
      readonly question: string
      readonly yes: string
      readonly no: string
      readonly reopen: string
      readonly contact: string
      readonly text: string
      readonly send: string
    }
    readonly outcomes: Readonly<
      Record<
        | 'said'
        | 'withdrawn'
        | 'judged'
        | 'quiet'
        | 'refused'
        | 'unchosen'
        | 'photos'
        | 'not_alone',
        string
      >
    >
    readonly events: Readonly<Record<PublicEventKind, string>>
  }
  /** Pages in the place of a refusal. */
  readonly refusals: {
    readonly title: string
    readonly tooFast: string
    readonly tooLarge: string
    readonly foreign: string
    readonly ours: string
    readonly unread: string
    readonly back: string
  }
  readonly notFound: {
    readonly title: string
    readonly text: string
    readonly home: string
  }
}

export const citizenTexts: Readonly<Record<Language, CitizenTexts>> = { sv, nb, en }
