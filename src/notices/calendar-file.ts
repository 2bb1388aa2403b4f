import ical, { ICalCalendarMethod } from 'ical-generator'
import type { Language } from '../domain/language.ts'
import type { NoticeView } from './notice.ts'

export interface CalendarOf {
  /** Name of the organisation. */
  readonly name: string
  /** Its domain, or another name of the installation that stays the same: ids end in it. */
  readonly domain: string
  readonly language: Language
  readonly now: Date
}

/**
 * Planned work as a calendar that people subscribe to (RFC 5545). Times are UTC, so that no zone
 * definition is needed; an entry keeps its UID, and its sequence number grows when it is changed.
 */
export function calendarFile(
  notices: readonly NoticeView[],
  { name, domain, language, now }: CalendarOf,
): string {
  const calendar = ical({
    name,
    method: ICalCalendarMethod.PUBLISH,
    prodId: { company: 'Gatuvakt', product: 'planned work', language: 'EN' },
  })
  for (const notice of notices) {
    if (notice.kind !== 'planned' || notice.to === null) continue
    calendar.createEvent({
      id: `${notice.id}@${domain}`,
      stamp: now,
      start: new Date(notice.from),
      end: new Date(notice.to),
      sequence: notice.version - 1,
      summary: notice.title[language],
      description: notice.text[language],
      ...(notice.link !== undefined && { url: notice.link }),
      ...(notice.scope.around !== undefined && {
        location: { title: name, geo: notice.scope.around.place },
      }),
    })
  }
  return calendar.toString()
}
