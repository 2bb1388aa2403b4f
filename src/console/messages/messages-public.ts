import type { NoticeView } from '../../notices/notice.ts'
import type { StatisticsGroup } from '../../statistics/views.ts'

/** Where a notice counts, as the form asks for it. */
export type NoticePlace = 'everywhere' | 'area' | 'circle' | 'assets'
type NoticeKind = NoticeView['kind']

/** Fields of a notice that must be mended before it can be published. */
export type WrongNotice =
  | 'title'
  | 'text'
  | 'phone'
  | 'link'
  | 'area'
  | 'circle'
  | 'assets'
  | 'time'
  | 'end'
  | 'order'

export interface NoticeMessages {
  readonly title: string
  readonly lead: string
  readonly states: Readonly<Record<NoticeView['state'], string>>
  readonly empty: Readonly<Record<NoticeView['state'], string>>
  readonly kind: string
  readonly kinds: Readonly<Record<NoticeKind, string>>
  /** What is said to the public unless somebody writes something better. */
  readonly standard: Readonly<
    Record<NoticeKind, { readonly title: string; readonly text: string }>
  >
  readonly stormOf: (what: string) => string
  readonly said: string
  readonly where: string
  readonly from: string
  readonly to: string
  readonly open: string
  readonly by: string
  readonly make: string
  readonly publish: string
  readonly published: string
  readonly end: string
  readonly takeBack: string
  readonly proposals: string
  readonly proposal: (reports: number, what: string, where: string) => string
  readonly proposalSince: (time: string, usual: string) => string
  readonly makeStorm: string
  readonly makeStormOf: (what: string) => string
  readonly changeFirst: string
  readonly covered: string
  readonly titleIn: (language: string) => string
  readonly textIn: (language: string) => string
  readonly phone: string
  readonly phoneHint: string
  readonly link: string
  readonly linkHint: string
  readonly serviceLevel: string
  readonly serviceLevelHint: string
  readonly ownLevel: string
  readonly categories: string
  readonly categoriesHint: string
  readonly allCategories: string
  readonly places: Readonly<Record<NoticePlace, string>>
  readonly area: string
  readonly chooseArea: string
  readonly latitude: string
  readonly longitude: string
  readonly radius: string
  readonly around: (metres: string, place: string) => string
  readonly toHint: string
  readonly wrong: Readonly<Record<WrongNotice, string>>
}

export interface ReviewMessages {
  readonly title: string
  readonly lead: string
  readonly which: Readonly<Record<'waiting' | 'shown', string>>
  readonly photos: string
  readonly texts: string
  readonly noPhotos: Readonly<Record<'waiting' | 'shown', string>>
  readonly noTexts: Readonly<Record<'waiting' | 'shown', string>>
  readonly notYours: string
  readonly photoOf: (number: string) => string
  readonly fromStaff: string
  readonly show: string
  readonly keep: string
  readonly withdraw: string
  /** Of what the buttons are, for those who hear the page. */
  readonly ofPhoto: (action: string, number: string, place: number) => string
  readonly ofText: (action: string, number: string, place: number) => string
  readonly written: string
  readonly toShow: string
  readonly toShowHint: string
  readonly maskedHint: (count: number) => string
  readonly shown: string
  readonly kept: string
  readonly warned: (what: string) => string
  readonly warnings: Readonly<
    Record<'email' | 'phone' | 'personal_number' | 'number_plate', string>
  >
}

export type StatisticsRange = '30d' | '90d' | '12m' | 'year'
/** What a table of figures can have as columns. */
export type StatisticsColumn =
  | 'reports'
  | 'reportShare'
  | 'firstContact'
  | 'firstContactShare'
  | 'opened'
  | 'closed'
  | 'closedShare'
  | 'backlog'
  | 'toFirstResponse'
  | 'toClose'
  | 'serviceLevelShare'
  | 'reopenedShare'
  | 'satisfiedShare'
  | 'fixedShare'
  | 'alarmFirstShare'

export interface StatisticsMessages {
  readonly title: string
  readonly lead: (from: string, to: string) => string
  readonly range: string
  readonly ranges: Readonly<Record<StatisticsRange, string>>
  readonly first: string
  readonly last: string
  readonly show: string
  readonly badRange: string
  readonly by: string
  readonly groups: Readonly<Record<StatisticsGroup, string>>
  readonly noGroup: Readonly<Record<StatisticsGroup, string>>
  readonly total: string
  readonly columns: Readonly<Record<StatisticsColumn, string>>
  readonly nothing: string
  readonly people: string
  readonly sensors: string
  readonly selfService: string
  readonly absorbed: string
  readonly backlogAge: string
  readonly surveys: (count: string) => string
  readonly alarmFirst: string
  readonly alarmFirstHint: (cases: string, lead: string) => string
  readonly median: string
  readonly chart: string
  readonly files: string
  readonly figuresAs: (format: string) => string
  readonly casesAs: (format: string) => string
}

export interface LetterMessages {
  readonly title: string
  readonly lead: string
  readonly outgoing: string
  readonly noOutgoing: string
  readonly incoming: string
  readonly incomingHint: string
  readonly noIncoming: string
  readonly case: string
  readonly state: string
  readonly states: Readonly<Record<'failed' | 'retrying', string>>
  readonly error: string
  readonly tries: string
  readonly at: string
  readonly mailbox: string
  readonly reason: string
  readonly templates: string
  readonly templatesHint: string
  readonly noTemplates: string
  readonly name: string
  readonly when: string
  readonly always: string
  readonly automatic: string
  readonly chosen: string
  readonly words: string
  readonly inLetters: string
  readonly outside: (status: string) => string
}

export interface PublicMessages {
  readonly notices: NoticeMessages
  readonly review: ReviewMessages
  readonly statistics: StatisticsMessages
  readonly letters: LetterMessages
}
