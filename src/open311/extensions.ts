import { readEvents, type StoredEvent } from '../cases/events.ts'
import type { CaseRow } from '../cases/case-row.ts'
import { stateNames } from '../cases/texts.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { Language } from '../domain/language.ts'
import { whole } from './dates.ts'
import { externalCode, type Standing } from './statuses.ts'
import { reasonText, textsOf } from './texts.ts'
import type { Said } from './xml.ts'

/** Requests in one answer with everything that is public about each. */
export const MOST_EXTENDED = 50
/** Of the history of one case, the newest. */
const NOTES = 100

/**
 * What `extensions=true` adds, as the cities that have it name it (GeoReport v2 extensions,
 * open311.github.io): `extended_attributes`, and the public history as `notes`, oldest first.
 */
export async function extensionsOf(
  query: ScopedQueries,
  row: CaseRow,
  told: {
    readonly standing: Standing
    readonly language: Language
    readonly photos: readonly string[]
  },
): Promise<{ readonly extended_attributes: Said; readonly notes: Said }> {
  const { standing, language, photos } = told
  const events = await readEvents(query, row.id, { publicOnly: true, limit: NOTES })
  return {
    extended_attributes: {
      external_status_code: externalCode(standing),
      media_urls: photos,
    },
    notes: events.flatMap((event) => noteOf(event, language) ?? []),
  }
}

function noteOf({ kind, at, data }: StoredEvent, language: Language): Said | undefined {
  const note = (type: string, summary: string, description = data.text): Said => ({
    datetime: whole(at),
    type,
    summary,
    description: description ?? null,
  })
  switch (kind) {
    case 'opened':
      return note('opened', stateNames[language].received, undefined)
    case 'moved': {
      if (data.to === undefined || data.to === 'hidden') return undefined
      const standing = { state: data.to, reason: data.reason ?? null }
      const summary =
        data.to === 'closed'
          ? reasonText(standing, language, undefined)
          : stateNames[language][data.to]
      return note(externalCode(standing), summary)
    }
    case 'merged':
      return note('duplicate', textsOf(language).duplicate(undefined), undefined)
    case 'said':
      return data.text === undefined ? undefined : note('comment', data.text, undefined)
    case 'photos':
      return note('photo', textsOf(language).photo, undefined)
    default:
      return undefined
  }
}
