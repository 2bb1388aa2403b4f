import type { Language } from '../domain/language.ts'
import { timeUs } from '../domain/time.ts'
import type { StoredEvent } from './events.ts'
import { isJudged } from './judged.ts'
import { longDay, longTime } from './local-time.ts'
import { mailTexts, reasonTexts, stateNames } from './texts.ts'
import type { CaseState } from './views.ts'

/** Events that one letter tells of; the page of the case has the others. */
export const TOLD_AT_MOST = 20

/** What one letter of news tells. */
export interface News {
  /** Oldest first; news to whoever gets the letter. */
  readonly events: readonly StoredEvent[]
  /** There were more before these. */
  readonly more: boolean
  readonly language: Language
  /** IANA name. */
  readonly timezone: string
  /** Id of another case → its number. */
  readonly numbers: ReadonlyMap<string, string>
  /** What the organisation adds in its own words to the newest change of state; undefined: nothing. */
  readonly own: string | undefined
}

export interface Words {
  readonly subject: string
  /** Empty ones are left out. */
  readonly lines: readonly string[]
}

/** What became of a case, as one text; undefined when there is nothing to tell. Pure. */
export function newsWords(news: News): Words | undefined {
  const { events, language, more } = news
  const last = events.findLast(isStanding)
  const kept = events.filter(
    (event) => event === last || !isStanding(event) || event.data.text !== undefined,
  )
  const told = kept.slice(-TOLD_AT_MOST)
  if (told.length === 0) return undefined
  const texts = mailTexts[language]
  const entries = told.flatMap((event) => [
    ...(told.length > 1 ? [`${longTime(event.at, news)}:`] : []),
    ...linesOf(event, news),
    ...(event === last && news.own !== undefined ? [news.own] : []),
  ])
  const asked = last?.data.to === 'closed' && isJudged(last.data.reason ?? null)
  return {
    subject: subjectOf(last, language),
    lines: [
      more || told.length < kept.length ? texts.earlier : '',
      ...entries,
      asked ? texts.closed.survey : '',
    ],
  }
}

/** Says where the case stands, so that only the newest such event is true. */
function isStanding({ kind }: StoredEvent): boolean {
  return kind !== 'said'
}

function subjectOf(last: StoredEvent | undefined, language: Language): string {
  const texts = mailTexts[language]
  if (last === undefined) return texts.said.subject
  if (last.kind === 'merged') return texts.merged.subject
  return last.data.to === 'closed' ? texts.closed.subject : texts.changed.subject
}

function linesOf(event: StoredEvent, news: News): readonly string[] {
  const { kind, data } = event
  const text = data.text ?? ''
  if (kind === 'said') return [text]
  const texts = mailTexts[news.language]
  if (kind === 'merged') return [texts.merged.body(numberOf(data.into, news))]
  if (data.to === 'closed' && data.reason !== undefined) {
    const { outside } = data
    return [
      reasonTexts[news.language][data.reason],
      outside === undefined ? '' : texts.closed.outside(outside),
      text,
    ]
  }
  const state = data.to ?? 'received'
  return [texts.changed.body(stateNames[news.language][state]), text, ...dayOf(event, news)]
}

/** By when, where the state has a day. */
function dayOf({ data: { to, until } }: StoredEvent, news: News): readonly string[] {
  const { changed } = mailTexts[news.language]
  const day = until === undefined ? undefined : longDay(timeUs(until), news)
  const days: Partial<Record<CaseState, readonly string[]>> = {
    planned: day === undefined ? [] : [changed.planned(day)],
    waiting_reporter: [
      ...(day === undefined ? [] : [changed.answerBy(day)]),
      changed.answer,
    ],
  }
  return (to === undefined ? undefined : days[to]) ?? []
}

function numberOf(id: string | undefined, { numbers }: News): string {
  return (id === undefined ? undefined : numbers.get(id)) ?? '–'
}
